/** What a route may do for who sent the request: the use cases' context, with that client's part of the library. */
import type { Context } from 'koa'
import { clientOf } from '../middleware/auth.ts'
import { type Uploads, uploadsWithin } from '../uploads/context.ts'

export type UploadsOf = (ctx: Context) => Uploads

/** @param uploads those of the whole library */
export function uploadsOfClients(uploads: Uploads): UploadsOf {
  const parts = new Map<string, Uploads>()
  return (ctx) => {
    const { folder } = clientOf(ctx)
    const part = parts.get(folder) ?? uploadsWithin(uploads, folder)
    parts.set(folder, part)
    return part
  }
}
