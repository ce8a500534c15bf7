/** Which stored file has the content of an offer. Only equal size and SHA-256 make two files the same. */
import type { Checking, CreateTaskRequest } from '../../../src/shared/protocol/wire.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import { within } from '../coordination/readings.ts'
import { waitMsFor } from '../waiting.ts'
import { readAgain } from './read-again.ts'
import { conditionOf, isFor } from './stored-content.ts'

interface StoredContentOf {
  readonly file: FileRow
  /** The file was stored for the path in question; otherwise it is another file, to be copied. */
  readonly isHere: boolean
}

/** What is known of the files with an offer's SHA-256, without reading one. */
interface KnownContent {
  /** Stored for the path in question, and to be relied upon. */
  readonly here: FileRow | undefined
  /** Stored for the path in question, but to be read again first. */
  readonly unsure: readonly FileRow[]
  /** Stored for another path. It need not be read first: a copy of it is verified anyway. */
  readonly elsewhere: FileRow | undefined
}

/**
 * Finds the content of an offer. Files of which it is not sure that they still have it are read first, and so are those whose
 * rows have no SHA-256, when they have the offered size and MD5.
 * @returns how far that is, when it takes longer than a request may wait; undefined when no stored file has the content
 */
export async function offeredContent(
  uploads: Uploads,
  relativePath: string,
  { fileSize, hash, sha256 }: Pick<CreateTaskRequest, 'fileSize' | 'hash' | 'sha256'>,
): Promise<StoredContentOf | Checking | undefined> {
  if (sha256 === undefined) return undefined
  const known = await knownContent(uploads, relativePath, fileSize, sha256)
  if (known.here !== undefined) return { file: known.here, isHere: true }
  const unread = hash === undefined ? [] : await uploads.ledger.filesWithoutSha256(fileSize, hash)
  const isHere = (file: FileRow) => isFor(relativePath, file)
  const here = [...known.unsure, ...unread.filter(isHere)]
  const others = unread.filter((file) => !isHere(file))
  // One file elsewhere is enough to copy.
  const read = await readUntil(uploads, known.elsewhere ? here : [...here, ...others], sha256)
  if (read !== undefined && 'checking' in read) return read
  const file = read ?? known.elsewhere
  return file && { file, isHere: isHere(file) }
}

async function knownContent(
  uploads: Uploads,
  relativePath: string,
  size: number,
  sha256: string,
): Promise<KnownContent> {
  const { ledger } = uploads
  const unsure: FileRow[] = []
  for (const file of await ledger.filesStoredFor(relativePath, size, sha256)) {
    const condition = await conditionOf(uploads, file)
    if (condition === 'intact') return { here: file, unsure: [], elsewhere: undefined }
    if (condition === 'unsure') unsure.push(file)
  }
  const files = await ledger.filesWithContent(size, sha256)
  for (const file of files.filter((one) => !isFor(relativePath, one))) {
    if ((await conditionOf(uploads, file)) !== 'unusable') return { here: undefined, unsure, elsewhere: file }
  }
  return { here: undefined, unsure, elsewhere: undefined }
}

/** Reads one file after the other until one has the content. */
async function readUntil(
  uploads: Uploads,
  files: readonly FileRow[],
  sha256: string,
): Promise<FileRow | Checking | undefined> {
  const sinceMs = performance.now()
  for (const file of files) {
    const reading = readAgain(uploads, file)
    const leftMs = waitMsFor(uploads, file.size) - (performance.now() - sinceMs)
    const read = await within(reading, Math.max(0, leftMs))
    if (read === 'running') return { checking: true, checkedBytes: reading.readBytes, size: reading.size }
    if (read?.sha256 === sha256) return read
  }
  return undefined
}
