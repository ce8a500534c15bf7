/** Looks at a source once more: is it still the version that is stored? */
import { toUploadError } from '../../shared/protocol/errors.ts'
import { isSameVersion, type SourceRef, type SourceStamp, stampSource } from './source-file.ts'

/** What a look found; `gone` also where something that is no file has taken its place, or it can't be reached any more. */
export type Look =
  | { readonly found: 'same' }
  | { readonly found: 'changed'; readonly stamp: SourceStamp }
  | { readonly found: 'gone' }

/** Never rejects. @param stored the version that is stored */
export async function lookAgain(stored: SourceRef & SourceStamp): Promise<Look> {
  const stamp = await stampSource(stored).catch(toUploadError)
  if (stamp instanceof Error) return { found: 'gone' }
  return isSameVersion(stored, stamp) ? { found: 'same' } : { found: 'changed', stamp }
}

/** Files looked at at once: hides the latency of network disks without flooding them. */
const looksAtOnce = 32

/**
 * Does something with each of many files, some at once.
 * @param isWanted asked before each group; the rest is left out once it answers false
 */
export async function forEachFile<File>(
  files: readonly File[],
  look: (file: File) => Promise<void>,
  isWanted: () => boolean = () => true,
): Promise<void> {
  for (let start = 0; start < files.length && isWanted(); start += looksAtOnce) {
    await Promise.all(files.slice(start, start + looksAtOnce).map(look))
  }
}
