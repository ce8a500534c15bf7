/** Answers that a browser saves as a file. */
import type { Context } from 'koa'

/** Old clients get the name in plain ASCII, all others exactly (RFC 5987). Sets the type by the name too. */
export function attachAs(ctx: Context, name: string): void {
  ctx.attachment(name, { fallback: name.replace(/[^\x20-\x7e]|["\\%]/g, '_') })
}
