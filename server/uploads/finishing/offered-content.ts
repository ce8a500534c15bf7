/** Which stored file has the content of an offer. Only equal size and SHA-256 make two files the same. */
import type { Checking, CreateTaskRequest } from '../../../src/shared/protocol/wire.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import { within } from '../coordination/readings.ts'
import { waitMsFor } from '../waiting.ts'
import { readOnce } from './read-once.ts'
import { isFor, type StoredContentOf, storedContent } from './stored-content.ts'

/**
 * Finds the content of an offer. Rows without a SHA-256 are read first, when they have the offered size and MD5.
 * @returns how far that is, when it takes longer than a request may wait; undefined when no stored file has the content
 */
export async function offeredContent(
  uploads: Uploads,
  relativePath: string,
  { fileSize, hash, sha256 }: Pick<CreateTaskRequest, 'fileSize' | 'hash' | 'sha256'>,
): Promise<StoredContentOf | Checking | undefined> {
  if (sha256 === undefined) return undefined
  const files = await uploads.ledger.filesWithContent(fileSize, sha256)
  const stored = await storedContent(uploads, relativePath, files)
  if (stored?.isHere === true || hash === undefined) return stored
  const unread = await uploads.ledger.filesWithoutSha256(fileSize, hash)
  const here = unread.filter((file) => isFor(relativePath, file))
  const elsewhere = unread.filter((file) => !here.includes(file))
  // One file elsewhere is enough to copy.
  const read = await readUntil(uploads, stored ? here : [...here, ...elsewhere], sha256)
  if (read === undefined || 'checking' in read) return read ?? stored
  return { file: read, isHere: isFor(relativePath, read) }
}

/** Reads one file after the other until one has the content. */
async function readUntil(
  uploads: Uploads,
  files: readonly FileRow[],
  sha256: string,
): Promise<FileRow | Checking | undefined> {
  const sinceMs = performance.now()
  for (const file of files) {
    const reading = readOnce(uploads, file)
    const leftMs = waitMsFor(uploads, file.size) - (performance.now() - sinceMs)
    const read = await within(reading, Math.max(0, leftMs))
    if (read === 'running') return { checking: true, checkedBytes: reading.readBytes, size: reading.size }
    if (read?.sha256 === sha256) return read
  }
  return undefined
}
