/** Certificates for tests: an authority of their own, and what it signed. Made by openssl. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from './outage-proxy.ts'

export interface Authority {
  /** Path of its certificate, for NODE_EXTRA_CA_CERTS. */
  readonly path: string
  /** Credentials for 127.0.0.1, valid for so many days from now; fewer than 0 for expired ones. */
  sign(days: number): Credentials
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** @returns null where this machine has no openssl */
export function authority(folder: string): Authority | null {
  const at = (name: string) => join(folder, name)
  const openssl = (args: readonly string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const subject = ['-days', '2', '-subj', '/CN=Test authority']
  try {
    openssl(['req', '-x509', ...newKey, ...subject, '-keyout', at('ca.key'), '-out', at('ca.pem')])
  } catch {
    return null
  }
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1')
  const sign = (days: number) => {
    const [key, request, cert] = [at(`${days}.key`), at(`${days}.csr`), at(`${days}.pem`)]
    openssl(['req', ...newKey, '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', request])
    const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')]
    openssl(['x509', '-req', '-in', request, ...signer, '-days', String(days), '-out', cert])
    return { key: readFileSync(key), cert: readFileSync(cert) }
  }
  return { path: at('ca.pem'), sign }
}
