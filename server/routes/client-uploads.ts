/** The use cases' context for each request, limited to the client's part of the library. */
import type { Context } from 'koa'
import { clientOf } from '../middleware/auth.ts'
import { type Uploads, uploadsWithin } from '../uploads/context.ts'

export type UploadsOf = (ctx: Context) => Uploads

/** @param uploads those of the whole library */
export function clientUploads(uploads: Uploads): UploadsOf {
  const byFolder = new Map<string, Uploads>()
  return (ctx) => {
    const { folder } = clientOf(ctx)
    const own = byFolder.get(folder) ?? uploadsWithin(uploads, folder)
    byFolder.set(folder, own)
    return own
  }
}
