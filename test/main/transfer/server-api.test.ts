import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServerApi, type ServerApi } from '../../../src/main/transfer/server-api.ts'
import type { UploadError } from '../../../src/shared/protocol/errors.ts'

const never = new AbortController().signal
const task = { fileName: 'a.jpg', fileSize: 1 }

async function clientOf(answer: RequestListener): Promise<ServerApi> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const api = createServerApi({ url: `http://127.0.0.1:${port}`, token: 'secret' })
  onTestFinished(() => {
    api.close()
    server.close()
  })
  return api
}

async function errorOf(attempt: Promise<unknown>): Promise<UploadError> {
  return attempt.then(
    () => expect.unreachable('it succeeded'),
    (error: UploadError) => error,
  )
}

describe('the server api', () => {
  it.each([400, 403, 404, 409, 410, 411, 413, 415, 422, 423, 500, 502, 503, 504, 507])(
    'takes a bare status %i for a proxy’s answer, which is no failure of the file',
    async (status) => {
      const api = await clientOf((_request, response) => response.writeHead(status).end('<h1>no</h1>'))
      const { host } = new URL(api.address.url)
      expect(await errorOf(api.createTask(task, never))).toMatchObject({
        code: 'proxy-answer',
        facts: { kind: 'proxy-answer', host, status },
      })
    },
  )

  it.each([
    [401, 'proxy-answer', 'login-wanted'],
    [407, 'proxy-answer', 'login-wanted'],
    [408, 'request-timeout', 'host-silent'],
    [429, 'too-many-requests', 'too-many-requests'],
  ] as const)('tells a bare status %i from others', async (status, code, kind) => {
    const api = await clientOf((_request, response) =>
      response.writeHead(status, { 'retry-after': '3' }).end(),
    )
    expect(await errorOf(api.createTask(task, never))).toMatchObject({
      code,
      facts: { kind },
      retryAfterMs: 3_000,
    })
  })

  it('believes the code and message of PhotoFerry’s own answer, and its Retry-After', async () => {
    const api = await clientOf((_request, response) => {
      const body = { error: { code: 'storage-full', message: 'No room.' } }
      response
        .writeHead(507, { 'retry-after': '7', 'content-type': 'application/json' })
        .end(JSON.stringify(body))
    })
    expect(await errorOf(api.createTask(task, never))).toMatchObject({
      code: 'storage-full',
      message: 'No room.',
      retryAfterMs: 7_000,
    })
  })

  it.each([
    ['a web page', '<html>'],
    ['other JSON', '{"ok":true}'],
    ['nothing', ''],
  ])('recognises %s as no PhotoFerry server', async (_what, body) => {
    const api = await clientOf((_request, response) => response.end(body))
    expect((await errorOf(api.createTask(task, never))).code).toBe('not-photoferry')
    expect((await errorOf(api.health(never))).code).toBe('not-photoferry')
  })

  it('asks once, whatever comes back: how often is the queue’s decision', async () => {
    let asked = 0
    const answers: RequestListener[] = [
      (request) => request.socket.resetAndDestroy(),
      (_request, response) => response.writeHead(503, { 'retry-after': '0' }).end(),
      (_request, response) => response.writeHead(429).end(),
    ]
    for (const answer of answers) {
      asked = 0
      const api = await clientOf((request, response) => {
        asked += 1
        return answer(request, response)
      })
      await errorOf(api.createTask(task, never))
      await errorOf(api.complete('t', { md5: 'm', sha256: 's' }, never))
      expect(asked).toBe(2)
    }
  })

  it('names where a redirect leads and does not follow it: a token belongs to one server', async () => {
    let location = ''
    const seen: (string | undefined)[] = []
    const api = await clientOf((request, response) => {
      seen.push(request.url)
      response.writeHead(307, { location }).end()
    })
    const factsAt = async (next: string) => {
      location = next
      const { code, facts } = await errorOf(api.createTask(task, never))
      return { code, facts }
    }
    const { host } = new URL(api.address.url)
    const redirected = { kind: 'redirected', host }
    expect(await factsAt('https://photos.example/api/task')).toEqual({
      code: 'redirected',
      facts: {
        ...redirected,
        location: 'https://photos.example/api/task',
        server: 'https://photos.example',
      },
    })
    expect(await factsAt('/login')).toEqual({
      code: 'redirected',
      facts: { ...redirected, location: `http://${host}/login`, server: null },
    })
    expect(await factsAt('javascript:alert(1)')).toMatchObject({ code: 'not-photoferry' })
    expect(new Set(seen)).toEqual(new Set(['/api/task']))
  })

  it('tells a refused connection, an unknown name and a broken connection apart', async () => {
    const nobody = createServerApi({ url: 'http://127.0.0.1:9', token: 't' })
    expect((await errorOf(nobody.health(never))).code).toBe('server-unreachable')
    const unknown = createServerApi({ url: 'http://no-such-host.invalid', token: 't' })
    expect((await errorOf(unknown.health(never))).code).toBe('server-unreachable')
    const rude = await clientOf((request) => request.socket.resetAndDestroy())
    expect((await errorOf(rude.health(never))).code).toBe('connection-lost')
  })

  it('says that https does not fit where plain HTTP answers', async () => {
    const plain = await clientOf((_request, response) => response.end())
    const secure = createServerApi({ url: plain.address.url.replace('http:', 'https:'), token: 't' })
    const { host } = new URL(plain.address.url)
    const message = `${host} doesn't use https. Try http:// instead.`
    expect(await errorOf(secure.health(never))).toMatchObject({ code: 'not-photoferry', message })
  })

  it('says what to do about a token that the server itself refuses', async () => {
    const body = JSON.stringify({ error: { code: 'unauthorized', message: 'No.' } })
    const api = await clientOf((_request, response) => response.writeHead(401).end(body))
    expect(await errorOf(api.checkToken(never))).toMatchObject({
      code: 'unauthorized',
      message: "Wrong or missing token. Enter the server's access token.",
    })
  })

  it('does not take a program that speaks no HTTP for a server', async () => {
    const chatter = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1')
    await once(chatter, 'listening')
    onTestFinished(() => void chatter.close())
    const { port } = chatter.address() as AddressInfo
    const api = createServerApi({ url: `http://127.0.0.1:${port}`, token: 't' })
    expect((await errorOf(api.health(never))).code).toBe('not-photoferry')
  })

  it('rejects with the reason of its signal when it is told to stop', async () => {
    const api = await clientOf(() => undefined)
    const stop = new AbortController()
    const chunk = { taskId: 'task', chunkIndex: 0, bytes: Buffer.alloc(10), completeAs: undefined }
    const running = api.putChunk(chunk, stop.signal)
    const reason = { kind: 'pause' }
    stop.abort(reason)
    expect(await errorOf(running)).toBe(reason)
  })
})
