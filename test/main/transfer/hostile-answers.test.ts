/** What no server of ours answers is cut off, refused with its reason, and is the connection's failure. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BufferPool } from '../../../src/main/pipeline/buffer-pool.ts'
import { onLines } from '../../../src/main/transfer/child-lines.ts'
import { fitsFile, isUsualLayout } from '../../../src/main/transfer/missing-chunks.ts'
import { createServerApi, type ServerApiOptions } from '../../../src/main/transfer/server-api.ts'
import type { UploadError } from '../../../src/shared/protocol/errors.ts'
import {
  bomb,
  dribbled,
  endless,
  honestTask,
  hostileOffers,
  hostileSize,
  says,
} from '../../hostile-answers.ts'
import type { Answer } from '../../outage-proxy.ts'

const never = new AbortController().signal
const offered = { fileName: 'b.mov', fileSize: hostileSize }
const mebibyte = 2 ** 20

async function apiOf(answer: Answer, options: ServerApiOptions = {}) {
  const closed: number[] = []
  const seen: (string | string[] | undefined)[][] = []
  const server = createServer((incoming, outgoing) => {
    seen.push([incoming.headers.cookie, incoming.headers['accept-encoding']])
    outgoing.once('close', () => closed.push(performance.now()))
    answer(outgoing, incoming)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const api = createServerApi({ url, token: 'secret' }, options)
  onTestFinished(() => {
    api.close()
    server.closeAllConnections()
    server.close()
  })
  return { api, closed, seen }
}

const errorOf = (attempt: Promise<unknown>): Promise<UploadError> =>
  attempt.then(
    () => expect.unreachable('it succeeded'),
    (error: UploadError) => error,
  )

/** What the client makes of an answer to an offer, down to the address of the stored file. */
async function accept(answer: Answer): Promise<void> {
  const { api } = await apiOf(answer)
  const task = await api.createTask(offered, never)
  if (typeof task === 'string') return
  if (task.url !== undefined) api.absolute(task.url)
  if (!fitsFile(task, hostileSize) || !isUsualLayout(task)) throw new Error('chunks of CHUNK_SIZE')
}

describe('an answer to an offer', () => {
  const isLarge = (name: string) => name === 'one chunk for all of it'
  it.each(hostileOffers.filter(([name]) => !isLarge(name)))(
    'of %s is refused within 30 s',
    async (_what, answer) => {
      const beganMs = performance.now()
      const { message } = await errorOf(accept(answer))
      expect(message).toMatch(/more than 1 MB|compressed|not its own|No PhotoFerry server|CHUNK_SIZE/)
      expect(performance.now() - beganMs).toBeLessThan(30_000)
    },
  )

  it('as an honest server gives it is believed, with a hundred thousand chunks too', async () => {
    await accept(says(JSON.stringify(honestTask)))
    const uploadedChunks = Array.from({ length: 100_000 }, (_, index) => index)
    const { api } = await apiOf(says(JSON.stringify({ ...honestTask, totalChunks: 100_000, uploadedChunks })))
    expect(await api.createTask(offered, never)).toMatchObject({ uploadedChunks })
  })
})

describe('the client', () => {
  it.each([
    ['is endless', endless, 'answer-too-long'],
    ['says that it is long', says('', { 'content-length': '99999999' }), 'answer-too-long'],
    ['is compressed', bomb, 'answer-compressed'],
  ] as const)('hangs up on an answer that %s, also to a health check', async (_what, answer, kind) => {
    const { api, closed } = await apiOf(answer)
    expect(await errorOf(api.health(never))).toMatchObject({ code: 'not-photoferry', facts: { kind } })
    await expect.poll(() => closed.length).toBe(1)
  })

  it('waits for the end of an answer that dribbles for a while only, however often a byte comes', async () => {
    const { api, closed } = await apiOf(dribbled(20), { answerMs: 300 })
    expect(await errorOf(api.health(never))).toMatchObject({ code: 'connection-stalled' })
    await expect.poll(() => closed.length).toBe(1)
  })

  it('does not cut a body that takes longer than an answer may', async () => {
    const receipt = says(JSON.stringify({ chunkIndex: 0, uploaded: 1, total: 1, progress: 100 }))
    const slowly: Answer = (outgoing, incoming) => {
      incoming.pause()
      setTimeout(() => incoming.resume(), 2_500)
      incoming.once('end', () => receipt(outgoing, incoming))
    }
    const { api } = await apiOf(slowly, { answerMs: 1_500 })
    const bytes = Buffer.alloc(16 * mebibyte)
    const chunk = { taskId: 't', chunkIndex: 0, bytes, completeAs: undefined }
    expect(await api.putChunk(chunk, never)).toMatchObject({ uploaded: 1 })
  })

  it.each([
    ['too long', says(Buffer.alloc(2 * mebibyte), {}, 502)],
    ['compressed', says(Buffer.alloc(9), { 'content-encoding': 'br' }, 502)],
    ['never ending', dribbled(20, 502)],
  ] as const)('believes the status of a refusal whose page is %s', async (_what, answer) => {
    const { api } = await apiOf(answer, { answerMs: 1_500 })
    expect(await errorOf(api.health(never))).toMatchObject({ code: 'proxy-answer', facts: { status: 502 } })
  })

  it('asks for nothing compressed, and keeps no cookie', async () => {
    const { api, seen } = await apiOf(says(JSON.stringify(honestTask), { 'set-cookie': 'a=b; Path=/' }))
    await api.createTask(offered, never)
    await api.createTask(offered, never)
    expect(seen).toEqual([
      [undefined, 'identity'],
      [undefined, 'identity'],
    ])
  })

  it('shows what a server wrote on one line, without what acts on a terminal, and not at any length', async () => {
    const message = `Full\u001B]0;x\u0007\r\nOK \u202Egpj.exe${'!'.repeat(5_000)}`
    const { api } = await apiOf(says(JSON.stringify({ error: { code: 'storage-full', message } }), {}, 507))
    const error = await errorOf(api.createTask(offered, never))
    expect(error.code).toBe('storage-full')
    expect(error.message).toMatch(/^Full \]0;x OK {2}gpj\.exe!+…$/)
    expect(error.message.length).toBe(1_000)
  })

  it('does not ask a person about a redirect of a length that nobody reads', async () => {
    const location = `https://photos.example/${'x'.repeat(3_000)}/api/health`
    const { api } = await apiOf(says('', { location }, 307))
    expect((await errorOf(api.health(never))).code).toBe('not-photoferry')
  })
})

describe('the address of a stored file', () => {
  const api = createServerApi({ url: 'https://photos.example/studio', token: 't' })
  it('is below the server’s', () => {
    expect(api.absolute('/uploads/a%20b.jpg')).toBe('https://photos.example/studio/uploads/a%20b.jpg')
  })

  it.each([
    'javascript:alert(1)',
    'https://evil.example/uploads/a.jpg',
    '//evil.example/uploads/a.jpg',
    '/\\evil.example/a.jpg',
    '/../other/a.jpg',
    '/%2e%2e/other/a.jpg',
    '/uploads/a.jpg?signature=x',
    '/uploads/a\n.jpg',
    '',
  ])('is never %j', (path) => {
    expect(() => api.absolute(path)).toThrow(/not its own/)
  })
})

describe('the memory for chunks', () => {
  it('has a bound: who comes late waits, in turn, until some is given back', async () => {
    const pool = new BufferPool()
    const first = await pool.take(32 * mebibyte, never)
    const second = await pool.take(32 * mebibyte, never)
    const order: string[] = []
    const third = pool.take(20 * mebibyte, never).then((buffer) => {
      order.push('third')
      return buffer
    })
    const stopped = new AbortController()
    const fourth = pool.take(1, stopped.signal)
    const fifth = pool.take(1, never).then(() => order.push('fifth'))
    await delay(20)
    expect(order).toEqual([])
    stopped.abort(new Error('stopped'))
    await expect(fourth).rejects.toThrow('stopped')
    pool.giveBack(first)
    expect(await third).toBe(first)
    await delay(20)
    expect(order).toEqual(['third'])
    pool.giveBack(second)
    await fifth
  })

  it('is lent once even where one chunk alone is larger', async () => {
    const pool = new BufferPool()
    const large = await pool.take(65 * mebibyte, never)
    const next = pool.take(1, never)
    pool.giveBack(large)
    expect((await next).length).toBeLessThan(mebibyte)
  })
})

it('keeps no more of a child’s endless line than 64 Ki characters', async () => {
  const output = new PassThrough()
  const lines: string[] = []
  onLines(output, (line) => lines.push(line))
  for (let count = 0; count < 20; count++) output.write('x'.repeat(10_000))
  output.end('\r\nnext\r\nlast')
  await once(output, 'end')
  expect(lines.map(({ length }) => length)).toEqual([65_536, 4, 4])
})
