/**
 * Large files are read once, and hashed while they are sent (docs/same-bytes.md). Whatever the server may have of them before,
 * what is stored is the file.
 */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { countingProxy } from './counting-proxy.ts'
import { olderServer } from './older-server.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { end, type ServerProcess, serve, type UploadResult, upload } from './programs.ts'

const size = 24_000_000
const chunkBytes = 1 << 20
/** What a program reads of itself. */
const ownBytes = 20_000_000

/** A clip, and a server. */
async function scene() {
  const folder = temporaryFolder()
  const source = join(folder, 'source')
  writeRandomFile(join(source, 'clip.mov'), size, seeded(1))
  const server = await serve(join(folder, 'data'), { args: ['--chunk-size', '1M'] })
  const send = (url = server.url) => upload([source], { url, token: server.token }, join(folder, 'state'))
  const stored = () => fingerprint(join(folder, 'data', 'uploads', 'source'))
  return { folder, source, server, send, stored, sent: () => fingerprint(source) }
}

/** A file of the same size and ends, other in its middle. */
function twinOf(path: string): Buffer {
  const bytes = readFileSync(path)
  bytes.fill('x', 10_000_000, 10_000_010)
  return bytes
}

function expectStored({ exitCode, summary }: UploadResult): void {
  expect({ exitCode, summary }).toMatchObject({ exitCode: 0, summary: { done: 1, failed: 0 } })
}

/** Bytes that a process has read so far, from files and connections, and those of its children that have ended. */
function readBytes(pid: number): number {
  return Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

/** Offers a file by its ends, as a client that has not read it. */
async function offerUnread({ url, token }: ServerProcess, bytes: Buffer, lastModified: number) {
  const ends = createHash('sha256').update(bytes.subarray(0, 65_536)).update(bytes.subarray(-65_536))
  const facts = { fileName: 'clip.mov', relativePath: 'source/clip.mov', fileSize: bytes.length }
  const response = await fetch(`${url}/api/task`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...facts, lastModified, ends: ends.digest('hex') }),
  })
  return (await response.json()) as { taskId: string }
}

async function putChunk({ url, token }: ServerProcess, taskId: string, index: number, bytes: Buffer) {
  const chunk = bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)
  const { status } = await fetch(`${url}/api/task/${taskId}/chunk/${index}`, {
    method: 'PUT',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/octet-stream',
      'Content-Digest': `sha-256=:${createHash('sha256').update(chunk).digest('base64')}:`,
    },
    body: chunk as Uint8Array<ArrayBuffer>,
  })
  expect(status).toBe(200)
}

describe('a large file', () => {
  it.runIf(process.platform === 'linux')('is read once by its client, and once by the server', async () => {
    const { server, send, stored, sent } = await scene()
    const before = readBytes(server.child.pid ?? 0)
    const withoutClient = readBytes(process.pid)
    expectStored(await send().result)
    const read = readBytes(process.pid) - withoutClient
    expect(stored()).toEqual(sent())
    expect(read).toBeGreaterThan(size)
    expect(read).toBeLessThan(1.5 * size + ownBytes)
    // It comes over a connection, and is read once for its digests while it arrives.
    expect(readBytes(server.child.pid ?? 0) - before).toBeLessThan(2.2 * size + ownBytes)
  })

  it('goes on where a kill stopped it: nothing is sent twice but what was in flight', async () => {
    const { server, send, stored, sent } = await scene()
    const proxy = await countingProxy(() => server.port)
    const { child } = send(proxy.url)
    await expect.poll(() => proxy.sentBytes(), { interval: 1 }).toBeGreaterThan(size / 2)
    await end(child, 'SIGKILL')
    expectStored(await send(proxy.url).result)
    expect(stored()).toEqual(sent())
    expect(proxy.sentBytes()).toBeLessThan(size + 5 * chunkBytes)
  })

  it('goes on when the server is killed in its middle', async () => {
    const { folder, server, send, stored, sent } = await scene()
    let { port } = server
    const proxy = await countingProxy(() => port)
    const { result } = send(proxy.url)
    await expect.poll(() => proxy.sentBytes(), { interval: 1 }).toBeGreaterThan(size / 2)
    await server.kill('SIGKILL')
    const again = await serve(join(folder, 'data'), { args: ['--chunk-size', '1M'] })
    port = again.port
    expectStored(await result)
    expect(stored()).toEqual(sent())
    expect(proxy.sentBytes()).toBeLessThan(size + 8 * chunkBytes)
  })

  it('is not sent when the server has it, and is when the server has one that only looks like it', async () => {
    const { source, server, send, stored, sent } = await scene()
    expectStored(await send().result)
    const proxy = await countingProxy(() => server.port)
    mkdirSync(join(source, 'more'))
    cpSync(join(source, 'clip.mov'), join(source, 'more', 'clip.mov'), { preserveTimestamps: true })
    const { exitCode, summary } = await send(proxy.url).result
    expect({ exitCode, failed: summary?.failed }).toEqual({ exitCode: 0, failed: 0 })
    expect(proxy.sentBytes()).toBeLessThan(chunkBytes)
    writeFileSync(join(source, 'twin.mov'), twinOf(join(source, 'clip.mov')))
    expect((await send(proxy.url).result).exitCode).toBe(0)
    expect(proxy.sentBytes()).toBeGreaterThan(size)
    expect(stored()).toEqual(sent())
  })

  it.each([
    ['a chunk that differs', 9],
    ['a chunk that is the same', 20],
  ])('is stored whole where an unfinished upload of its name, size and ends has %s', async (_, index) => {
    const { source, server, send, stored, sent } = await scene()
    const twin = twinOf(join(source, 'clip.mov'))
    const { taskId } = await offerUnread(server, twin, statSync(join(source, 'clip.mov')).mtimeMs)
    await putChunk(server, taskId, index, twin)
    expectStored(await send().result)
    expect(stored()).toEqual(sent())
  })

  it('is stored beside another of its name, size, time and ends that is sent at once, and neither is sent twice', async () => {
    const { folder, server } = await scene()
    const [one, other] = [join(folder, 'one', 'card'), join(folder, 'other', 'card')]
    for (const card of [one, other]) mkdirSync(card, { recursive: true })
    cpSync(join(folder, 'source', 'clip.mov'), join(one, 'clip.mov'), { preserveTimestamps: true })
    writeFileSync(join(other, 'clip.mov'), twinOf(join(one, 'clip.mov')))
    const { atime, mtime } = statSync(join(one, 'clip.mov'))
    utimesSync(join(other, 'clip.mov'), atime, mtime)
    const proxy = await countingProxy(() => server.port)
    const target = { url: proxy.url, token: server.token }
    const { exitCode, summary } = await upload([one, other], target, join(folder, 'state')).result
    expect({ exitCode, summary }).toMatchObject({ exitCode: 0, summary: { done: 2, failed: 0 } })
    const stored = [...fingerprint(join(folder, 'data', 'uploads', 'card')).values()].sort()
    expect(stored).toEqual([one, other].flatMap((card) => [...fingerprint(card).values()]).sort())
    expect(proxy.sentBytes()).toBeLessThan(2 * size + 5 * chunkBytes)
  })

  it('goes to a server of before as well, which asks for its digests', async () => {
    const { server, send, stored, sent } = await scene()
    const older = await olderServer(server.port)
    expectStored(await send(older.url).result)
    expect(stored()).toEqual(sent())
  })
})
