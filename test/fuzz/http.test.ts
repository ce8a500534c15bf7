/**
 * F17 for the server: honest requests of every dialect, changed at up to four places or in their bytes, over raw sockets to a
 * server in a process of its own. `PHOTOFERRY_FUZZ` says how many.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { bundled, sendBundle } from '../server/bundling.ts'
import { contractUpload } from '../server/contract-client.ts'
import { bytesOf, type Client, md5, temporaryFolder } from '../server/harness.ts'
import { isMemoryMeasured, type MeasuredServer, mebibyte, spawnMeasured } from '../server/measured-server.ts'
import { bringByTusToTheEnd } from '../server/tus-client.ts'
import { type Known, kinds, type Length, lengths, spotsOf, written } from './requests.ts'
import { patientMs, runs } from './runs.ts'
import { applyEdits, type ByteEdit, byteEdit, changeBytes, type Edit, edits } from './spots.ts'

const root = temporaryFolder()
const dataDir = join(root, 'data')
const token = 'ann-secret'
/** Requests after which what they name is offered anew: some of them end it. */
const renewEvery = 20
let server: MeasuredServer
let client: Client

beforeAll(async () => {
  mkdirSync(join(root, 'outside'))
  writeFileSync(join(root, 'outside', 'canary.jpg'), 'precious')
  server = await spawnMeasured(dataDir, {
    env: { TOKENS: `ann:${token}`, MAX_FILE_SIZE: '1M', MAX_OPEN_TASKS: '1000000', LOG_LEVEL: 'error' },
  })
  client = new (server.client.constructor as typeof Client)(server.client.url, token)
})

interface Attempt {
  readonly kind: string
  readonly changes: readonly Edit[]
  readonly bytes: readonly ByteEdit[]
  readonly length: Length
  readonly hasToken: boolean
}

const attempts: fc.Arbitrary<Attempt> = fc.record({
  kind: fc.constantFrom(...Object.keys(kinds)),
  changes: edits(4),
  bytes: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(byteEdit, { maxLength: 3 }) },
  ),
  length: fc.oneof(
    { weight: 5, arbitrary: fc.constant('true' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...lengths) },
  ),
  hasToken: fc.oneof(
    { weight: 20, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
})

/** A task in each dialect of which nothing is there yet, and a file that is. */
async function open(name: string): Promise<Known> {
  const bytes = bytesOf(90_000)
  const { taskId } = await client.offer(`open/${name}.jpg`, bytes)
  const creation = {
    'Upload-Length': String(bytes.length),
    'Upload-Metadata': `filename ${btoa(`${name}-tus.jpg`)}`,
  }
  const created = await client.request('POST', '/tus', { headers: { 'Tus-Resumable': '1.0.0', ...creation } })
  const tusId = String(created.headers.get('location')).split('/').at(-1) ?? ''
  return { token, taskId, tusId, bytes, storedPath: 'first.jpg' }
}

function bytesToSend({ kind, changes, bytes, length, hasToken }: Attempt, known: Known): Buffer {
  const one = kinds[kind]?.(known)
  if (!one) throw new Error(`There is no kind ${kind}.`)
  if (hasToken) one.headers.push(['Authorization', `Bearer ${token}`])
  applyEdits(structuredClone(changes), () => spotsOf(one))
  return bytes.reduce(changeBytes, written(one, new URL(client.url).host, length))
}

/** Sends all of it, then the end of sending; answers what comes back until the server closes. */
function exchange(bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(client.url)
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(Number(port), hostname, () => socket.end(bytes))
    const late = setTimeout(() => {
      reject(new Error(`no answer and no end within 20 s; so far: ${received.slice(0, 500)}`))
      socket.destroy()
    }, 20_000)
    socket.on('data', (piece) => {
      received += piece.toString('latin1')
    })
    // A server that refuses in the middle of a body may reset what is still on its way.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(late)
      resolve(received)
    })
  })
}

function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status))
}

/** Everything that lies in the data folder, below its top names. */
function placesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
}

async function expectHonestUploads(round: string): Promise<void> {
  const bytes = bytesOf(150_000)
  expect(await client.upload(`honest/${round}.jpg`, bytes)).toMatchObject({
    status: 200,
    body: { md5: md5(bytes) },
  })
  const small = bundled(`honest/${round}-bundled.jpg`, bytesOf(1_000))
  expect(await sendBundle(client, [small])).toMatchObject([{ state: 'stored' }])
  await bringByTusToTheEnd(client, `honest-${round}-tus.jpg`, bytesOf(150_000), 50_000)
  const {
    md5: hash,
    fileName,
    totalChunks,
  } = contractUpload(client.url, `honest-${round}.jpg`, bytes, 200_000)
  const form = new FormData()
  for (const [name, value] of Object.entries({ md5: hash, fileName, totalChunks, chunkIndex: 0 }))
    form.append(name, String(value))
  form.append('chunk', new Blob([new Uint8Array(bytes)]))
  expect((await client.request('POST', '/api/upload-chunk', { body: form })).status).toBe(200)
  const whole = await client.post('/api/complete-upload', { md5: hash, fileName, totalChunks })
  expect(whole).toMatchObject({ status: 200, body: { success: true } })
}

it(
  'no request stops the server, makes it fail, or leads out of its folder, whatever is changed about it',
  async () => {
    await client.upload('first.jpg', bytesOf(1_000))
    await expectHonestUploads('before')
    const before = isMemoryMeasured ? await server.heldBytes() : 0
    const seen = new Map<number, number>()
    let tried = 0
    let known = await open('0')
    await fc.assert(
      fc.asyncProperty(attempts, async (attempt) => {
        tried += 1
        if (tried % renewEvery === 0) known = await open(String(tried))
        const sent = bytesToSend(attempt, known)
        const answer = await exchange(sent)
        for (const status of statusesIn(answer)) {
          seen.set(status, (seen.get(status) ?? 0) + 1)
          // Besides a full disk nothing is the server's fault.
          if (status >= 500 && status !== 507)
            throw new Error(`${sent.toString('latin1').slice(0, 3_000)}\n--\n${answer}`)
        }
        expect(server.process.exitCode).toBeNull()
      }),
      runs('requests'),
    )
    await expectHonestUploads('after')
    console.log(
      `${tried} requests; answers: ${[...seen]
        .sort(([a], [b]) => a - b)
        .map((each) => each.join(' × '))
        .join(', ')}`,
    )
    expect(server.stderr()).toBe('')
    expect(seen.get(200)).toBeGreaterThan(0)
    expect(seen.get(400)).toBeGreaterThan(0)
    if (isMemoryMeasured) {
      const growth = (await server.heldBytes()) - before
      console.log(`memory: ${(growth / mebibyte).toFixed(1)} MiB more than before`)
      expect(growth).toBeLessThan(64 * mebibyte)
    }
    expect(readdirSync(root).sort()).toEqual(['data', 'outside'])
    expect(placesIn(join(root, 'outside'))).toEqual(['canary.jpg'])
    expect(readFileSync(join(root, 'outside', 'canary.jpg'), 'utf8')).toBe('precious')
    // What a client with a folder sends lies in it, and nothing is a link.
    expect(readdirSync(join(dataDir, 'uploads'))).toEqual(['ann'])
    expect(placesIn(dataDir).filter((path) => lstatSync(join(dataDir, path)).isSymbolicLink())).toEqual([])
    expect(await server.client.request('GET', '/api/health')).toMatchObject({ status: 200 })
  },
  patientMs,
)
