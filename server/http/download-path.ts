/** The stored path that a download's URL names: the inverse of `routes.file`. */
import { safePath } from '../storage/safe-path.ts'

const prefix = '/uploads/'

/** Whether it is a path of the library as a drive (WebDAV). */
export function isDrivePath(path: string): boolean {
  return /^\/dav(\/|$)/i.test(path)
}

/** @param urlPath percent-encoded @returns undefined when it names no path that could be stored */
export function storedPathOf(urlPath: string): string | undefined {
  if (!urlPath.startsWith(prefix)) return undefined
  try {
    // An encoded slash is one too: some clients encode a path as a whole.
    return safePath(decodeURIComponent(urlPath.slice(prefix.length))).join('/')
  } catch {
    return undefined
  }
}
