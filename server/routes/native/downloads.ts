/**
 * `GET /uploads/<path>`: a stored file as an attachment, whole or in part. Only files that the ledger knows are served.
 * Koa brings conditional requests (fresh) and file names in headers (content-disposition).
 */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { storedPathOf } from '../../http/download-path.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import { Refusal } from '../../refusal.ts'
import type { StoredContent } from '../../storage/store.ts'
import type { Uploads } from '../../uploads/context.ts'
import type { UploadsOf } from '../client-uploads.ts'
import { parseByteRange } from './byte-range.ts'

/** @param idleMs a download that nobody reads on for so long is cut off, ms */
export function fileRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.get('/uploads/*path', async (ctx) => {
    const uploads = uploadsOf(ctx)
    const row = await findRow(uploads, storedPathOf(ctx.path))
    const content = row && (await uploads.store.read(row.storedPath))
    if (row === undefined || content === undefined) {
      throw new UploadError('not-found', 'No file is stored at this path.')
    }
    let streaming = false
    try {
      streaming = serve(ctx, row, content)
      if (streaming) ctx.res.setTimeout(idleMs, () => ctx.req.socket.destroy())
    } finally {
      if (!streaming) await content.close()
    }
  })
}

/** @param path as the client knows it */
async function findRow({ ledger, library }: Uploads, path: string | undefined): Promise<FileRow | undefined> {
  return path === undefined ? undefined : ledger.fileAt(library.placed(path))
}

/** @returns true when a stream has taken the open file over, and closes it */
function serve(ctx: Context, row: FileRow, content: StoredContent): boolean {
  setHeaders(ctx, row, content)
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return false
  }
  const range = rangeOf(ctx, content)
  if (range !== undefined) {
    ctx.status = 206
    ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${content.size}`)
  }
  const { start, end } = range ?? { start: 0, end: content.size - 1 }
  const { type } = ctx
  const streaming = ctx.method !== 'HEAD' && content.size > 0
  ctx.body = streaming ? content.stream(start, end) : Buffer.alloc(0)
  // A body brings a type and a length of its own.
  ctx.type = type
  ctx.length = end - start + 1
  return streaming
}

function setHeaders(ctx: Context, row: FileRow, content: StoredContent): void {
  const name = row.storedPath.slice(row.storedPath.lastIndexOf('/') + 1)
  // Old readers get plain ASCII; everybody else the exact name (RFC 5987).
  ctx.attachment(name, { fallback: name.replace(/[^\x20-\x7e]|["\\%]/g, '_') })
  if (ctx.type === '') ctx.type = 'application/octet-stream'
  ctx.lastModified = new Date(content.mtimeMs)
  ctx.set({
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    ETag: entityTag(row, content),
  })
}

/** The MD5 while the file is as it was stored; once somebody has edited it, something weaker that changes with it. */
function entityTag(row: FileRow, content: StoredContent): string {
  if (row.size === content.size && row.mtimeMs === content.mtimeMs) return `"${row.md5}"`
  return `W/"${content.size}-${content.mtimeMs}"`
}

/** @returns undefined for the whole file @throws Refusal 416 */
function rangeOf(ctx: Context, content: StoredContent): { start: number; end: number } | undefined {
  // Ranges are for GET alone (RFC 9110 section 14.2).
  const header = ctx.method === 'GET' ? ctx.get('Range') : ''
  if (header === '' || !isSameAsBefore(ctx, content)) return undefined
  const range = parseByteRange(header, content.size)
  if (range !== 'outside') return range
  ctx.set('Content-Range', `bytes */${content.size}`)
  ctx.remove('Content-Disposition')
  throw new Refusal('bad-request', `The file has ${content.size} bytes; the range lies outside.`, {
    status: 416,
  })
}

/** If-Range: only who holds the beginning of this very version gets the rest of it (RFC 9110 section 13.1.5). */
function isSameAsBefore(ctx: Context, content: StoredContent): boolean {
  const condition = ctx.get('If-Range')
  if (condition === '') return true
  if (condition.startsWith('"')) return condition === ctx.response.get('ETag')
  return Date.parse(condition) === Math.floor(content.mtimeMs / 1000) * 1000
}
