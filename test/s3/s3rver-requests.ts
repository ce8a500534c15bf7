/**
 * Answers what s3rver does not know: listing and giving up multipart uploads, listing and copying parts, conditions
 * (`If-None-Match: *` for a put, none for a copy, as with many stores), and copies of keys with any character.
 */
import { createReadStream } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilesystemStore, Middleware, S3rverContext } from 's3rver'

interface Request {
  readonly context: S3rverContext
  readonly store: FilesystemStore
  readonly bucket: string
  readonly key: string
  /** Has an object of this key. */
  has(key: string): boolean
}

type Answer = (request: Request) => Promise<boolean>

/** To be put before all of s3rver's own middleware. */
export function mendRequests(
  store: FilesystemStore,
  keys: ReadonlyMap<string, ReadonlySet<string>>,
): Middleware {
  const beingPut = new Set<string>()
  return async (context, next) => {
    const [bucket = '', ...rest] = context.path.slice(1).split('/').map(decodeURIComponent)
    const key = rest.join('/')
    const request = {
      context,
      store,
      bucket,
      key,
      has: (name: string) => keys.get(bucket)?.has(name) === true,
    }
    for (const answer of [listUploads, listParts, abort, copyPart, copyObject])
      if (await answer(request)) return
    if (context.method !== 'PUT' || context.headers['if-none-match'] !== '*') return next()
    if (request.has(key) || beingPut.has(`${bucket}/${key}`))
      return refuse(context, 412, 'PreconditionFailed')
    beingPut.add(`${bucket}/${key}`)
    try {
      await next()
    } finally {
      beingPut.delete(`${bucket}/${key}`)
    }
  }
}

const listUploads: Answer = async ({ context, store, bucket, key }) => {
  if (context.method !== 'GET' || key !== '' || context.query.uploads === undefined) return false
  const folder = store.getResourcePath(bucket, undefined, 'uploads')
  const uploads: string[] = []
  for (const id of await readdir(folder).catch(() => [])) {
    const uploadKey = await readFile(join(folder, id, 'key'), 'utf8').catch(() => undefined)
    if (uploadKey?.startsWith(context.query.prefix ?? '') !== true) continue
    uploads.push(`<Upload><Key>${encodeURIComponent(uploadKey)}</Key><UploadId>${id}</UploadId></Upload>`)
  }
  answer(context, 'ListMultipartUploadsResult', `<IsTruncated>false</IsTruncated>${uploads.join('')}`)
  return true
}

const listParts: Answer = async ({ context, store, bucket }) => {
  const { uploadId, 'part-number-marker': marker = '0' } = context.query
  if (context.method !== 'GET' || uploadId === undefined) return false
  const folder = join(store.getResourcePath(bucket, undefined, 'uploads'), uploadId)
  const names = await readdir(folder).catch(() => undefined)
  if (names === undefined) {
    refuse(context, 404, 'NoSuchUpload')
    return true
  }
  const numbers = names.filter((name) => /^\d+$/.test(name)).map(Number)
  const left = numbers.filter((number) => number > Number(marker)).sort((one, other) => one - other)
  const page = left.slice(0, 1000)
  const parts = page.map(async (number) => {
    const { size, mtime } = await stat(join(folder, String(number)))
    const etag = await readFile(join(folder, `${number}.md5`), 'utf8')
    return `<Part><PartNumber>${number}</PartNumber><LastModified>${mtime.toISOString()}</LastModified><ETag>"${etag}"</ETag><Size>${size}</Size></Part>`
  })
  const more = `<IsTruncated>${left.length > page.length}</IsTruncated><NextPartNumberMarker>${page.at(-1) ?? 0}</NextPartNumberMarker>`
  answer(context, 'ListPartsResult', more + (await Promise.all(parts)).join(''))
  return true
}

const abort: Answer = async ({ context, store, bucket }) => {
  const { uploadId } = context.query
  if (context.method !== 'DELETE' || uploadId === undefined) return false
  await rm(join(store.getResourcePath(bucket, undefined, 'uploads'), uploadId), {
    recursive: true,
    force: true,
  })
  context.status = 204
  return true
}

const copyPart: Answer = async (request) => {
  const { context, store, bucket } = request
  const source = sourceOf(context)
  const { uploadId, partNumber } = context.query
  if (source === undefined || uploadId === undefined || partNumber === undefined) return false
  if (await refuseSource(request, source)) return true
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(context.headers['x-amz-copy-source-range'] ?? '') ?? []
  const range = start === undefined ? {} : { start: Number(start), end: Number(end) }
  const content = createReadStream(store.getResourcePath(bucket, source, 'object'), range)
  const { md5 } = await store.putPart(bucket, uploadId, partNumber, content)
  answer(context, 'CopyPartResult', `<ETag>"${md5}"</ETag>`)
  return true
}

const copyObject: Answer = async (request) => {
  const { context, store, bucket, key } = request
  const source = sourceOf(context)
  if (context.method !== 'PUT' || source === undefined) return false
  if (await refuseSource(request, source)) return true
  const { etag = '' } = await store.copyObject(bucket, source, bucket, key, context.headers)
  answer(context, 'CopyObjectResult', `<ETag>${etag}</ETag>`)
  return true
}

/** The key to copy from. */
function sourceOf({ headers }: S3rverContext): string | undefined {
  const source = headers['x-amz-copy-source']
  return source?.replace(/^\//, '').split('/').slice(1).map(decodeURIComponent).join('/')
}

async function refuseSource({ context, store, bucket, has }: Request, source: string): Promise<boolean> {
  if (!has(source)) refuse(context, 404, 'NoSuchKey')
  else {
    const { etag } = await store.getMetadata(bucket, source)
    const wanted = context.headers['x-amz-copy-source-if-match'] ?? etag
    if (wanted === etag) return false
    refuse(context, 412, 'PreconditionFailed')
  }
  return true
}

function answer(context: S3rverContext, name: string, xml: string): void {
  context.status = 200
  context.type = 'application/xml'
  context.body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name}>${xml}</${name}>`
}

/** Answers with an error as S3 does. */
export function refuse(context: S3rverContext, status: number, code: string): void {
  answer(context, 'Error', `<Code>${code}</Code><Message>${code}</Message>`)
  context.status = status
}
