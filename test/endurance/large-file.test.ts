/**
 * F14: a large sparse file and one byte more, with a kill of the client and one of the server in the middle. The long form is
 * `npm run test:large`: 10 GiB, for which the folder of temporary files (TMPDIR) needs as much room. Linux only.
 */
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { countingProxy } from '../crossing/counting-proxy.ts'
import {
  end,
  type ServerProcess,
  serve,
  type UploadResult,
  type UploadRun,
  upload,
} from '../crossing/programs.ts'
import { canWatchProcesses, mebibyte, peakBytes } from '../process-memory.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Bytes before the last one. */
const largeBytes = Number(process.env.PHOTOFERRY_LARGE_BYTES ?? 200_000_000)
/** What each process may hold beyond what a small file costs it. */
const mostGrowth = 128 * mebibyte
/** A machine with slow disks manages some MB a second, and reads everything several times. */
const patientMs = 180_000 + largeBytes / 1_000

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: mebibyte }), hash)
  return hash.digest('hex')
}

/** The most that each of several processes of a kind had resident, bytes. */
class Peak {
  bytes = 0

  /** Asks until the process is gone; the system keeps the maximum in between. */
  async watch(pid: number | undefined): Promise<void> {
    for (let peak = peakBytes(pid); peak !== undefined; peak = peakBytes(pid)) {
      this.bytes = Math.max(this.bytes, peak)
      await delay(20)
    }
  }
}

function makeSparse(path: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '')
  truncateSync(path, largeBytes)
}

it.runIf(canWatchProcesses)(
  'a large file arrives whole and within bounds of memory, though both sides are killed',
  {
    timeout: patientMs,
  },
  async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'source', 'clip.mov')
    makeSparse(file)
    await appendFile(file, 'x')
    writeFileSync(join(folder, 'small.mov'), Buffer.alloc(mebibyte, 'small'))
    const [idle, full] = [
      { server: new Peak(), client: new Peak() },
      { server: new Peak(), client: new Peak() },
    ]

    // What a small file costs: programs, libraries, threads.
    const data = join(folder, 'data')
    // Its own limit is 10 GB.
    const args = ['--max-file-size', '20GB']
    let server = await serve(data, { args })
    const first = upload([join(folder, 'small.mov')], server, join(folder, 'state of the small one'))
    const watched = [idle.server.watch(server.child.pid), idle.client.watch(first.child.pid)]
    expect((await first.result).exitCode).toBe(0)
    await server.kill('SIGKILL')
    await Promise.all(watched)

    server = await serve(data, { port: server.port, args })
    const proxy = await countingProxy(() => server.port)
    const watching: Promise<void>[] = []
    const start = () => {
      const run = upload([file], { url: proxy.url, token: server.token }, join(folder, 'state'))
      watching.push(full.client.watch(run.child.pid))
      return run
    }
    const restart = async (): Promise<ServerProcess> => {
      await server.kill('SIGKILL')
      server = await serve(data, { port: server.port, args })
      watching.push(full.server.watch(server.child.pid))
      return server
    }
    watching.push(full.server.watch(server.child.pid))
    const killed = start()
    await until(() => proxy.sentBytes() > largeBytes / 3, killed)
    await end(killed.child, 'SIGKILL')
    const sentBefore = proxy.sentBytes()
    const resumed = start()
    await until(() => proxy.sentBytes() > sentBefore + largeBytes / 3, resumed)
    // Both met the middle.
    expect([killed.child.signalCode, resumed.child.exitCode]).toEqual(['SIGKILL', null])
    await restart()
    expectStored(await resumed.result)
    await server.kill('SIGKILL')
    await Promise.all(watching)

    const stored = join(data, 'uploads', 'clip.mov')
    expect(statSync(stored).size).toBe(largeBytes + 1)
    expect(await sha256Of(stored)).toBe(await sha256Of(file))
    for (const side of ['server', 'client'] as const) {
      const growth = full[side].bytes - idle[side].bytes
      const [small, large] = [idle[side].bytes, full[side].bytes].map((bytes) =>
        (bytes / mebibyte).toFixed(0),
      )
      console.log(`${side}: ${small} MiB with a small file, ${large} MiB with ${largeBytes + 1} bytes`)
      expect(growth).toBeLessThan(mostGrowth)
    }
    // A kill costs what was on its way, not what had arrived.
    expect(proxy.sentBytes()).toBeLessThan(largeBytes * 1.6)
  },
)

/** Waits for a moment within an upload, or for its end. */
async function until(condition: () => boolean, { child }: UploadRun): Promise<void> {
  while (!condition() && child.exitCode === null) await delay(2)
}

function expectStored({ exitCode, summary, stderr }: UploadResult): void {
  expect(summary, stderr).toMatchObject({ dropped: 1, done: 1, failed: 0, bytesTotal: largeBytes + 1 })
  expect(exitCode).toBe(0)
}
