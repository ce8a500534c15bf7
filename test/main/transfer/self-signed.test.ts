import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, createServer as createPlainServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkServer } from '../../../src/main/transfer/check-server.ts'
import { serve } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** A certificate that nobody vouches for; null where this machine has no openssl to make it. */
function certificate(folder: string, name: string) {
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
async function tlsFront(credentials: { key: Buffer; cert: Buffer }, port: number) {
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

describe('the test of a connection', () => {
  it('shows a certificate that nobody vouches for, and trusts it by its fingerprint and no other', async (test) => {
    const folder = temporaryFolder()
    const studio = certificate(folder, 'studio')
    const thief = certificate(folder, 'thief')
    if (!studio || !thief) return test.skip()
    const { port, token } = await serve(join(folder, 'data'))
    const front = await tlsFront(studio, port)
    const untrusted = await checkServer({ url: front.url, token })
    expect(untrusted).toMatchObject({
      ok: false,
      error: { code: 'tls-untrusted' },
      certificate: { subject: 'studio' },
    })
    expect(front.seen).toEqual([])
    const fingerprint = untrusted.certificate?.fingerprint ?? ''
    expect(await checkServer({ url: front.url, token, fingerprint })).toMatchObject({ ok: true })
    const stolen = await tlsFront(thief, port)
    const changed = await checkServer({ url: stolen.url, token, fingerprint })
    expect(changed).toMatchObject({
      error: { code: 'certificate-changed', facts: { trusted: fingerprint } },
      certificate: { subject: 'thief' },
    })
    expect(changed.error?.facts).toMatchObject({ shown: changed.certificate?.fingerprint })
    expect(stolen.seen).toEqual([])
  })

  it('tells a wrong token from a wrong address from something else that answers', async () => {
    const { url } = await serve(join(temporaryFolder(), 'data'))
    const codeOf = async (address: string) =>
      (await checkServer({ url: address, token: 'wrong' })).error?.code
    expect(await codeOf(url)).toBe('unauthorized')
    expect(await codeOf('http://127.0.0.1:9')).toBe('server-unreachable')
    const other = createPlainServer((socket) => socket.end('220 mail.example ESMTP\r\n')).listen(
      0,
      '127.0.0.1',
    )
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    expect(await codeOf(`http://127.0.0.1:${port}`)).toBe('not-photoferry')
    expect(await codeOf(url.replace('http:', 'https:'))).toBe('not-photoferry')
  })
})
