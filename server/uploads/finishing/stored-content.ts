/** Which stored file has some content already, so that nothing is sent or kept twice. */
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'

export interface StoredContentOf {
  readonly file: FileRow
  /** The file was stored for the path in question; otherwise it is another file, to be copied. */
  readonly isHere: boolean
}

/**
 * The best of the files with one content: the one that was stored for this path, else any; undefined when none is intact.
 * @param files all recorded files with the content
 */
export async function storedContent(
  uploads: Uploads,
  relativePath: string,
  files: readonly FileRow[],
): Promise<StoredContentOf | undefined> {
  const here = await storedHere(uploads, relativePath, files)
  if (here !== undefined) return { file: here, isHere: true }
  for (const file of files) {
    if (!isFor(relativePath, file) && (await isIntact(uploads, file))) return { file, isHere: false }
  }
  return undefined
}

/** The first intact file that was stored for this path or under it; undefined when there is none. */
export async function storedHere(
  uploads: Uploads,
  relativePath: string,
  files: readonly FileRow[],
): Promise<FileRow | undefined> {
  for (const file of files) {
    if (isFor(relativePath, file) && (await isIntact(uploads, file))) return file
  }
  return undefined
}

/** Whether the file was stored for this path, or has it. */
export function isFor(relativePath: string, file: FileRow): boolean {
  return file.requestedPath === relativePath || file.storedPath === relativePath
}

/**
 * Whether the stored file is still the one that was recorded. If a person removed or changed it, its row is forgotten, so
 * that no upload is skipped because of content that is not there (R9, docs/promises.md: nothing is skipped as a duplicate
 * unless the server has the same content).
 */
export async function isIntact(uploads: Uploads, file: FileRow): Promise<boolean> {
  const found = await uploads.store.stat(file.storedPath)
  if (found !== undefined && found.size === file.size && found.mtimeMs === file.mtimeMs) return true
  uploads.log.warn(
    { path: file.storedPath },
    found === undefined ? 'stored file is gone' : 'stored file was changed',
  )
  await uploads.ledger.forgetFile(file.fileId)
  return false
}
