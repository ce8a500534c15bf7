/**
 * R1: write, sync the data, verify, name, sync the folders, commit the ledger, answer. A killed process keeps what the
 * system has in memory, so the order itself is tested: nothing is committed, and nobody is answered, before all of a file
 * would survive a power cut.
 */
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLedger } from '../../server/ledger/open-ledger.ts'
import { openDiskStore } from '../../server/storage/disk/disk-store.ts'
import { type FileOperations, nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { DiskFolders } from '../../server/storage/disk/folders.ts'
import { contractUpload, sendAll } from './contract-client.ts'
import { photo } from './crash-scenarios.ts'
import { appendingClients } from './dialect-scenarios.ts'
import { DurableDisk, type WatchedLedger, watchLedger } from './durable-disk.ts'
import { bytesOf, md5, type Started, sha256, start, temporaryFolder } from './harness.ts'
import { databaseServer } from './test-database.ts'
import { libraryOf, onDisk, putStored } from './test-storage.ts'

interface Watched extends Started {
  readonly disk: DurableDisk
  readonly rows: WatchedLedger['rows']
}

/** A server whose data folder is new, in a folder that is there. */
async function startWatched(below: FileOperations = nodeFiles): Promise<Watched> {
  const root = temporaryFolder()
  const dataDir = join(root, 'data')
  const disk = new DurableDisk(below)
  const lossOf = (path: string) =>
    path === 'a duplicate' ? [] : disk.lossOf(join(libraryOf(dataDir), path), root)
  const watched: Partial<WatchedLedger> = {}
  const started = await start({
    dataDir,
    args: ['--no-auth'],
    parts: {
      openStore: () => openDiskStore({ dataDir, freeSpaceReserve: 0, files: disk.files }),
      openLedger: async (...given) => {
        const { ledger, rows } = watchLedger(await openLedger(...given), lossOf)
        Object.assign(watched, { rows })
        return ledger
      },
    },
  })
  return { ...started, disk, rows: watched.rows ?? new Map() }
}

async function sendWhole({ client }: Watched, path: string, bytes: Buffer): Promise<void> {
  expect((await client.upload(path, bytes)).status).toBe(200)
}

/** How a file gets into the library, and under which path. */
type Way = (server: Watched) => Promise<string>

const withoutLinks: FileOperations = {
  ...nodeFiles,
  link: () => Promise.reject(Object.assign(new Error('EPERM: no links here'), { code: 'EPERM' })),
}

const ways: Readonly<Record<string, Way>> = {
  'in chunks, into new folders': async (server) => {
    await sendWhole(server, 'a/b/c/photo.jpg', bytesOf(100_000))
    return 'a/b/c/photo.jpg'
  },
  'as the second of its folder': async (server) => {
    await sendWhole(server, 'a/b/first.jpg', bytesOf(100_000))
    await sendWhole(server, 'a/b/second.jpg', bytesOf(100_000))
    return 'a/b/second.jpg'
  },
  'in one chunk that completes it': async (server) => {
    const bytes = bytesOf(1_000)
    const task = await server.client.offer('small.jpg', bytes)
    const target = `0?complete=${md5(bytes)}&sha256=${sha256(bytes)}`
    const answer = await server.client.put(task.taskId, target, bytes)
    expect(answer.body).toMatchObject({ stored: { size: 1_000 } })
    return 'small.jpg'
  },
  'with no byte in it': async (server) => {
    await sendWhole(server, 'empty/nothing.txt', Buffer.alloc(0))
    return 'empty/nothing.txt'
  },
  'without a digest beforehand': async ({ client }) => {
    const bytes = bytesOf(100_000)
    const task = await client.offer('a/late.jpg', bytes, { hash: undefined })
    await client.send(task, bytes)
    expect((await client.finish(task.taskId, md5(bytes))).status).toBe(200)
    return 'a/late.jpg'
  },
  'by the published contract': async ({ server }) => {
    const upload = contractUpload(server.url, 'photo.jpg', photo, 30_000)
    await sendAll(upload, [3, 1, 0, 2], 1)
    expect((await upload.complete()).status).toBe(200)
    return 'photo.jpg'
  },
  ...Object.fromEntries(
    Object.entries(appendingClients).map(([protocol, bring]): [string, Way] => [
      `by ${protocol}`,
      async ({ server }) => {
        await bring(server)
        return 'photo.jpg'
      },
    ]),
  ),
  'as a copy that the server makes': async (server) => {
    const bytes = bytesOf(100_000)
    await sendWhole(server, 'original.jpg', bytes)
    expect(await server.client.offer('copies/copy.jpg', bytes)).toMatchObject({ done: true })
    return 'copies/copy.jpg'
  },
  'under another name than its own': async (server) => {
    await sendWhole(server, 'a/photo.jpg', bytesOf(100_000))
    await sendWhole(server, 'a/photo.jpg', bytesOf(100_000))
    return 'a/photo (2).jpg'
  },
  'though it lay there before, put there by somebody else': async (server) => {
    const bytes = bytesOf(100_000)
    const task = await server.client.offer('found/photo.jpg', bytes)
    await server.client.send(task, bytes)
    await putStored(server.dataDir, 'found/photo.jpg', bytes)
    const path = join(libraryOf(server.dataDir), 'found', 'photo.jpg')
    server.disk.addFolders(dirname(path), dirname(path))
    server.disk.addForeign(path)
    expect((await server.client.finish(task.taskId, md5(bytes))).status).toBe(200)
    return 'found/photo.jpg'
  },
  'while the same is stored by another upload': async ({ client, rows }) => {
    const bytes = bytesOf(100_000)
    const [one, other] = [
      await client.offer('twice.jpg', bytes),
      await client.offer('twice.jpg', bytes, { hash: undefined }),
    ]
    for (const task of [one, other]) await client.send(task, bytes)
    for (const task of [one, other]) expect((await client.finish(task.taskId, md5(bytes))).status).toBe(200)
    expect(rows.get('a duplicate')).toEqual([])
    return 'twice.jpg'
  },
}

describe.runIf(onDisk && databaseServer === undefined)(
  'an upload is answered only when all of it survives a power cut',
  () => {
    it.each(Object.keys(ways))('%s', async (name) => {
      const server = await startWatched()
      const path = await ways[name]?.(server)
      expect(server.rows.get(path ?? '')).toEqual([])
    })

    it('on a disk without hard links', async () => {
      const server = await startWatched(withoutLinks)
      await sendWhole(server, 'a/photo.jpg', bytesOf(100_000))
      expect(server.rows.get('a/photo.jpg')).toEqual([])
    })

    it('a folder that a person removed is made durable anew', async () => {
      const server = await startWatched()
      await sendWhole(server, 'a/b/first.jpg', bytesOf(1_000))
      await rm(join(libraryOf(server.dataDir), 'a'), { recursive: true })
      await sendWhole(server, 'a/b/second.jpg', bytesOf(1_000))
      expect(server.rows.get('a/b/second.jpg')).toEqual([])
    })

    it('many at once in one folder', async () => {
      const server = await startWatched()
      const names = Array.from({ length: 12 }, (_, index) => `many/${index}.jpg`)
      await Promise.all(names.map((name) => sendWhole(server, name, bytesOf(1_000))))
      expect(names.flatMap((name) => server.rows.get(name))).toEqual([])
    })
  },
)

describe.runIf(onDisk)('the folders of a library', () => {
  it('a folder that is being synced is synced again for a name that came meanwhile', async () => {
    const folder = temporaryFolder()
    const running: PromiseWithResolvers<void>[] = []
    const open: FileOperations['open'] = async (...given) => {
      const handle = await nodeFiles.open(...given)
      const sync = () => {
        const held = Promise.withResolvers<void>()
        running.push(held)
        return held.promise
      }
      return Object.assign(handle, { sync })
    }
    const folders = new DiskFolders({ ...nodeFiles, open }, folder)
    const ended: string[] = []
    const first = folders.makeDurable(folder).then(() => ended.push('first'))
    await expect.poll(() => running.length).toBe(1)
    // Its name was given after the first sync had begun.
    const second = folders.makeDurable(folder).then(() => ended.push('second'))
    running[0]?.resolve()
    await first
    await expect.poll(() => running.length).toBe(2)
    expect(ended).toEqual(['first'])
    running[1]?.resolve()
    await second
  })
})
