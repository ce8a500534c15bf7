/**
 * A disk of 64 MB that is filled in each dialect: what is kept free stays free, also against what is announced and not written
 * yet; deleting works where no byte is left, also after a restart; then uploads go on by themselves.
 */
import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AppendProtocolName, appendProtocols, bringAppended } from './appending-clients.ts'
import { contractUpload } from './contract-client.ts'
import { documentWays } from './document-clients.ts'
import { bytesOf, type Client, md5, spawnServer, temporaryFolder } from './harness.ts'
import { databaseServer } from './test-database.ts'
import { onDisk } from './test-storage.ts'

const mebibyte = 2 ** 20
const diskBytes = 64 * mebibyte
/** A sixteenth of the disk, the most that is kept of it. */
const reserveBytes = diskBytes / 16
const fileBytes = 6 * mebibyte
/** Rows and names take some of the reserve: that is what it is for. */
const ownBytes = mebibyte

const mountable = process.getuid?.() === 0
if (!mountable) console.log('A disk of 64 MB is not tried: mounting one needs root.')

/** More than there is room for. */
const mostFiles = 14
const bytes = bytesOf(fileBytes)

type Send = (client: Client, name: string) => Promise<void>

function refuse(status: number, body: unknown): void {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
}

const bring: Readonly<Record<string, Send>> = {
  native: async (client, name) => {
    const { status, body } = await client.upload(name, bytes)
    refuse(status, body)
  },
  contract: async (client, name) => {
    const upload = contractUpload(client.url, name, bytes, mebibyte)
    const present = (await upload.check()).body.uploadedChunks as number[]
    for (let index = 0; index < upload.totalChunks; index += 1) {
      if (present.includes(index)) continue
      const reply = await upload.send(index)
      refuse(reply.status, reply.body)
    }
    const { status, body } = await upload.complete()
    refuse(status, body)
  },
  // Of one chunk, whose length nobody states before it has come.
  sizeless: async (client, name) => {
    const upload = contractUpload(client.url, name, bytes, fileBytes)
    const reply = await upload.send(0)
    refuse(reply.status, reply.body)
    const { status, body } = await upload.complete()
    refuse(status, body)
  },
  ...Object.fromEntries(
    (Object.keys(appendProtocols) as AppendProtocolName[]).map((protocol): [string, Send] => [
      protocol,
      (client, name) => bringAppended(protocol, client, name, bytes, { patchBytes: 4 * mebibyte }),
    ]),
  ),
  // Three at a time, which one of these clients does not have.
  ...Object.fromEntries(
    Object.entries(documentWays(mebibyte))
      .filter(([way]) => way !== 'numbered chunks, named at the end')
      .map(([way, send]): [string, Send] => [way, (client, name) => send(client.url, name, bytes)]),
  ),
}

interface Disk {
  readonly folder: string
  readonly child: Awaited<ReturnType<typeof startServer>>
}

/** A server on a new disk of its own. */
async function newDisk(): Promise<Disk> {
  const folder = temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder])
  expect(mounted.status).toBe(0)
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  const child = await startServer(folder)
  onTestFinished(() => void child.process.kill('SIGKILL'))
  return { folder, child }
}

/** Brings the files, three at a time. @returns how many were stored; the others were refused for want of room */
async function bringAll(send: Send, client: Client): Promise<number> {
  let next = 0
  let stored = 0
  const lane = async () => {
    while (next < mostFiles) {
      const name = `${next++}.jpg`
      try {
        await send(client, name)
        stored += 1
      } catch (thrown) {
        expect(String(thrown)).toMatch(/507/)
      }
    }
  }
  await Promise.all([lane(), lane(), lane()])
  return stored
}

describe.runIf(onDisk && databaseServer === undefined && mountable)('a disk of 64 MB', () => {
  it.each(Object.keys(bring))('keeps its reserve when it is filled: %s', async (dialect) => {
    const { folder, child } = await newDisk()
    const stored = await bringAll(bring[dialect] as Send, child.client)
    expect(freeBytes(folder)).toBeGreaterThan(reserveBytes - ownBytes)
    // Nothing is refused without need: most of the room is used.
    expect(stored * fileBytes).toBeGreaterThan(diskBytes / 2)
    expect(stored).toBeLessThan(mostFiles)
  })

  it('counts what is announced and not sent yet', async () => {
    const { client } = (await newDisk()).child
    const offer = (fileName: string) => client.post('/api/task', { fileName, fileSize: 25 * mebibyte })
    const [one, two, three] = [await offer('one.mov'), await offer('two.mov'), await offer('three.mov')]
    expect([one.status, two.status, three.status]).toEqual([200, 200, 507])
    expect((await client.request('DELETE', `/api/task/${one.body.taskId}`)).status).toBe(204)
    const four = await offer('four.mov')
    expect(four.status).toBe(200)
    for (const { body } of [two, four]) await client.request('DELETE', `/api/task/${body.taskId}`)
  })

  it('lets uploads be deleted where no byte is left, also after a restart, and then goes on', async () => {
    const { folder, child } = await newDisk()
    const { client } = child
    const empty = await client.offer('empty.jpg', bytes)
    const begun = await client.offer('begun.jpg', bytesOf(fileBytes))
    await client.put(begun.taskId, 0, bytesOf(begun.chunkSize))
    const other = await client.offer('other.jpg', bytesOf(fileBytes))
    await client.put(other.taskId, 0, bytesOf(other.chunkSize))
    const contract = contractUpload(client.url, 'contract.jpg', bytes, mebibyte)
    await contract.send(1)
    const others = join(folder, 'others')
    await fill(others)
    const waiting = bytesOf(fileBytes)
    expect((await client.post('/api/task', { fileName: 'w.jpg', fileSize: waiting.length })).status).toBe(507)
    // One without a byte: nothing but the row can make room.
    expect((await client.request('DELETE', `/api/task/${empty.taskId}`)).status).toBe(204)
    expect((await client.request('DELETE', `/api/task/${begun.taskId}`)).status).toBe(204)
    await fill(others)
    child.process.kill('SIGKILL')
    await child.exited
    const restarted = await startServer(folder)
    onTestFinished(() => void restarted.process.kill('SIGKILL'))
    const again = restarted.client
    const upload = contractUpload(again.url, 'contract.jpg', bytes, mebibyte)
    expect((await upload.remove()).status).toBe(200)
    await fill(others)
    expect((await again.request('DELETE', `/api/task/${other.taskId}`)).status).toBe(204)
    await rm(others)
    await expect.poll(async () => (await again.upload('w.jpg', waiting)).status).toBe(200)
    expect(md5((await again.download('/uploads/w.jpg')).bytes)).toBe(md5(waiting))
  })
})

function startServer(folder: string) {
  return spawnServer(join(folder, 'data'), { args: ['--no-auth'], env: { CHUNK_SIZE: '1M' } })
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** Leaves no byte free. */
async function fill(path: string): Promise<void> {
  for (const size of [mebibyte, 4096]) {
    try {
      for (;;) await writeFile(path, Buffer.alloc(size), { flag: 'a' })
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'ENOSPC' })
    }
  }
}
