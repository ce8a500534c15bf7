/** Looks at many files, some at once. */

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
