/** Requests to real servers through real proxies: which way each goes, and what is said of a proxy that fails. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { checkServer } from '../../../src/main/transfer/check-server.ts'
import { createServerApi, type ServerApiOptions } from '../../../src/main/transfer/server-api.ts'
import type { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { ServerAddress } from '../../../src/shared/servers.ts'
import { serve } from '../../crossing/programs.ts'
import { forwardProxy } from '../../forward-proxy.ts'
import { quietPort } from '../../quiet-port.ts'
import { bytesOf, md5, start } from '../../server/harness.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { certificate, tlsFront } from '../../tls-front.ts'

afterEach(() => void vi.unstubAllEnvs())

const never = new AbortController().signal

function apiOf(address: ServerAddress, options: ServerApiOptions = {}) {
  const api = createServerApi(address, options)
  onTestFinished(() => api.close())
  return api
}

const errorOf = (attempt: Promise<unknown>): Promise<UploadError> =>
  attempt.then(
    () => expect.unreachable('it succeeded'),
    (error: UploadError) => error,
  )

async function plainServer() {
  const { server } = await start({ env: { CHUNK_SIZE: '256K' } })
  return { url: server.url, token: server.token ?? '' }
}

/** A server behind a certificate that no authority signed; null where this machine has no openssl to make it. */
async function secureServer() {
  const folder = temporaryFolder()
  const made = certificate(folder, 'studio')
  if (!made) return null
  const { port, token } = await serve(join(folder, 'data'))
  const { url, seen } = await tlsFront(made, port)
  return { url, token, seen }
}

/** Sends a file of several chunks, all at once. */
async function upload(address: ServerAddress, options: ServerApiOptions = {}): Promise<string> {
  const api = apiOf(address, options)
  const bytes = bytesOf(2_000_000)
  const digests = { md5: md5(bytes), sha256: createHash('sha256').update(bytes).digest('hex') }
  const offer = { fileName: 'a.jpg', fileSize: bytes.length, hash: digests.md5, sha256: digests.sha256 }
  const task = await api.createTask(offer, never)
  if (typeof task === 'string') throw new Error('The server is still reading a stored file')
  const chunks = Array.from({ length: task.totalChunks }, (_, chunkIndex) => ({
    ...{ taskId: task.taskId, chunkIndex, digest: task.chunkDigest, completeAs: undefined },
    bytes: bytes.subarray(chunkIndex * task.chunkSize, (chunkIndex + 1) * task.chunkSize),
  }))
  await Promise.all(chunks.map((chunk) => api.putChunk(chunk, never)))
  const { stored } = await api.complete(task.taskId, digests, never)
  return stored?.path ?? ''
}

describe('a proxy for http', () => {
  it('passes every request on, over few connections that are kept', async () => {
    const address = await plainServer()
    const proxy = await forwardProxy({ login: 'anna:p@ss' })
    vi.stubEnv('HTTP_PROXY', proxy.url.replace('//', '//anna:p%40ss@'))
    expect(await upload(address)).toBe('/uploads/a.jpg')
    expect(await checkServer(address)).toMatchObject({ ok: true })
    expect(proxy.passed).toContain(`POST ${address.url}/api/task`)
    expect(proxy.passed).toContain(`GET ${address.url}/api/health`)
    expect(proxy.passed.filter((line) => line.startsWith('PUT '))).toHaveLength(8)
    expect(proxy.connections()).toBeLessThanOrEqual(10)
  })

  it('is not used for the server that PhotoFerry itself runs, nor for what NO_PROXY names', async () => {
    const address = await plainServer()
    const proxy = await forwardProxy()
    vi.stubEnv('HTTP_PROXY', proxy.url)
    expect(await upload(address, { direct: true })).toBe('/uploads/a.jpg')
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    await apiOf(address).health(never)
    expect(proxy.connections()).toBe(0)
  })

  it.each([
    ['none', undefined],
    ['a wrong one', 'anna:wrong'],
  ])('that wants a login and gets %s is named, without the password', async (_what, login) => {
    const address = await plainServer()
    const proxy = await forwardProxy({ login: 'anna:right' })
    vi.stubEnv('HTTP_PROXY', login ? proxy.url.replace('//', `//${login}@`) : proxy.url)
    const { code, message, facts } = await errorOf(apiOf(address).health(never))
    const { host } = new URL(address.url)
    expect(code).toBe('proxy-answer')
    expect(message).toBe(
      `The proxy ${proxy.name} on the way to ${host} wants a user name and password. Put them into its address, such as HTTPS_PROXY=http://name:password@host:port.`,
    )
    expect(facts).toEqual({ kind: 'proxy-login', host, proxy: proxy.name })
  })

  it('that is down is named, without the password', async () => {
    const port = await quietPort()
    vi.stubEnv('HTTP_PROXY', `http://anna:secret@127.0.0.1:${port}`)
    const error = await errorOf(apiOf(await plainServer()).health(never))
    expect(error).toMatchObject({
      code: 'server-unreachable',
      facts: { kind: 'proxy-away', proxy: `127.0.0.1:${port}`, reason: 'ECONNREFUSED' },
    })
    expect(error.message).toContain(`the proxy 127.0.0.1:${port} on the way doesn't answer (ECONNREFUSED)`)
    expect(error.message).not.toContain('secret')
  })

  it('that can’t be used is named, and nothing goes past it', async () => {
    vi.stubEnv('ALL_PROXY', 'socks5://anna:secret@127.0.0.1:1080')
    const { code, message } = await errorOf(apiOf(await plainServer()).health(never))
    expect(code).toBe('server-unreachable')
    expect(message).toContain("can't use the proxy socks5://127.0.0.1:1080")
    expect(message).not.toContain('secret')
  })
})

describe('a proxy for https', () => {
  it('tunnels to a server with a pinned certificate, which is shown and checked through the tunnel', async (test) => {
    const server = await secureServer()
    if (!server) return test.skip()
    const { url, token, seen } = server
    const proxy = await forwardProxy({ login: 'anna:secret' })
    vi.stubEnv('https_proxy', proxy.url.replace('//', '//anna:secret@'))
    const untrusted = await checkServer({ url, token })
    expect(untrusted).toMatchObject({
      error: { code: 'tls-untrusted' },
      certificate: { subject: 'studio' },
    })
    expect(seen).toEqual([])
    const fingerprint = untrusted.certificate?.fingerprint ?? ''
    expect(await upload({ url, token, fingerprint })).toBe('/uploads/a.jpg')
    expect(await checkServer({ url, token, fingerprint })).toMatchObject({ ok: true })
    const { host } = new URL(url)
    expect([...new Set(proxy.passed)]).toEqual([`CONNECT ${host}`])
    // One for each look at the certificate, and one for each connection that is kept.
    expect(proxy.passed.length).toBeLessThan(8)

    const before = seen.length
    const other = fingerprint.replace(/^../, (first) => (first === '00' ? '11' : '00'))
    const refused = await errorOf(apiOf({ url, token, fingerprint: other }).health(never))
    expect(refused.code).toMatch(/^(tls-untrusted|certificate-changed)$/)
    expect(seen).toHaveLength(before)
  })

  it.each([
    ['wants a login', 407, 'proxy-login', 'wants a user name and password'],
    ['refuses the tunnel', 403, 'proxy-refused', "doesn't let PhotoFerry through to"],
    ['can’t reach the server', 503, 'proxy-refused', '(status 503)'],
  ])('that %s is named', async (_what, refusal, kind, words) => {
    const proxy = await forwardProxy({ refusal })
    vi.stubEnv('HTTPS_PROXY', proxy.url)
    const address = { url: 'https://photos.example.com', token: 'secret' }
    const { code, message, facts } = await errorOf(apiOf(address).health(never))
    expect({ code, facts }).toMatchObject({ code: 'proxy-answer', facts: { kind, proxy: proxy.name } })
    expect(message).toContain(words)
  })

  it('that hangs up, or answers nonsense, is named', async () => {
    for (const answer of ['', 'SSH-2.0-OpenSSH_9.2\r\n']) {
      const rude = createServer((socket) => {
        socket.on('error', () => undefined).once('data', () => socket.end(answer))
      }).listen(0, '127.0.0.1')
      await once(rude, 'listening')
      onTestFinished(() => void rude.close())
      const { port } = rude.address() as AddressInfo
      vi.stubEnv('HTTPS_PROXY', `127.0.0.1:${port}`)
      const { code, facts } = await errorOf(
        apiOf({ url: 'https://photos.example.com', token: '' }).health(never),
      )
      expect(code).toMatch(/^(server-unreachable|proxy-answer)$/)
      expect(facts).toMatchObject({ proxy: `127.0.0.1:${port}` })
    }
  })
})

describe("the system's proxies", () => {
  it('are used in their order: where one is away, the next leads to the server', async () => {
    const address = await plainServer()
    const proxy = await forwardProxy()
    const list = `PROXY 127.0.0.1:${await quietPort()}; PROXY ${proxy.name}; DIRECT`
    expect(await upload(address, { resolveProxy: async () => list })).toBe('/uploads/a.jpg')
    expect(proxy.passed.filter((line) => line.startsWith('PUT '))).toHaveLength(8)
  })

  it('may be left at home: without any that answers, the server is reached directly', async () => {
    const list = `PROXY 127.0.0.1:${await quietPort()}; DIRECT`
    expect(await upload(await plainServer(), { resolveProxy: async () => list })).toBe('/uploads/a.jpg')
  })

  it('are asked for the address of the server, also when a connection is tested', async () => {
    const address = await plainServer()
    const proxy = await forwardProxy()
    const asked: string[] = []
    const resolveProxy = async (url: string) => {
      asked.push(url)
      return `PROXY ${proxy.name}`
    }
    expect(await checkServer(address, { resolveProxy })).toMatchObject({ ok: true })
    expect(asked).toEqual([address.url])
    expect(proxy.passed).toEqual([`GET ${address.url}/api/health`, `GET ${address.url}/api/stats`])
  })
})
