/** Makes links to stored files that a browser can open: signed for one file and one hour, without the token. */
import { createHmac } from 'node:crypto'
import { fileSignatureMessage } from '../../shared/protocol/wire.ts'
import type { ServerAddress } from '../../shared/servers.ts'

const lifetimeMs = 60 * 60 * 1000

/**
 * @param storedUrl absolute URL that the server gave when it stored the file
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
  const stored = new URL(storedUrl)
  const url = server && bundled ? new URL(stored.pathname, server.url) : stored
  if (!server || new URL(server.url).origin !== url.origin) return url.href
  const expires = nowMs + lifetimeMs
  const signature = createHmac('sha256', server.token).update(fileSignatureMessage(url.pathname, expires))
  url.searchParams.set('expires', String(expires))
  url.searchParams.set('signature', signature.digest('hex'))
  return url.href
}
