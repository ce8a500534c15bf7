/** What a resumable upload is called. */
import { Metadata } from '@tus/server'
import { parse } from 'content-disposition'
import type { Context } from 'koa'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { nameOf } from '../../upload-name.ts'

/**
 * The name in `Content-Disposition`, perhaps with folders; else what a client of tus says in `Upload-Metadata`, which speaks
 * this protocol too; else a name of the time.
 * @throws UploadError `bad-request` for a field that cannot be read
 */
export function requestedPath(ctx: Context, nowMs: number): string {
  const metadata = read(ctx, 'Upload-Metadata', Metadata.parse) ?? {}
  const disposition = read(ctx, 'Content-Disposition', parse)
  const named = disposition && asSent(disposition.parameters.filename ?? '')
  return named || nameOf({ filetype: ctx.request.type, ...metadata }, nowMs)
}

function read<Value>(ctx: Context, name: string, parseField: (field: string) => Value): Value | undefined {
  const field = ctx.get(name)
  if (field === '') return undefined
  try {
    return parseField(field)
  } catch (thrown) {
    throw new UploadError('bad-request', `The server cannot read ${name}.`, { cause: thrown })
  }
}

/** Some clients write UTF-8 into a header, of which Node makes a character of every byte. */
function asSent(name: string): string {
  if (!/[\x80-\xff]/.test(name) || /[^\0-\xff]/.test(name)) return name
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(name, 'latin1'))
  } catch {
    return name
  }
}
