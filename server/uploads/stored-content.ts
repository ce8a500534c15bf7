/** Which stored file holds some content already, so that nothing is sent or kept twice. */
import type { FileRow } from '../ledger/ledger.ts'
import { isIntact, type Uploads } from './context.ts'

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
  const isHere = (file: FileRow) => file.requestedPath === relativePath || file.storedPath === relativePath
  for (const file of files.filter(isHere)) {
    if (await isIntact(uploads, file)) return { file, here: true }
  }
  for (const file of files) {
    if (!isHere(file) && (await isIntact(uploads, file))) return { file, here: false }
  }
  return undefined
}
