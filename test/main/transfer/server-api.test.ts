import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServerApi, type ServerApi } from '../../../src/main/transfer/server-api.ts'
import { type ErrorCode, failureKinds, type UploadError } from '../../../src/shared/protocol/errors.ts'

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
  it.each([
    [400, 'stop'],
    [401, 'stop'],
    [403, 'stop'],
    [404, 'new-task'],
    [408, 'retry'],
    [409, 'ask-again'],
    [410, 'new-task'],
    [413, 'stop'],
    [415, 'stop'],
    [423, 'ask-again'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
    [507, 'wait'],
  ] as const)('takes a bare status %i, as from a proxy, for something to %s', async (status, way) => {
    const api = await clientOf((_request, response) => response.writeHead(status).end('<h1>no</h1>'))
    const { code } = await errorOf(api.createTask(task, never))
    expect(failureKinds[code as ErrorCode].recovery).toBe(way)
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

  it('does not follow redirects: a token belongs to one server', async () => {
    const api = await clientOf((request, response) => {
      if (request.url === '/elsewhere') response.end('{}')
      else response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect((await errorOf(api.createTask(task, never))).code).toBe('not-photoferry')
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

  it.each([
    ['PhotoFerry’s own words', JSON.stringify({ error: { code: 'unauthorized', message: 'No.' } })],
    ['those of a proxy', '<h1>401</h1>'],
  ])('says what to do about a refused token, with %s', async (_what, body) => {
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
