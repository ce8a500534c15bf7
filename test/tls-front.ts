/** https in front of a server on loopback, with a certificate that no authority signed. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A certificate that nobody vouches for; null where this machine has no openssl to make it. */
export function certificate(folder: string, name: string) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const subject = ['-days', '2', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert]
  try {
    execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' })
  } catch {
    return null
  }
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

/** TLS in front of a server that speaks plain HTTP; counts the requests that come through. */
export async function tlsFront(credentials: { key: Buffer; cert: Buffer }, port: number) {
  const seen: string[] = []
  const front = createServer(credentials, (incoming, outgoing) => {
    seen.push(incoming.headers.authorization ?? '')
    const { method, url: path, headers } = incoming
    const target = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...headers, host: `127.0.0.1:${port}` },
    }
    incoming.pipe(
      request(target, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  onTestFinished(() => void front.close())
  return { url: `https://127.0.0.1:${(front.address() as AddressInfo).port}`, seen }
}
