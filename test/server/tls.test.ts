/** A server that speaks TLS itself, with a certificate that is renewed while it runs. */
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../server/config/config.ts'
import { authority } from '../certificates.ts'
import { bytesOf, start, temporaryFolder } from './harness.ts'
import { storedBytes } from './test-storage.ts'

const folder = temporaryFolder()
const issuer = authority(folder)

/** Writes a certificate for so many days. @returns the server's settings */
function write(days: number, at: string) {
  const pair = issuer?.sign(days)
  const [TLS_CERT, TLS_KEY] = [join(at, 'cert.pem'), join(at, 'key.pem')]
  writeFileSync(TLS_CERT, pair?.cert ?? '')
  writeFileSync(TLS_KEY, pair?.key ?? '')
  return { TLS_CERT, TLS_KEY }
}

const ca = () => readFileSync(issuer?.path ?? '')

function call(url: string, method: string, path: string, token: string, body?: Uint8Array) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Disposition': 'inline; filename="tls.jpg"' }
    const outgoing = request(url + path, { method, ca: ca(), headers, agent: false }, (incoming) => {
      text(incoming).then((said) => resolve({ status: incoming.statusCode, body: said }), reject)
    })
    outgoing.on('error', reject).end(body)
  })
}

/** When the certificate that is shown ends, as text; fails when it is none of ours. */
function validTo(url: string): Promise<string> {
  const { port, hostname: host } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port: Number(port), host, ca: ca() }, () => {
      resolve(socket.getPeerCertificate().valid_to)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

describe.runIf(issuer)('a server with a certificate', () => {
  it('takes uploads over https, and shows a renewed certificate without a restart', async () => {
    const at = temporaryFolder()
    const env = write(10, at)
    const { server, dataDir } = await start({ env })
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const bytes = bytesOf(200_000)
    expect((await call(server.url, 'POST', '/resumable', server.token ?? '', bytes)).status).toBe(201)
    expect(await storedBytes(dataDir, 'tls.jpg')).toEqual(bytes)
    expect((await call(server.url, 'GET', '/api/stats', 'wrong')).status).toBe(401)
    const before = await validTo(server.url)
    write(20, at)
    await expect.poll(() => validTo(server.url), { timeout: 8_000 }).not.toBe(before)
    // Half of a renewal, or none: the certificate before stays.
    const renewed = await validTo(server.url)
    writeFileSync(env.TLS_CERT, 'no certificate')
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(await validTo(server.url)).toBe(renewed)
    await server.close()
  })

  it('keeps connections whose requests were let in, where silent ones fill it', async () => {
    const { server } = await start({ env: write(10, temporaryFolder()) })
    const { port, hostname } = new URL(server.url)
    const honest = connectTls({ port: Number(port), host: hostname, ca: ca() })
    let said = ''
    let isClosed = false
    honest.on('data', (piece: Buffer) => {
      said += piece.toString()
    })
    honest.on('close', () => {
      isClosed = true
    })
    const ask = () =>
      honest.write(
        `GET /api/stats HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
      )
    ask()
    await expect.poll(() => said).toContain('200 OK')
    const silent: Socket[] = []
    while (silent.length < 1_050) {
      // A system keeps no more than some hundred connections that are not accepted yet; those beyond come many seconds later.
      const some = Array.from({ length: 50 }, () =>
        connect(Number(port), hostname).on('error', () => undefined),
      )
      await Promise.all(some.map((socket) => once(socket, 'connect')))
      silent.push(...some)
    }
    const closed = () => silent.filter((socket) => socket.closed || socket.readableEnded).length
    for (const socket of silent) socket.resume()
    // Less than the 20 s after which silent ones go anyway.
    await expect.poll(closed, { timeout: 19_000 }).toBeGreaterThanOrEqual(50)
    said = ''
    ask()
    await expect.poll(() => said).toContain('200 OK')
    expect(isClosed).toBe(false)
    for (const socket of silent) socket.destroy()
    honest.destroy()
    await server.close()
  })

  it('says what is wrong with its files, and does not start without TLS in their place', async () => {
    const at = temporaryFolder()
    const env = write(10, at)
    const other = write(11, temporaryFolder())
    await expect(start({ env: { ...env, TLS_KEY: join(at, 'gone.pem') } })).rejects.toThrow(/cannot be read/)
    copyFileSync(other.TLS_KEY, env.TLS_KEY)
    await expect(start({ env })).rejects.toThrow(/are no certificate and its key/)
    expect(() => parseConfig([], { TLS_CERT: 'x' })).toThrow(/needs both/)
  })
})
