/** Disks that answer otherwise than usual: links in the place of files, no hard links, half-done writes, hardly any room. */
import { readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDiskStore } from '../../server/storage/disk/disk-store.ts'
import { type FileOperations, nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { FreeSpace } from '../../server/storage/disk/free-space.ts'
import { bytesOf, chunkOf, md5, start, temporaryFolder } from './harness.ts'
import { libraryOf, onDisk, partialsOf, storedBytes, storedFiles } from './test-storage.ts'

const failure = (code: string) => Object.assign(new Error(`${code}: made to fail`), { code })

/** A server whose disk differs in some operations. */
const startOn = (files: Partial<FileOperations>, freeSpaceReserve = 0) =>
  start({
    args: ['--no-auth'],
    parts: {
      openStore: ({ DATA_DIR: dataDir }) =>
        openDiskStore({ dataDir, freeSpaceReserve, files: { ...nodeFiles, ...files } }),
    },
  })

type Handle = Awaited<ReturnType<FileOperations['open']>>

/** `open` whose handles differ in some of their methods. */
const openWith =
  (change: (handle: Handle) => Partial<Handle>): FileOperations['open'] =>
  async (...given) => {
    const handle = await nodeFiles.open(...given)
    return Object.assign(handle, change(handle))
  }

const chunkOfSize = (length: number) => ({
  taskId: 'a'.repeat(32),
  chunkIndex: 0,
  totalChunks: 1,
  chunkSize: 65_536,
  offset: 0,
  length,
  endsFile: false,
})

const openStore = (files: Partial<FileOperations>) => {
  const dataDir = temporaryFolder()
  return openDiskStore({ dataDir, freeSpaceReserve: 0, files: { ...nodeFiles, ...files } })
}

describe.runIf(onDisk)('a link in the data folder', () => {
  it('in the place of a partial is not written through', async () => {
    const { client, dataDir } = await start()
    const secret = join(temporaryFolder(), 'secret')
    await writeFile(secret, 'kept')
    const bytes = bytesOf(100_000)
    const task = await client.offer('a.jpg', bytes)
    await symlink(secret, join(partialsOf(dataDir), task.taskId))
    for (const index of [0, 1]) {
      expect((await client.put(task.taskId, index, chunkOf(task, bytes, index))).status).toBe(500)
    }
    expect(await readFile(secret, 'utf8')).toBe('kept')
    expect(await storedFiles(dataDir)).toEqual([])
  })

  it('in the place of a partial whose chunks are there is neither stored nor read', async () => {
    const { client, dataDir } = await start()
    const bytes = bytesOf(100_000)
    const elsewhere = join(temporaryFolder(), 'same')
    await writeFile(elsewhere, bytes)
    const task = await client.offer('a.jpg', bytes)
    await client.send(task, bytes)
    const partial = join(partialsOf(dataDir), task.taskId)
    await rm(partial)
    await symlink(elsewhere, partial)
    expect(await client.complete(task.taskId, md5(bytes))).toMatchObject({
      status: 409,
      body: { error: { code: 'chunks-missing' } },
    })
  })

  it.each([1_000, 5_000_000])('in the place of a stored file of %i bytes is no stored file', async (size) => {
    const { client, dataDir } = await start({ env: { CHUNK_SIZE: '8M' } })
    const bytes = bytesOf(size)
    await client.upload('a.jpg', bytes)
    const path = join(libraryOf(dataDir), 'a.jpg')
    const elsewhere = join(temporaryFolder(), 'same')
    await rename(path, elsewhere)
    await symlink(elsewhere, path)
    expect((await client.download('/uploads/a.jpg')).response.status).toBe(404)
    const again = await client.offer('a.jpg', bytes)
    expect(again).toMatchObject({ done: false, uploadedChunks: [] })
    await client.send(again, bytes)
    // What the link leads to has the very bytes: adopted, it would be a file that is not in the library.
    expect((await client.finish(again.taskId, md5(bytes))).body.url).toBe('/uploads/a%20(2).jpg')
  })

  it('whose own size is that of the file is no stored file either', async () => {
    const { client, dataDir } = await start()
    const target = join(temporaryFolder(), 'same')
    const bytes = bytesOf(Buffer.byteLength(target))
    await writeFile(target, bytes)
    await symlink(target, join(libraryOf(dataDir), 'a.jpg'))
    expect((await client.upload('a.jpg', bytes)).body.url).toBe('/uploads/a%20(2).jpg')
  })

  it('that takes the place of a large file while its digest is computed is not followed', async () => {
    const dataDir = temporaryFolder()
    const path = join(libraryOf(dataDir), 'a.jpg')
    const elsewhere = join(temporaryFolder(), 'large')
    await writeFile(elsewhere, bytesOf(5_000_000))
    const open: FileOperations['open'] = async (...given) => {
      const handle = await nodeFiles.open(...given)
      if (given[0] === path) {
        await rm(path)
        await symlink(elsewhere, path)
      }
      return handle
    }
    const store = await openDiskStore({ dataDir, freeSpaceReserve: 0, files: { ...nodeFiles, open } })
    await writeFile(path, bytesOf(5_000_000))
    await expect(store.fileDigests('a.jpg', () => undefined)).rejects.toMatchObject({
      code: 'storage-failed',
    })
    await store.close()
  })

  it.each([1_000, 5_000_000])('is not read as a file of %i bytes by who computes digests', async (size) => {
    const dataDir = temporaryFolder()
    const store = await openDiskStore({ dataDir, freeSpaceReserve: 0 })
    const elsewhere = join(temporaryFolder(), 'large')
    await writeFile(elsewhere, bytesOf(size))
    const path = join(libraryOf(dataDir), 'a.jpg')
    // Put there between two looks at the same path.
    await symlink(elsewhere, path)
    await expect(store.fileDigests('a.jpg', () => undefined)).rejects.toMatchObject({
      code: 'storage-failed',
    })
    expect(await store.read('a.jpg')).toBeUndefined()
    await store.close()
  })
})

describe.runIf(onDisk)('a disk without hard links', () => {
  it.each(['EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR'])(
    'that says so with %s stores files, new folders included',
    async (code) => {
      const { client, dataDir } = await startOn({ link: () => Promise.reject(failure(code)) })
      const bytes = bytesOf(100_000)
      expect((await client.upload('a/b/c.jpg', bytes)).status).toBe(200)
      expect(await storedBytes(dataDir, 'a/b/c.jpg')).toEqual(bytes)
    },
  )

  it('keeps a file whose name is asked for again, also one that a person put there', async () => {
    const { client, dataDir } = await startOn({ link: () => Promise.reject(failure('EPERM')) })
    await writeFile(join(libraryOf(dataDir), 'a.jpg'), 'theirs')
    const bytes = bytesOf(100_000)
    expect((await client.upload('a.jpg', bytes)).body.url).toBe('/uploads/a%20(2).jpg')
    expect((await storedBytes(dataDir, 'a.jpg')).toString()).toBe('theirs')
    expect(await storedBytes(dataDir, 'a (2).jpg')).toEqual(bytes)
  })

  it('gives a name to one of two files that ask for it at the same time', async () => {
    let looks = 0
    const bothHaveLooked = Promise.withResolvers<void>()
    const store = await openStore({
      link: () => Promise.reject(failure('EPERM')),
      // The first waits for the second to look too, but not for ever: they may go one by one.
      lstat: (async (...given: Parameters<FileOperations['lstat']>) => {
        const found = await nodeFiles.lstat(...given).catch((thrown: unknown) => ({ thrown }))
        if (++looks === 2) bothHaveLooked.resolve()
        await Promise.race([bothHaveLooked.promise, new Promise((resolve) => setTimeout(resolve, 200))])
        if ('thrown' in found) throw found.thrown
        return found
      }) as FileOperations['lstat'],
    })
    const sealed = { size: 3, mtimeMs: 0 }
    for (const name of ['a', 'b']) {
      const writer = await store.openChunk({ ...chunkOfSize(3), taskId: name.repeat(32) })
      await writer.write(Buffer.from(name.repeat(3)))
      await writer.finish()
    }
    const outcomes = await Promise.all(
      ['a', 'b'].map((name) => store.publish(name.repeat(32), 'x.jpg', sealed)),
    )
    expect(outcomes.sort()).toEqual(['published', 'taken'])
    await store.close()
  })
})

describe.runIf(onDisk)('a write', () => {
  it('that the disk does in part is done to its end', async () => {
    const half = openWith((handle) => {
      const writev = handle.writev.bind(handle)
      const write = handle.write.bind(handle) as (bytes: Uint8Array, ...rest: number[]) => Promise<object>
      return {
        writev: ((pieces: Uint8Array[], position?: number) =>
          writev([Buffer.concat(pieces).subarray(0, 7)], position)) as unknown as Handle['writev'],
        write: ((bytes: Uint8Array, offset: number, length: number, position: number) =>
          write(bytes, offset, Math.min(length, 11), position)) as unknown as Handle['write'],
      }
    })
    const { client, dataDir } = await startOn({ open: half })
    const bytes = bytesOf(500)
    expect((await client.upload('a.jpg', bytes)).status).toBe(200)
    expect(await storedBytes(dataDir, 'a.jpg')).toEqual(bytes)
  })

  it('that fails as the last of its chunk keeps the chunk from counting', async () => {
    const open = openWith(() => ({ writev: () => Promise.reject(failure('ENOSPC')) }))
    const { client } = await startOn({ open })
    const bytes = bytesOf(1_000)
    const task = await client.offer('a.jpg', bytes)
    expect((await client.put(task.taskId, 0, bytes)).status).toBe(507)
    expect((await client.offer('a.jpg', bytes)).uploadedChunks).toEqual([])
  })

  it('in progress is over before a chunk counts as given up', async () => {
    const held = Promise.withResolvers<void>()
    let landed = false
    const open = openWith((handle) => {
      const writev = handle.writev.bind(handle)
      return {
        writev: async (...given) => {
          await held.promise
          landed = true
          return writev(...given)
        },
      }
    })
    const store = await openStore({ open })
    const writer = await store.openChunk(chunkOfSize(600_000))
    await writer.write(bytesOf(600_000))
    let isGivenUp = false
    const given = writer.abandon().then(() => {
      isGivenUp = true
    })
    // Time enough to close a file several times over.
    for (let time = 0; time < 20; time += 1) await stat(import.meta.dirname)
    expect(isGivenUp).toBe(false)
    held.resolve()
    await given
    expect(landed).toBe(true)
    await store.close()
  })
})

describe.runIf(onDisk)('a partial', () => {
  it('that has lost bytes by the time of its completion is sent again', async () => {
    const { client, dataDir } = await start()
    const bytes = bytesOf(1_000)
    const task = await client.offer('a.jpg', bytes)
    await client.send(task, bytes)
    await truncate(join(partialsOf(dataDir), task.taskId), 10)
    expect(await client.complete(task.taskId, md5(bytes))).toMatchObject({
      status: 409,
      body: { error: { code: 'chunks-missing', details: { missingChunks: [0] } } },
    })
    expect(await storedFiles(dataDir)).toEqual([])
    expect((await client.upload('a.jpg', bytes)).status).toBe(200)
    expect(await storedBytes(dataDir, 'a.jpg')).toEqual(bytes)
  })
})

describe.runIf(onDisk)('the room on a disk', () => {
  const blockBytes = 4_096
  /** Far more than sixteen times the reserve, so that the reserve is kept whole. */
  const blocks = 10_000_000
  const reserve = 100 * blockBytes

  /** @param freeBlocks for everybody; root alone has as many again */
  const room = (free: () => number) => ({
    statfs: (async () => ({
      blocks,
      bsize: blockBytes,
      bavail: free(),
      bfree: 2 * free(),
    })) as unknown as FileOperations['statfs'],
  })

  it('is offered without its reserve, to the byte', async () => {
    const { client } = await startOn(
      room(() => 110),
      reserve,
    )
    const fits = { fileName: 'a.jpg', fileSize: 10 * blockBytes }
    expect((await client.post('/api/task', { ...fits, fileSize: fits.fileSize + 1 })).status).toBe(507)
    expect((await client.post('/api/task', fits)).status).toBe(200)
  })

  it('is looked at again for every chunk, so that the reserve is not written to', async () => {
    let free = 110
    const { client, server, dataDir } = await startOn(
      room(() => free),
      reserve,
    )
    const bytes = bytesOf(30_000)
    const task = await client.offer('a.jpg', bytes)
    free = 105
    // It is asked for once a second.
    await expect.poll(() => server.uploads.store.freeBytes()).toBe(5 * blockBytes)
    expect((await client.put(task.taskId, 0, bytes)).status).toBe(507)
    expect(await storedFiles(dataDir)).toEqual([])
    free = 110
    await expect.poll(async () => (await client.put(task.taskId, 0, bytes)).status).toBe(200)
  })

  it('is given to one writer at a time: what one is about to write, no other has', async () => {
    const space = new FreeSpace({ ...nodeFiles, ...room(() => 110) }, temporaryFolder(), reserve)
    const first = await space.reserve(6 * blockBytes)
    await expect(space.reserve(6 * blockBytes)).rejects.toMatchObject({ code: 'storage-full' })
    await space.reserve(4 * blockBytes)
    first.release()
    await space.reserve(6 * blockBytes)
    await expect(space.reserve(1)).rejects.toMatchObject({ code: 'storage-full' })
  })

  it('is at most a sixteenth of a small one, so that it can be used at all', async () => {
    const small = {
      statfs: (async () => ({
        blocks: 160,
        bsize: blockBytes,
        bavail: 20,
        bfree: 20,
      })) as unknown as FileOperations['statfs'],
    }
    const { client } = await startOn(small, reserve)
    const fits = { fileName: 'a.jpg', fileSize: 10 * blockBytes }
    expect((await client.post('/api/task', { ...fits, fileSize: fits.fileSize + 1 })).status).toBe(507)
    expect((await client.post('/api/task', fits)).status).toBe(200)
  })

  it('is asked for again after the question failed', async () => {
    let fails = true
    const statfs: FileOperations['statfs'] = (async (...given: [string]) => {
      if (fails) throw failure('EIO')
      return nodeFiles.statfs(...given)
    }) as FileOperations['statfs']
    const store = await openStore({ statfs })
    await expect(store.freeBytes()).rejects.toMatchObject({ code: 'storage-failed' })
    fails = false
    expect(await store.freeBytes()).toBeGreaterThan(0)
    await store.close()
  })
})
