/** One server, one large file and many small ones: what the benches of ledgers and stores measure in turns. */
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import PQueue from 'p-queue'

const entry = fileURLToPath(new URL('../../server/index.ts', import.meta.url))
const atOnce = 8
const smallBytes = 50 * 1024
const chunkBytes = 8 * 1024 * 1024
const { values } = parseArgs({
  options: {
    large: { type: 'string', default: '512' },
    small: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
})

/** How often to measure each kind, in turns. */
export const rounds = Number(values.rounds)

/** What is measured, in words. */
export const workload = `one file of ${values.large} MiB, then ${values.small} of ${smallBytes / 1024} KiB, ${atOnce} at once`

async function call(url: string, method: string, path: string, body: Uint8Array | object): Promise<never> {
  const isBytes = body instanceof Uint8Array
  const digest = isBytes ? createHash('sha256').update(body).digest('base64') : ''
  const headers = isBytes
    ? { 'Content-Digest': `sha-256=:${digest}:` }
    : { 'Content-Type': 'application/json' }
  const sent = isBytes ? new Uint8Array(body) : JSON.stringify(body)
  const answer = await fetch(url + path, { method, headers, body: sent })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as never
}

/** Offer, chunks, complete: as every client does it. */
async function bring(url: string, fileName: string, bytes: Uint8Array): Promise<void> {
  const hash = createHash('md5').update(bytes).digest('hex')
  const request = { fileName, fileSize: bytes.length, hash }
  const task: { taskId: string; chunkSize: number; totalChunks: number } = await call(
    url,
    'POST',
    '/api/task',
    request,
  )
  const queue = new PQueue({ concurrency: 4 })
  await queue.addAll(
    Array.from({ length: task.totalChunks }, (_, index) => () => {
      const chunk = bytes.subarray(index * task.chunkSize, (index + 1) * task.chunkSize)
      return call(url, 'PUT', `/api/task/${task.taskId}/chunk/${index}`, chunk)
    }),
  )
  let answer: { verifying?: true }
  do answer = await call(url, 'POST', `/api/task/${task.taskId}/complete`, { hash })
  while (answer.verifying)
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return (performance.now() - startedAtMs) / 1000
}

export interface Round {
  readonly megabytesPerSecond: number
  readonly filesPerSecond: number
}

/** @param settings the server's environment */
export async function measure(settings: Readonly<Record<string, string>>): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-bench-'))
  const env = { PATH: process.env.PATH, CHUNK_SIZE: String(chunkBytes), ...settings }
  const args = [entry, '--port', '0', '--data', folder, '--no-auth', '--log-level', 'error']
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const [line] = await once(createInterface({ input: server.stdout }), 'line')
  const { url } = JSON.parse(String(line)) as { url: string }
  // Random bytes of one block each time: nothing is a duplicate, and making them costs little.
  const large = Buffer.alloc(Number(values.large) * 2 ** 20, randomBytes(2 ** 20 + 1))
  const largeSeconds = await seconds(() => bring(url, 'large.bin', large))
  const small = Array.from({ length: Number(values.small) }, () => randomBytes(smallBytes))
  const queue = new PQueue({ concurrency: atOnce })
  const smallSeconds = await seconds(() =>
    queue.addAll(small.map((bytes, index) => () => bring(url, `${index}.jpg`, bytes))),
  )
  server.kill('SIGTERM')
  await once(server, 'exit')
  rmSync(folder, { recursive: true, force: true })
  return {
    megabytesPerSecond: large.length / 1e6 / largeSeconds,
    filesPerSecond: small.length / smallSeconds,
  }
}

export const inWords = ({ megabytesPerSecond, filesPerSecond }: Round) =>
  `${megabytesPerSecond.toFixed(0).padStart(6)} MB/s ${filesPerSecond.toFixed(0).padStart(6)} files/s`
