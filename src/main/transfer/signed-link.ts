/** Makes links to stored files that a browser can open: signed for one file and one hour, without the token. */
import { createHmac } from 'node:crypto'
import { fileSignatureMessage, routes } from '../../shared/protocol/wire.ts'
import type { ServerAddress } from '../../shared/servers.ts'

const lifetimeMs = 60 * 60 * 1000

/** What the path of every stored file begins with, below the server's address. */
const filesPath = routes.file('')

/**
 * @param storedUrl absolute URL that was noted when the file was stored
 * @param server the server in use now; null for none
 * @param bundled whether that is the bundled server, which listens on another port after every start
 * @param nowMs ms since 1970
 * @returns the link; unsigned for a file on a server that is not in use now
 */
export function signedLink(
  storedUrl: string,
  server: ServerAddress | null,
  bundled: boolean,
  nowMs: number,
): string {
  const path = server && pathAt(new URL(storedUrl), new URL(server.url), bundled)
  if (!server || path === null) return new URL(storedUrl).href
  const url = new URL(server.url + path)
  const expires = nowMs + lifetimeMs
  // The server signs the path that it sees itself, without the path of a reverse proxy.
  const signature = createHmac('sha256', server.token).update(fileSignatureMessage(path, expires))
  url.searchParams.set('expires', String(expires))
  url.searchParams.set('signature', signature.digest('hex'))
  return url.href
}

/**
 * The path of a stored file in the library of a server, as `/api/links` wants it; null for a file that is not there.
 * @param storedUrl as for `signedLink`, as are the others
 */
export function libraryPath(storedUrl: string, server: ServerAddress, bundled: boolean): string | null {
  if (!URL.canParse(storedUrl)) return null
  const path = pathAt(new URL(storedUrl), new URL(server.url), bundled)
  try {
    return path === null ? null : decodeURIComponent(path.slice(filesPath.length))
  } catch {
    return null
  }
}

/** The file's path below the server's address; null for a file that is not at this server. */
function pathAt(stored: URL, server: URL, bundled: boolean): string | null {
  if (!bundled && stored.origin !== server.origin) return null
  const prefix = server.pathname.replace(/\/+$/, '')
  if (stored.pathname.startsWith(`${prefix}${filesPath}`)) return stored.pathname.slice(prefix.length)
  // Earlier versions noted the address of a file without the path that its server lives below.
  return stored.pathname.startsWith(filesPath) ? stored.pathname : null
}
