/**
 * Where the tests' servers keep their bytes: in the data folder, or with PHOTOFERRY_TEST_STORAGE=s3://bucket?endpoint=…
 * under a prefix of its own there for every data folder. Looks into it, and harms it, as a person could.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { S3Bucket } from '../../server/storage/s3/bucket.ts'
import { parseBucketUrl } from '../../server/storage/s3/bucket-url.ts'
import { parsePieceName } from '../../server/storage/s3/object-keys.ts'
import { readRanges } from '../../server/storage/s3/read-ranges.ts'
import { createS3Client } from '../../server/storage/s3/s3-client.ts'

/** Undefined: the disk. */
const storage = process.env.PHOTOFERRY_TEST_STORAGE

/** For what only a disk has: modes, folders, links, an end. */
export const onDisk = storage === undefined

export const libraryOf = (dataDir: string) => join(dataDir, 'uploads')
export const partialsOf = (dataDir: string) => join(dataDir, '.photoferry', 'partial')

/** The address of this data folder's files; undefined on a disk. */
export function storageUrl(dataDir: string): string | undefined {
  if (storage === undefined) return undefined
  const url = new URL(storage)
  url.pathname = `/t${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  return url.href
}

/** What a server's environment says of where its bytes are. */
export function storageEnv(dataDir: string): Record<string, string> {
  const url = storageUrl(dataDir)
  if (url === undefined) return {}
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env
  return { STORAGE_URL: url, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }
}

/** Paths of all stored files, sorted. */
export async function storedFiles(dataDir: string): Promise<string[]> {
  if (onDisk) return filesBelow(libraryOf(dataDir))
  const { keys, prefix } = await keysBelow(dataDir, 'uploads/')
  return keys.map((key) => key.slice(prefix.length)).sort()
}

/** The bytes of a stored file. @throws Error `ENOENT` when there is none */
export function storedBytes(dataDir: string, path: string): Promise<Buffer> {
  return onDisk ? readFile(join(libraryOf(dataDir), path)) : readObject(dataDir, `uploads/${path}`)
}

/** Puts a file among the stored ones, as a person does, over what may be there. */
export async function putStored(
  dataDir: string,
  path: string,
  bytes: Buffer | string,
  mtimeMs?: number,
): Promise<void> {
  if (!onDisk) return putObject(dataDir, `uploads/${path}`, bytes, mtimeMs)
  const file = join(libraryOf(dataDir), path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, bytes)
  if (mtimeMs !== undefined) await utimes(file, mtimeMs / 1000, mtimeMs / 1000)
}

/** Turns bits of a stored file over and keeps its size and time, as a bad disk does. @param length bytes */
export async function rotStored(
  dataDir: string,
  path: string,
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.from(await storedBytes(dataDir, path))
  for (let at = offset; at < offset + length; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xff
  await putStored(dataDir, path, bytes, await storedMtimeMs(dataDir, path))
  return bytes
}

/** The bytes of a damaged file that was moved out of the library. @throws Error `ENOENT` when there is none */
export function keptBytes(dataDir: string, path: string): Promise<Buffer> {
  const kept = `.photoferry/damaged/${path}`
  return onDisk ? readFile(join(dataDir, kept)) : readObject(dataDir, kept)
}

/** ms since 1970. */
export async function storedMtimeMs(dataDir: string, path: string): Promise<number> {
  if (onDisk) return (await stat(join(libraryOf(dataDir), path))).mtimeMs
  const { bucket, prefix } = openBucket(dataDir)
  return Number((await bucket.head(`${prefix}uploads/${path}`))?.metadata.mtime) * 1000
}

export async function removeStored(dataDir: string, path: string): Promise<void> {
  if (onDisk) return rm(join(libraryOf(dataDir), path))
  const { bucket, prefix } = openBucket(dataDir)
  await bucket.delete(`${prefix}uploads/${path}`)
}

/** The names of all partials, sorted. */
export async function partialNames(dataDir: string): Promise<string[]> {
  if (onDisk) return (await readdir(partialsOf(dataDir))).sort()
  const { keys, prefix } = await keysBelow(dataDir, '.photoferry/partial/')
  return [...new Set(keys.map((key) => key.slice(prefix.length).split('/')[0] ?? ''))].sort()
}

/** Leaves something that belongs to no task. */
export async function putPartial(dataDir: string, name: string, bytes: string): Promise<void> {
  if (!onDisk) return putObject(dataDir, `.photoferry/partial/${name}/whole`, bytes)
  await mkdir(partialsOf(dataDir), { recursive: true })
  await writeFile(join(partialsOf(dataDir), name), bytes)
}

export async function removePartial(dataDir: string, taskId: string): Promise<void> {
  if (onDisk) return rm(join(partialsOf(dataDir), taskId))
  const { bucket } = openBucket(dataDir)
  const { keys } = await keysBelow(dataDir, `.photoferry/partial/${taskId}/`)
  for (const key of keys) await bucket.delete(key)
}

/** A file system's times have steps: what was written within one of them looks as old as what was there, ms. */
const timeStepMs = 20

/** Flips one bit of a file on its way, as another program may. @param offset in the file, bytes */
export async function damagePartial(
  dataDir: string,
  taskId: string,
  offset: number,
  chunkSize: number,
): Promise<void> {
  if (onDisk) {
    const path = join(partialsOf(dataDir), taskId)
    await pause(timeStepMs)
    return writeFile(path, flipped(await readFile(path), offset))
  }
  const { bucket } = openBucket(dataDir)
  const { keys, prefix } = await keysBelow(dataDir, `.photoferry/partial/${taskId}/`)
  for (const key of keys) {
    const piece = parsePieceName(key.slice(prefix.length))
    const start = piece && piece.chunkIndex * chunkSize + piece.offset
    if (start === undefined || start > offset) continue
    const bytes = await readObject(dataDir, key.slice(key.indexOf('.photoferry')))
    if (offset < start + bytes.length) await bucket.putBytes(key, flipped(bytes, offset - start))
  }
}

function flipped(bytes: Buffer, offset: number): Buffer {
  bytes[offset] = (bytes[offset] ?? 0) ^ 1
  return bytes
}

/** Paths of all files below a folder, relative to it, sorted. */
async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true })
  const files: string[] = []
  for (const path of found) if ((await stat(join(folder, path))).isFile()) files.push(path)
  return files.sort()
}

function openBucket(dataDir: string): { bucket: S3Bucket; prefix: string } {
  const address = parseBucketUrl(storageUrl(dataDir) ?? '')
  return { bucket: new S3Bucket(createS3Client(address), address.bucket), prefix: address.prefix }
}

async function keysBelow(dataDir: string, folder: string): Promise<{ keys: string[]; prefix: string }> {
  const { bucket, prefix: root } = openBucket(dataDir)
  const keys: string[] = []
  for await (const { key } of bucket.list(`${root}${folder}`)) keys.push(key)
  bucket.client.destroy()
  return { keys, prefix: `${root}${folder}` }
}

async function putObject(
  dataDir: string,
  key: string,
  bytes: Buffer | string,
  mtimeMs?: number,
): Promise<void> {
  const { bucket, prefix } = openBucket(dataDir)
  const Metadata = mtimeMs === undefined ? {} : { mtime: String(mtimeMs / 1000) }
  const what = { Bucket: bucket.name, Key: `${prefix}${key}`, Body: Buffer.from(bytes), Metadata }
  await bucket.client.send(new PutObjectCommand(what))
}

async function readObject(dataDir: string, key: string): Promise<Buffer> {
  const { bucket, prefix } = openBucket(dataDir)
  const found = await bucket.head(`${prefix}${key}`)
  if (found === undefined) throw new Error(`ENOENT: no object ${key}`)
  const range = { ...found, start: 0, length: found.size, isAll: true }
  return buffer(Readable.from(readRanges(bucket, [range]), { objectMode: false }))
}
