/** How often a large file is written to the server's disk: once. Counted by the system, for the server's own process. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { peakBytes } from '../process-memory.ts'
import { contentDigest, spawnServer, temporaryFolder } from './harness.ts'
import { mebibyte } from './measured-server.ts'
import { onDisk } from './test-storage.ts'

const gibibyte = 2 ** 30
/** `PHOTOFERRY_LARGE_UPLOAD=4294967296` is what a release is tried with; the rest of the file is the same chunk again. */
const size = Number(process.env.PHOTOFERRY_LARGE_UPLOAD ?? 64 * mebibyte)

/** Bytes that a process has written: handed to the system, and caused to be written to a disk. */
async function writtenBy(pid: number | undefined): Promise<{ handed: number; caused: number }> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8')
  const figure = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1])
  return { handed: figure('wchar'), caused: figure('write_bytes') }
}

function peakMemoryBytes(pid: number | undefined): number {
  return peakBytes(pid) ?? Number.NaN
}

describe.runIf(process.platform === 'linux')('a large file', () => {
  it('is written once, and completing it writes nothing', { timeout: 600_000 }, async () => {
    const env = { CHUNK_SIZE: '8M' }
    const { client, process: server } = await spawnServer(temporaryFolder(), { env })
    const chunk = Buffer.alloc(8 * mebibyte, 'PhotoFerry')
    const hash = createHash('md5')
    for (let left = size; left > 0; left -= chunk.length) hash.update(chunk.subarray(0, left))
    const digest = hash.digest('hex')
    const before = await writtenBy(server.pid)
    const request = { fileName: 'clip.mov', fileSize: size, hash: digest }
    const { taskId, totalChunks } = (await client.post('/api/task', request)).body
    const sha256 = { 'Content-Digest': contentDigest(chunk) }
    for (let index = 0; index < Number(totalChunks); index += 1) {
      const isWhole = (index + 1) * chunk.length <= size
      const piece = isWhole ? chunk : chunk.subarray(0, size % chunk.length)
      const answer = await client.put(String(taskId), index, piece, isWhole ? sha256 : {})
      expect(answer.status).toBe(200)
    }
    const received = await writtenBy(server.pid)
    const sinceMs = performance.now()
    let answer = await client.complete(String(taskId), digest)
    const first = { status: answer.status, seconds: (performance.now() - sinceMs) / 1000 }
    while (answer.status === 202) answer = await client.complete(String(taskId), digest)
    expect(answer).toMatchObject({ status: 200, body: { size, md5: digest } })
    const done = await writtenBy(server.pid)
    const seconds = (performance.now() - sinceMs) / 1000
    console.log(
      `${size / gibibyte} GiB: the first answer to complete was ${first.status} after ${first.seconds.toFixed(1)} s, stored after ${seconds.toFixed(1)} s;`,
      `written ${(done.caused - before.caused) / size} times, at most ${Math.round(peakMemoryBytes(server.pid) / mebibyte)} MiB of memory`,
    )
    expect((await client.download('/uploads/clip.mov', { Range: 'bytes=0-9' })).bytes.length).toBe(10)
    if (!onDisk) return
    expect(done.handed - before.handed).toBeGreaterThanOrEqual(size)
    expect(done.handed - before.handed).toBeLessThan(1.1 * size)
    expect(done.caused - before.caused).toBeLessThan(1.1 * size)
    expect(done.handed - received.handed).toBeLessThan(mebibyte)
  })
})
