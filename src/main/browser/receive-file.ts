/** Streams one dropped file from the page into its drop's folder. An interrupted transfer leaves nothing there. */
import { createHash, type Hash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import { meansFull } from '../disk/disk-full.ts'
import { syncFolder } from '../disk/sync-folder.ts'

/** One file that a page is sending. */
export interface IncomingFile {
  readonly relativePath: string
  /** Place among the files of its drop, counted from 0; null when the order does not matter. */
  readonly place: number | null
  /** Bytes, as in Content-Length. */
  readonly size: number
  /** The file's modification time, ms since 1970. */
  readonly modifiedMs: number
  readonly body: Readable
}

export interface ReceivedFile {
  /** Absolute path of the inbox copy. Its name is generated: no name from a page becomes a path (S1, docs/promises.md). */
  readonly path: string
  /** SHA-256 of its bytes, hex. */
  readonly digest: string
}

/**
 * Receives the whole file, syncs it to disk and gives it its final name.
 * @param folder absolute path of the drop's folder
 * @param beforeNamed called with the copy's path when it is whole, before it lies there
 * @throws UploadError `disk-full`; `connection-lost` when the body ends early; `internal` for anything else
 */
export async function receiveFile(
  file: IncomingFile,
  folder: string,
  beforeNamed: (path: string) => void = () => undefined,
): Promise<ReceivedFile> {
  const path = join(folder, `${randomUUID()}${plainExtension(file.relativePath)}`)
  const part = `${path}.part`
  try {
    const hash = createHash('sha256')
    await writeWhole(file, part, hash)
    beforeNamed(path)
    await rename(part, path)
    await syncFolder(folder)
    return { path, digest: hash.digest('hex') }
  } catch (thrown) {
    await Promise.all([rm(part, { force: true }), rm(path, { force: true })])
    throw asUploadError(thrown, file)
  }
}

/**
 * Reads the body to its end and keeps only its digest.
 * @returns SHA-256, hex
 * @throws UploadError `connection-lost` when the body ends early
 */
export async function digestBody(file: IncomingFile): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const _ of hashed(file, hash));
    return hash.digest('hex')
  } catch (thrown) {
    throw asUploadError(thrown, file)
  }
}

async function writeWhole(file: IncomingFile, path: string, hash: Hash): Promise<void> {
  const handle = await openNew(path)
  try {
    await handle.writeFile(hashed(file, hash))
    await handle.utimes(new Date(), new Date(file.modifiedMs))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Creates the file. The queue deletes a drop's folder with the last file in it, so the folder may have to be made again. */
async function openNew(path: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(path, 'wx', 0o600)
    } catch (thrown) {
      if (errnoOf(thrown) !== 'ENOENT' || attempt === 3) throw thrown
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await syncFolder(dirname(dirname(path)))
    }
  }
}

/** Yields the body's chunks, hashed and counted. The body stays open when the reader fails: else the page could not read why. */
async function* hashed(file: IncomingFile, hash: Hash): AsyncGenerator<Buffer> {
  let received = 0
  for await (const chunk of file.body.iterator({ destroyOnReturn: false })) {
    received += chunk.length
    hash.update(chunk)
    yield chunk
  }
  if (received === file.size) return
  const message = `${file.relativePath} is incomplete: ${received} of ${file.size} bytes arrived.`
  throw new UploadError('connection-lost', message)
}

/** The name's extension when it is an ordinary one, so that the inbox copy of a photo is still known as one. */
function plainExtension(relativePath: string): string {
  return /^\.[a-z0-9]{1,8}$/i.exec(extname(relativePath))?.[0] ?? ''
}

function asUploadError(thrown: unknown, file: IncomingFile): UploadError {
  const code = errnoOf(thrown)
  if (meansFull(code)) {
    const message = `The disk of the computer that runs PhotoFerry has no room for ${file.relativePath}. Free up space, then add it again.`
    return new UploadError('disk-full', message, { cause: thrown })
  }
  if (file.body.errored !== null) {
    return new UploadError('connection-lost', `The page stopped sending ${file.relativePath}.`, {
      cause: thrown,
    })
  }
  return toUploadError(thrown)
}

function errnoOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
}
