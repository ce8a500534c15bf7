/** Which stored file holds some content already, so that nothing is sent or kept twice. */
import type { FileRow } from '../../ledger/ledger.ts'
import { isIntact, type Uploads } from '../context.ts'

export interface StoredContentOf {
  readonly file: FileRow
  /** It is what this very path holds; otherwise some other file, to be copied. */
  readonly here: boolean
}

/**
 * The best of the files of one content: the one that was stored for this path, else any; undefined when none is intact.
 * @param files all recorded files of the content
 */
export async function storedContent(
  uploads: Uploads,
  relativePath: string,
  files: readonly FileRow[],
): Promise<StoredContentOf | undefined> {
  const here = await storedHere(uploads, relativePath, files)
  if (here !== undefined) return { file: here, here: true }
  for (const file of files) {
    if (!isFor(relativePath, file) && (await isIntact(uploads, file))) return { file, here: false }
  }
  return undefined
}

/** The file of these that was stored for this path, or that lies there; undefined when none of them is intact. */
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

function isFor(relativePath: string, file: FileRow): boolean {
  return file.requestedPath === relativePath || file.storedPath === relativePath
}
