/**
 * Brings one stored file to this computer: begun files are continued, every byte is checked against the server's digest, and
 * nothing that is there is replaced. The file has its name only once it is whole and on disk.
 */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorCode, toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { ListedFile } from '../../shared/protocol/wire.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import type { Download } from '../transfer/download.ts'
import type { ServerApi } from '../transfer/server-api.ts'

/** `unproven`: it was edited at the server since it was stored, so nobody knows what its bytes should be. */
export type Got = 'written' | 'there-already' | 'unproven'

/** A connection that breaks without having brought a byte so often in a row is given up. */
const mostTries = 6
const firstPauseMs = 500

const worthAnotherTry: ReadonlySet<ErrorCode> = new Set([
  'connection-lost',
  'connection-stalled',
  'server-unreachable',
  'server-closing',
  'too-many-requests',
])

/**
 * @param target absolute; its folder is made
 * @throws UploadError `bad-request` when something else has that name, `chunk-corrupted` when other bytes came than were
 * stored, and of the connection or the disk
 */
export async function getFile(
  api: ServerApi,
  file: ListedFile,
  target: string,
  signal: AbortSignal,
): Promise<Got> {
  if (await isThere(file, target)) return 'there-already'
  await mkdir(dirname(target), { recursive: true })
  const tries = { left: mostTries }
  while (true) {
    try {
      return await attempt(api, file, target, tries, signal)
    } catch (thrown) {
      const error = toUploadError(thrown)
      tries.left -= 1
      if (!worthAnotherTry.has(error.code) || tries.left <= 0) throw error
      await pause(error.retryAfterMs ?? firstPauseMs * 2 ** (mostTries - tries.left), undefined, { signal })
    }
  }
}

async function attempt(
  api: ServerApi,
  { path, md5, size }: ListedFile,
  target: string,
  tries: { left: number },
  signal: AbortSignal,
): Promise<Got> {
  // Named by its content: what was begun of another file of this name is never continued.
  const part = partOf(target, md5)
  const begun = await readBegun(part, size)
  const version = `"${md5}"`
  const download = await api.download({ path, from: begun?.bytes ?? 0, version }, signal)
  const hash = download.from > 0 && begun ? begun.hash : newHash()
  const handle = await open(part, download.from > 0 ? 'r+' : 'w', 0o600)
  try {
    await collect(download, handle, hash, tries)
    await finish(download, handle, hash, part)
  } finally {
    await handle.close()
  }
  await name(part, target)
  return download.version === version ? 'written' : 'unproven'
}

const mostNameBytes = 255

/** In the same folder, so that it can get its name there; under a name that fits beside the longest. */
function partOf(target: string, md5: string): string {
  const long = `${target}.${md5.slice(0, 8)}.part`
  if (Buffer.byteLength(basename(long)) <= mostNameBytes) return long
  const nameDigest = createHash('sha256').update(basename(target)).digest('hex')
  return join(dirname(target), `.${nameDigest.slice(0, 16)}.${md5.slice(0, 8)}.part`)
}

async function collect(
  { body, from }: Download,
  handle: FileHandle,
  { md5, sha256 }: BothHashes,
  tries: { left: number },
): Promise<void> {
  let position = from
  for await (const piece of body) {
    await handle.write(piece, 0, piece.length, position)
    position += piece.length
    md5.update(piece)
    sha256.update(piece)
    tries.left = mostTries
  }
  await handle.truncate(position)
}

/** @throws UploadError `chunk-corrupted`: what came is removed, so that the next try begins anew */
async function finish(download: Download, handle: FileHandle, hash: BothHashes, part: string): Promise<void> {
  const isRight =
    (download.sha256 === null || hash.sha256.digest('hex') === download.sha256) &&
    (download.md5 === null || hash.md5.digest('hex') === download.md5)
  if (!isRight) {
    await rm(part, { force: true })
    throw new UploadError('chunk-corrupted', 'Other bytes came than were stored. Run the same command again.')
  }
  if (download.modifiedMs !== null) await utimes(part, Date.now() / 1000, download.modifiedMs / 1000)
  await handle.sync()
}

/** Never over another file. */
async function name(part: string, target: string): Promise<void> {
  try {
    await link(part, target)
    await rm(part)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') throw thrown
    // A disk without links, such as exFAT: what appears there in this very moment would be replaced.
    if ((await stat(target).catch(() => null)) !== null) throw thrown
    await rename(part, target)
  }
  await syncFolder(dirname(target))
}

/** @throws UploadError `bad-request` when something else has that name */
async function isThere({ size, md5, sha256 }: ListedFile, target: string): Promise<boolean> {
  const found = await stat(target).catch(() => null)
  if (found === null) return false
  if (found.isFile() && found.size === size) {
    const hash = await hashOf(target)
    const isSame =
      sha256 === undefined ? hash.md5.digest('hex') === md5 : hash.sha256.digest('hex') === sha256
    if (isSame) return true
  }
  throw new UploadError(
    'bad-request',
    `${target} is there with other content. Move it away, or choose another folder.`,
  )
}

interface BothHashes {
  readonly md5: Hash
  readonly sha256: Hash
}

function newHash(): BothHashes {
  return { md5: createHash('md5'), sha256: createHash('sha256') }
}

/** What was begun of a file; null where that is nothing, or can't be continued. @param size of the whole, bytes */
async function readBegun(
  part: string,
  size: number,
): Promise<{ readonly bytes: number; readonly hash: BothHashes } | null> {
  const found = await stat(part).catch(() => null)
  if (found === null || !found.isFile() || found.size === 0 || found.size >= size) return null
  return { bytes: found.size, hash: await hashOf(part) }
}

async function hashOf(file: string): Promise<BothHashes> {
  const hash = newHash()
  for await (const piece of createReadStream(file)) {
    hash.md5.update(piece)
    hash.sha256.update(piece)
  }
  return hash
}
