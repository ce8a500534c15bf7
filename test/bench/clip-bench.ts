/**
 * Measures what a person waits for with one huge clip, at its beginning and at its end: `npm run bench:clip [-- --sparse GB
 * --whole GiB]`. The first byte of a sparse clip leaves so long after its drop; that a clip of random bytes is stored is known
 * so long after its last byte has left. 0 leaves one of them out.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Client, endlessPatience, openClient } from '../../src/main/client/client.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'
import { mebibyte } from '../process-memory.ts'
import { cli } from './peers/programs.ts'

const { values } = parseArgs({
  options: {
    sparse: { type: 'string', default: '50' },
    whole: { type: 'string', default: '10' },
    /** Where the files lie: the disk that is measured. */
    folder: { type: 'string', default: tmpdir() },
  },
})

/** When bytes of chunks passed: the first ones, and the last; ms. */
interface Passed {
  firstMs: number
  lastMs: number
}

/** A way to a server that sees when bytes of chunks pass. */
async function watchedWay(
  serverPort: number,
): Promise<{ readonly port: number; readonly passed: Passed; close(): void }> {
  const passed: Passed = { firstMs: 0, lastMs: 0 }
  const server = createServer((client) => {
    let isChunk = false
    const toServer = connect(serverPort, '127.0.0.1')
    client.on('data', (bytes: Buffer) => {
      const method = /^(PUT|POST|GET|DELETE) \//.exec(bytes.subarray(0, 8).toString('latin1'))?.[1]
      if (method !== undefined) isChunk = method === 'PUT'
      if (!isChunk) return
      passed.lastMs = performance.now()
      if (passed.firstMs === 0) passed.firstMs = passed.lastMs
    })
    client.pipe(toServer).pipe(client)
    client.on('error', () => toServer.destroy())
    toServer.on('error', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, passed, close: () => void server.close() }
}

async function openServer(
  data: string,
): Promise<{ readonly child: ChildProcess; readonly url: string; readonly token: string }> {
  const args = [cli, 'serve', '--port', '0', '--data', data, '--max-file-size', '100000GB']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, ...(JSON.parse(String(line)) as { url: string; token: string }) }
}

interface Bench {
  readonly client: Client
  readonly passed: Passed
  /** Absolute path of the clip's folder. */
  readonly source: string
}

/** @param write writes the clip to an absolute path */
async function withClip(
  write: (path: string) => void,
  measure: (bench: Bench) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(values.folder, 'photoferry-clip-'))
  const source = join(folder, 'source')
  mkdirSync(source)
  write(join(source, 'clip.mov'))
  const { child, url, token } = await openServer(join(folder, 'data'))
  const way = await watchedWay(Number(new URL(url).port))
  const client = await openClient({
    ...terminalClient,
    stateDir: join(folder, 'state'),
    server: { url: `http://127.0.0.1:${way.port}`, token },
    bundled: null,
    patience: endlessPatience,
    stillSeconds: 0,
    log: () => undefined,
  })
  try {
    await measure({ client, passed: way.passed, source })
  } finally {
    await client.stop()
    child.kill('SIGKILL')
    way.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeSparse(path: string, bytes: number): void {
  writeFileSync(path, '')
  truncateSync(path, bytes)
}

function writeRandom(path: string, bytes: number): void {
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(64 * mebibyte)
  for (let written = 0; written < bytes; written += piece.length) writeSync(file, randomFillSync(piece))
  closeSync(file)
}

async function measureFirstByte(gigabytes: number): Promise<void> {
  await withClip(
    (path) => writeSparse(path, gigabytes * 1e9),
    async ({ client, passed, source }) => {
      const droppedMs = performance.now()
      await client.intake.addPaths([source])
      while (passed.firstMs === 0) await new Promise(setImmediate)
      console.log(
        `first byte of ${gigabytes} GB: ${(passed.firstMs - droppedMs).toFixed(0)} ms after the drop`,
      )
    },
  )
}

async function measureLastByte(gibibytes: number): Promise<void> {
  const bytes = gibibytes * 1024 * mebibyte
  await withClip(
    (path) => writeRandom(path, bytes),
    async ({ client, passed, source }) => {
      await client.intake.addPaths([source])
      await client.whenIdle()
      const storedMs = performance.now()
      const rate = bytes / 1e6 / ((passed.lastMs - passed.firstMs) / 1000)
      const afterMs = (storedMs - passed.lastMs).toFixed(0)
      console.log(`${gibibytes} GiB: ${rate.toFixed(0)} MB/s, stored ${afterMs} ms after the last byte`)
    },
  )
}

if (Number(values.sparse) > 0) await measureFirstByte(Number(values.sparse))
if (Number(values.whole) > 0) await measureLastByte(Number(values.whole))
