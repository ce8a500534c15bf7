/** "Test connection": checks that an address is a PhotoFerry server which accepts the token, and fetches its certificate. */
import { request } from 'node:https'
import type { PeerCertificate } from 'node:tls'
import type { ServerCheck, ShownCertificate } from '../../shared/answers.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import { peerText } from './peer-text.ts'
import { ServerAgents, type Way, type WayOptions } from './server-agents.ts'
import { createServerApi } from './server-api.ts'
import { silentError } from './server-errors.ts'

const checkTimeoutMs = 15_000

/** Never rejects: a fault is the answer. An untrusted certificate comes with it, so that a person may trust it. */
export async function checkServer(address: ServerAddress, way: WayOptions = {}): Promise<ServerCheck> {
  const api = createServerApi(address, way)
  const signal = AbortSignal.timeout(checkTimeoutMs)
  try {
    await api.health(signal)
    await api.checkToken(signal)
    return { ok: true, message: 'Connected. The token works.' }
  } catch (thrown) {
    const { info } = signal.aborted ? silentError(address.url) : toUploadError(thrown)
    const answer = { ok: false, message: info.message, error: info }
    if (info.code !== 'tls-untrusted' && info.code !== 'certificate-changed') return answer
    const certificate = await fetchCertificate(address, way, AbortSignal.timeout(checkTimeoutMs))
    return certificate ? { ...answer, certificate } : answer
  } finally {
    api.close()
  }
}

/**
 * Fetches the server's certificate without trusting it, and without sending it anything.
 * @returns null when there is none or the signal aborts
 */
async function fetchCertificate(
  address: ServerAddress,
  options: WayOptions,
  signal: AbortSignal,
): Promise<ShownCertificate | null> {
  let found: ShownCertificate | null = null
  const agents = new ServerAgents(address, options, (socket) => {
    found = certificateOf(socket.getPeerCertificate())
    // Refused in any case, so that no request follows.
    return new Error('The certificate was only read')
  })
  const readOver = ({ agent }: Way) =>
    new Promise<never>((_resolve, reject) => {
      request(address.url, { agent: agent.https, signal }).once('error', reject).end()
    })
  await agents.over(readOver).catch(() => undefined)
  agents.close()
  return found
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
  return peerText(String(name))
}
