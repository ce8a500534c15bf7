/** The stored path that a download's URL names: the inverse of `routes.file`. */
import { safePath } from '../storage/safe-path.ts'

const prefix = '/uploads/'

/** @param urlPath percent-encoded @returns undefined when it names no path that could be stored */
export function storedPathOf(urlPath: string): string | undefined {
  if (!urlPath.startsWith(prefix)) return undefined
  try {
    const parts = urlPath.slice(prefix.length).split('/').map(decodeURIComponent)
    // An encoded slash would split one part into two.
    if (parts.some((part) => part.includes('/'))) return undefined
    return safePath(parts.join('/')).join('/')
  } catch {
    return undefined
  }
}
