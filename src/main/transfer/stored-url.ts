/** The address of a stored file, made of the path that a server gave: never one that leads anywhere else. */
import { oddAnswer } from './server-errors.ts'

/** What a browser reads as more than a path: a second slash begins a host, a backslash stands for a slash. */
const moreThanPath = /^\/\/|[\\?#\p{Cc}]/u

/**
 * @param serverUrl address of the server, perhaps with a path, without a slash at the end
 * @param path as the server gave it, counted from that address
 * @returns an absolute URL below the server's address
 * @throws UploadError `not-photoferry` for anything but a path below it
 */
export function storedUrl(serverUrl: string, path: string): string {
  const base = new URL(`${serverUrl}/`)
  if (!path.startsWith('/') || moreThanPath.test(path)) throw oddAnswer(serverUrl, 'link')
  const url = new URL(`${serverUrl}${path}`)
  // Dots may have led out of the folder that a reverse proxy serves the server below.
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname))
    throw oddAnswer(serverUrl, 'link')
  return url.href
}
