/**
 * Puts right how s3rver keeps files: it answers before bytes are on the disk, keeps uploads that broke off, makes paths of
 * keys (which then may not be long) and trips over its own deletions. Checksums it never looks at: that is Ceph's to show.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FilesystemStore, S3rverObject } from 's3rver'
import S3Error from 's3rver/lib/models/error.js'
import S3Object from 's3rver/lib/models/object.js'

/** As in S3: parts but the last have so many bytes. */
const minPartBytes = 5 * 1024 * 1024

/** Changes the store in place. @returns all keys, by bucket */
export function mendFiles(store: FilesystemStore): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>()
  const keysOf = (bucket: string) => {
    const known = keys.get(bucket) ?? new Set()
    keys.set(bucket, known)
    return known
  }
  const pathOf = store.getResourcePath.bind(store)
  store.getResourcePath = (bucket, key, resource) =>
    key === undefined
      ? pathOf(bucket, key, resource)
      : join(pathOf(bucket, undefined, ''), '..', `${sha256(key)}.${resource}`)
  store.putObject = async (object) => {
    const written = await put(store, object)
    keysOf(object.bucket).add(object.key)
    return written
  }
  store.deleteObject = async (bucket, key) => {
    keysOf(bucket).delete(key)
    for (const resource of ['object', 'object.md5', 'metadata.json'])
      await rm(store.getResourcePath(bucket, key, resource), { force: true })
  }
  store.copyObject = async (fromBucket, fromKey, toBucket, toKey, metadata) => {
    const from = store.getResourcePath(fromBucket, fromKey, 'object')
    const { etag = '' } = await store.getMetadata(fromBucket, fromKey)
    await copyFile(from, store.getResourcePath(toBucket, toKey, 'object'))
    await store.putMetadata(toBucket, toKey, metadata ?? {}, JSON.parse(etag) as string)
    keysOf(toBucket).add(toKey)
    return store.getMetadata(toBucket, toKey)
  }
  mendLists(store, keysOf)
  mendParts(store)
  return keys
}

function mendLists(store: FilesystemStore, keysOf: (bucket: string) => ReadonlySet<string>): void {
  // One page holds all: s3rver makes its tokens with a cipher that Node has no more. Ceph has pages.
  store.listObjects = async (bucket, { delimiter = '', startAfter = '', prefix = '' }) => {
    const commonPrefixes = new Set<string>()
    const objects: unknown[] = []
    for (const key of [...keysOf(bucket)].sort()) {
      if (key <= startAfter || !key.startsWith(prefix)) continue
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      if (end !== -1) commonPrefixes.add(key.slice(0, end + 1))
      else {
        const metadata = await store.getMetadata(bucket, key).catch(() => undefined)
        if (metadata !== undefined) objects.push(new S3Object(bucket, key, null, metadata))
      }
    }
    return { objects, commonPrefixes: [...commonPrefixes], isTruncated: false }
  }
}

function mendParts(store: FilesystemStore): void {
  const folderOf = (bucket: string, uploadId: string) =>
    join(store.getResourcePath(bucket, undefined, 'uploads'), uploadId)
  store.putPart = async (bucket, uploadId, partNumber, content) => {
    const folder = folderOf(bucket, uploadId)
    await refuseUnknown(folder)
    const written = await receive(content, join(folder, partNumber))
    await writeFile(join(folder, `${partNumber}.md5`), written.md5)
    return written
  }
  store.putObjectMultipart = async (bucket, uploadId, parts) => {
    const folder = folderOf(bucket, uploadId)
    await refuseUnknown(folder)
    for (const [index, part] of parts.entries()) {
      const path = join(folder, String(part.number))
      const md5 = await readFile(`${path}.md5`, 'utf8').catch(() => '')
      if (md5 !== part.etag) throw new S3Error('InvalidPart', 'One or more parts could not be found.')
      const isLast = index === parts.length - 1
      if (!isLast && (await stat(path)).size < minPartBytes)
        throw new S3Error('EntityTooSmall', 'The part is too small.')
    }
    const key = await readFile(join(folder, 'key'), 'utf8')
    const metadata = JSON.parse(await readFile(join(folder, 'metadata'), 'utf8')) as Record<string, string>
    const content = Readable.from(concatenated(parts.map((part) => join(folder, String(part.number)))))
    const written = await store.putObject({ bucket, key, content, metadata })
    await rm(folder, { recursive: true })
    return written
  }
}

async function* concatenated(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* createReadStream(path)
}

async function refuseUnknown(folder: string): Promise<void> {
  const known = await stat(join(folder, 'key')).catch(() => undefined)
  if (known === undefined) throw new S3Error('NoSuchUpload', 'The specified upload does not exist.')
}

async function put(store: FilesystemStore, { bucket, key, content, metadata }: S3rverObject) {
  const written = await receive(content, store.getResourcePath(bucket, key, 'object'))
  await store.putMetadata(bucket, key, metadata, written.md5)
  return written
}

/** All bytes or none, as in S3. */
async function receive(content: Readable, path: string): Promise<{ size: number; md5: string }> {
  const hash = createHash('md5')
  let size = 0
  const count = new Transform({
    transform(piece: Buffer, _, done) {
      hash.update(piece)
      size += piece.length
      done(null, piece)
    },
  })
  const temporary = `${path}.${randomUUID()}`
  await mkdir(join(path, '..'), { recursive: true })
  try {
    await pipeline(content, count, createWriteStream(temporary))
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
  return { size, md5: hash.digest('hex') }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
