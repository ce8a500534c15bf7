/** "Test connection": checks that an address is a PhotoFerry server which accepts the token, and fetches its certificate. */
import { connect, type PeerCertificate } from 'node:tls'
import type { ServerCheck, ShownCertificate } from '../../shared/answers.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import { createServerApi } from './server-api.ts'
import { silentError } from './server-errors.ts'

const checkTimeoutMs = 15_000

/** Never rejects: a fault is the answer. An untrusted certificate comes with it, so that a person may trust it. */
export async function checkServer(address: ServerAddress): Promise<ServerCheck> {
  const api = createServerApi(address)
  const signal = AbortSignal.timeout(checkTimeoutMs)
  try {
    await api.health(signal)
    await api.checkToken(signal)
    return { ok: true, message: 'Connected. The token works.' }
  } catch (thrown) {
    const { info } = signal.aborted ? silentError(address.url) : toUploadError(thrown)
    const answer = { ok: false, message: info.message, error: info }
    if (info.code !== 'tls-untrusted' && info.code !== 'certificate-changed') return answer
    const certificate = await fetchCertificate(address.url, AbortSignal.timeout(checkTimeoutMs))
    return certificate ? { ...answer, certificate } : answer
  } finally {
    api.close()
  }
}

/**
 * Fetches the server's certificate without trusting it, and without sending it anything.
 * @returns null when there is none or the signal aborts
 */
function fetchCertificate(url: string, signal: AbortSignal): Promise<ShownCertificate | null> {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  // An IP address is no server name (RFC 6066, section 3).
  const servername = /^[\d.]+$|:/.test(host) ? '' : host
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || 443, servername, rejectUnauthorized: false })
    const end = (found: ShownCertificate | null) => {
      signal.removeEventListener('abort', giveUp)
      socket.destroy()
      resolve(found)
    }
    const giveUp = () => end(null)
    signal.addEventListener('abort', giveUp)
    socket.once('error', giveUp)
    socket.once('secureConnect', () => end(certificateOf(socket.getPeerCertificate())))
  })
}

function certificateOf(certificate: PeerCertificate): ShownCertificate | null {
  const { fingerprint256, subject, issuer, valid_to: validTo } = certificate
  if (!fingerprint256) return null
  return {
    fingerprint: fingerprint256,
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    validToMs: Date.parse(validTo),
  }
}

function nameOf(names: PeerCertificate['subject'] | undefined): string {
  const name = names?.CN ?? Object.values(names ?? {}).join(', ')
  return String(name)
}
