/** Names what was dropped, as its batch is called. */
import { basename, dirname } from 'node:path'

/** One folder gives its own name; several things give that of the folder they lie in. */
export function nameOfDrop(paths: readonly string[]): string {
  const [first = ''] = paths
  return basename(paths.length === 1 ? first : dirname(first)) || first
}
