/** A stored file as an attachment, whole or in part. Koa handles conditional requests (`fresh`) and names in headers (`attachment`). */
import type { Context } from 'koa'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { attachAs } from '../http/attach-as.ts'
import { digestField } from '../http/digest-fields.ts'
import { HttpError } from '../http/http-error.ts'
import { sendFile } from '../http/send-file.ts'
import type { FileRow } from '../ledger/ledger.ts'
import type { StoredContent } from '../storage/store.ts'
import type { Uploads } from '../uploads/context.ts'

/**
 * @param row of the ledger; undefined where it has none
 * @param idleMs a download whose client reads nothing for so long is cut off, ms
 * @throws UploadError `not-found`, also for a file that is known to be damaged
 */
export async function serveFile(
  ctx: Context,
  { store }: Uploads,
  row: FileRow | undefined,
  idleMs: number,
): Promise<void> {
  if (row !== undefined && isBroken(row)) {
    throw new UploadError('not-found', 'The file that is stored at this path is damaged. Upload it again.')
  }
  const content = row && (await store.read(row.storedPath))
  if (row === undefined || content === undefined) {
    throw new UploadError('not-found', 'No file is stored at this path.')
  }
  let isStreaming = false
  try {
    isStreaming = answerWith(ctx, row, content)
    if (isStreaming) ctx.res.setTimeout(idleMs, () => ctx.req.socket.destroy())
  } finally {
    if (!isStreaming) await content.close()
  }
}

/** Whether its bytes are known to be wrong. What somebody has changed on purpose is served as it is now. */
function isBroken({ damage }: FileRow): boolean {
  return damage !== null && damage !== 'changed'
}

/** @returns true when a stream now owns the open file and will close it */
function answerWith(ctx: Context, row: FileRow, content: StoredContent): boolean {
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
  const isStreaming = ctx.method !== 'HEAD' && content.size > 0
  ctx.body = Buffer.alloc(0)
  // Assigning a body has set another type and length.
  ctx.type = type
  ctx.length = end - start + 1
  if (isStreaming) sendFile(ctx, content.stream(start, end))
  return isStreaming
}

function setHeaders(ctx: Context, row: FileRow, content: StoredContent): void {
  const name = row.storedPath.slice(row.storedPath.lastIndexOf('/') + 1)
  attachAs(ctx, name)
  if (ctx.type === '') ctx.type = 'application/octet-stream'
  ctx.lastModified = new Date(content.mtimeMs)
  ctx.set({
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    ETag: entityTag(row, content),
    ...(row.sha256 !== null && isAsStored(row, content) && { 'Repr-Digest': digestField(row.sha256) }),
  })
}

/** The MD5 while the file is as it was stored; for a file that somebody has edited, a weak tag that changes with it. */
function entityTag(row: FileRow, content: StoredContent): string {
  if (isAsStored(row, content)) return `"${row.md5}"`
  return `W/"${content.size}-${content.mtimeMs}"`
}

function isAsStored(row: FileRow, content: StoredContent): boolean {
  return row.size === content.size && row.mtimeMs === content.mtimeMs
}

/** Of the whole file, also where a part of it is sent (RFC 9530 section 3). */
/** @returns undefined for the whole file @throws HttpError 416 */
function rangeOf(ctx: Context, content: StoredContent): ByteRange | undefined {
  // Ranges are for GET only (RFC 9110 section 14.2).
  const header = ctx.method === 'GET' ? ctx.get('Range') : ''
  if (header === '' || !isSameVersion(ctx, content)) return undefined
  const range = parseByteRange(header, content.size)
  if (range !== 'outside') return range
  ctx.set('Content-Range', `bytes */${content.size}`)
  ctx.remove('Content-Disposition')
  throw new HttpError(416, 'bad-request', `The file has ${content.size} bytes; the range is outside of it.`)
}

/** If-Range: only a client that has the beginning of this version gets the rest of it (RFC 9110 section 13.1.5). */
function isSameVersion(ctx: Context, content: StoredContent): boolean {
  const condition = ctx.get('If-Range')
  if (condition === '') return true
  if (condition.startsWith('"')) return condition === ctx.response.get('ETag')
  return Date.parse(condition) === Math.floor(content.mtimeMs / 1000) * 1000
}

interface ByteRange {
  readonly start: number
  /** Included. */
  readonly end: number
}

/**
 * The byte range of a Range header (RFC 9110 section 14.1.2). A suffix longer than the file means the whole file.
 * @param size bytes of the whole file
 * @returns undefined for what is to be ignored: other units, invalid headers, and several ranges at once, which a server may
 * answer with the whole file; `outside` when no byte of the file is asked for
 */
function parseByteRange(header: string, size: number): ByteRange | 'outside' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.replaceAll(' ', ''))
  if (match === null) return undefined
  const [first = '', last = ''] = [match[1], match[2]]
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start >= size || (first === '' && Number(last) === 0) ? 'outside' : { start, end }
}
