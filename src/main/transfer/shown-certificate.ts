/** Looks at the certificate that a server shows, without trusting it or telling it anything. */
import { connect, type PeerCertificate } from 'node:tls'
import type { ShownCertificate } from '../../shared/answers.ts'

/** @returns null where no certificate can be had */
export function shownCertificate(url: string, signal: AbortSignal): Promise<ShownCertificate | null> {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  // An address of numbers is no server name (RFC 6066, section 3).
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
    socket.once('secureConnect', () => end(factsOf(socket.getPeerCertificate())))
  })
}

function factsOf(certificate: PeerCertificate): ShownCertificate | null {
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
