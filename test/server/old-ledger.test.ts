/**
 * A ledger that a version without SHA-256 left: its files are read once each, when they are first offered, and never at the
 * start; what was being uploaded goes on.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../server/ledger/sqlite/schema.ts'
import { openDiskStore } from '../../server/storage/disk/disk-store.ts'
import { nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { routes } from '../../src/shared/protocol/wire.ts'
import { dialects } from './bring.ts'
import { collidingFiles } from './collision-pair.ts'
import { bytesOf, chunkOf, crcDigest, md5, sha256, start, temporaryFolder } from './harness.ts'
import { databaseServer } from './test-database.ts'
import {
  keptBytes,
  libraryOf,
  onDisk,
  partialsOf,
  putStored,
  storedBytes,
  storedFiles,
} from './test-storage.ts'

/** Of the last version without SHA-256. */
const oldVersion = 3
const chunkSize = 65_536
const id = (number: number) => number.toString(16).padStart(32, '0')

/** A data folder as that version left it. */
class OldData {
  readonly dataDir = temporaryFolder()
  readonly #database: DatabaseSync
  #count = 0

  constructor() {
    mkdirSync(partialsOf(this.dataDir), { recursive: true })
    this.#database = new DatabaseSync(join(this.dataDir, '.photoferry', 'ledger.db'))
    migrate(this.#database, oldVersion)
  }

  store(path: string, bytes: Buffer): void {
    const file = join(libraryOf(this.dataDir), path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
    this.#count += 1
    this.#database
      .prepare(
        `INSERT INTO files (task_id, stored_path, requested_path, size, md5, mtime_ms, stored_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, 1)`,
      )
      .run(id(this.#count), path, path, bytes.length, md5(bytes), statSync(file).mtimeMs)
  }

  /** An upload of which only the first chunks have arrived. @returns its task's id */
  begin(path: string, bytes: Buffer, chunks: number): string {
    this.#count += 1
    const taskId = id(this.#count)
    this.#database
      .prepare(
        `INSERT INTO tasks (task_id, relative_path, size, chunk_size, md5, active_at_ms, opened_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, 1)`,
      )
      .run(taskId, path, bytes.length, chunkSize, md5(bytes), Date.now() - 60_000)
    writeFileSync(join(partialsOf(this.dataDir), taskId), bytes.subarray(0, chunks * chunkSize))
    for (let index = 0; index < chunks; index += 1) {
      const chunk = bytes.subarray(index * chunkSize, (index + 1) * chunkSize)
      this.#database
        .prepare('INSERT INTO chunks (task_id, chunk_index, sha256) VALUES (?, ?, ?)')
        .run(taskId, index, sha256(chunk))
    }
    return taskId
  }

  /**
   * Starts a server on it that counts how often each stored file is opened for reading.
   * @param waitMs of requests, ms
   * @param unreadable stored paths that the disk can't read
   */
  async start({ unreadable, ...timing }: { waitMs?: number; now?(): number; unreadable?: Set<string> } = {}) {
    this.#database.close()
    const opened = new Map<string, number>()
    const library = `${libraryOf(this.dataDir)}/`
    const open: typeof nodeFiles.open = (path, ...more) => {
      const name = String(path)
      const isFolder = statSync(name, { throwIfNoEntry: false })?.isDirectory() === true
      if (name.startsWith(library) && !isFolder) {
        const stored = name.slice(library.length)
        opened.set(stored, (opened.get(stored) ?? 0) + 1)
        if (unreadable?.has(stored)) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
      }
      return nodeFiles.open(path, ...more)
    }
    const files = { ...nodeFiles, open }
    const openStore = ({ DATA_DIR }: { DATA_DIR: string }) =>
      openDiskStore({ dataDir: DATA_DIR, freeSpaceReserve: 0, files })
    const parts = { openStore, ...timing }
    const { client } = await start({ dataDir: this.dataDir, args: ['--no-auth'], parts })
    return { client, opened, dataDir: this.dataDir }
  }
}

describe.runIf(onDisk && databaseServer === undefined)('a ledger without SHA-256', () => {
  it('has a file read when it is first offered with one, and never again', async () => {
    const old = new OldData()
    const bytes = bytesOf(200_000)
    old.store('a.jpg', bytes)
    old.store('never offered.jpg', bytesOf(1_000))
    const { client, opened, dataDir } = await old.start()
    expect(opened).toEqual(new Map())
    for (let time = 0; time < 3; time += 1) {
      expect(await client.offer('a.jpg', bytes)).toMatchObject({ done: true, url: '/uploads/a.jpg' })
    }
    expect(opened).toEqual(new Map([['a.jpg', 1]]))
    const copied = await client.upload('copy/b.jpg', bytes)
    expect(copied.body).toMatchObject({ sha256: sha256(bytes), path: '/uploads/copy/b.jpg' })
    expect(opened.get('a.jpg')).toBe(1)
    expect(await storedFiles(dataDir)).toEqual(['a.jpg', 'copy/b.jpg', 'never offered.jpg'])
  })

  it('answers 202 with the progress while a large file is read, once for all who ask', async () => {
    const old = new OldData()
    const bytes = bytesOf(40_000_000)
    old.store('video.mp4', bytes)
    const { client, opened } = await old.start({ waitMs: 1 })
    const request = { fileName: 'video.mp4', fileSize: bytes.length, hash: md5(bytes), sha256: sha256(bytes) }
    const first = await client.post(routes.tasks, request)
    expect(first.status).toBe(202)
    expect(first.headers.get('Retry-After')).toBe('1')
    expect(first.body).toEqual({ checking: true, checkedBytes: expect.any(Number), size: bytes.length })
    const answers = async () => {
      const other = await client.post(routes.tasks, { ...request, relativePath: 'copy/video.mp4' })
      expect([200, 202]).toContain(other.status)
      return (await client.post(routes.tasks, request)).body
    }
    await expect.poll(answers, { timeout: 30_000, interval: 50 }).toMatchObject({ done: true })
    expect(opened.get('video.mp4')).toBe(1)
  })

  it('asks clients that know only the MD5 for the bytes, and stores nothing twice', async () => {
    const old = new OldData()
    const bytes = bytesOf(200_000)
    for (const name of ['contract.jpg', 'md5.jpg']) old.store(name, bytes)
    const { client, opened, dataDir } = await old.start()
    const request = { fileName: 'md5.jpg', fileSize: bytes.length, hash: md5(bytes) }
    expect(await client.post(routes.tasks, request)).toMatchObject({ status: 200, body: { done: false } })
    await dialects['native with MD5 alone']?.(client, 'md5.jpg', bytes)
    await dialects.contract?.(client, 'contract.jpg', bytes)
    expect(await storedFiles(dataDir)).toEqual(['contract.jpg', 'md5.jpg'])
    expect(Object.fromEntries(opened)).toEqual({ 'contract.jpg': 1, 'md5.jpg': 1 })
  })

  it('replaces a file that has gone bad by the one that is sent, and keeps it outside of the library', async () => {
    const old = new OldData()
    const bytes = bytesOf(200_000)
    old.store('a.jpg', bytes)
    const { mtimeMs } = statSync(join(libraryOf(old.dataDir), 'a.jpg'))
    const damaged = Buffer.from(bytes)
    damaged[150_000] = (damaged[150_000] ?? 0) ^ 1
    await putStored(old.dataDir, 'a.jpg', damaged, mtimeMs)
    const { client, opened, dataDir } = await old.start()
    const task = await client.offer('a.jpg', bytes)
    expect(task).toMatchObject({ done: false, uploadedChunks: [] })
    expect((await client.download('/uploads/a.jpg')).response.status).toBe(404)
    await client.send(task, bytes)
    expect((await client.finish(task.taskId, md5(bytes), sha256(bytes))).body.path).toBe('/uploads/a.jpg')
    // Wrong bytes are read a second time, and never a third.
    expect(opened.get('a.jpg')).toBeLessThanOrEqual(2)
    expect((await storedBytes(dataDir, 'a.jpg')).equals(bytes)).toBe(true)
    expect((await keptBytes(dataDir, 'a.jpg')).equals(damaged)).toBe(true)
    expect(await storedFiles(dataDir)).toEqual(['a.jpg'])
  })

  it.each(Object.keys(dialects))('keeps both of a collision of which it had one: %s', async (dialect) => {
    const [one, other] = collidingFiles(bytesOf(200_000))
    const old = new OldData()
    old.store('a.jpg', one)
    const { client, dataDir } = await old.start()
    await dialects[dialect]?.(client, 'a.jpg', other)
    await dialects[dialect]?.(client, 'b.jpg', other)
    expect(await storedFiles(dataDir)).toEqual(['a (2).jpg', 'a.jpg', 'b.jpg'])
    expect((await storedBytes(dataDir, 'a.jpg')).equals(one)).toBe(true)
    for (const path of ['a (2).jpg', 'b.jpg']) {
      expect((await storedBytes(dataDir, path)).equals(other), path).toBe(true)
    }
  })

  it('goes on with its unfinished uploads, whose chunks have a SHA-256', async () => {
    const old = new OldData()
    const bytes = bytesOf(300_000)
    const taskId = old.begin('a.jpg', bytes, 3)
    const { client, dataDir } = await old.start()
    const task = await client.offer('a.jpg', bytes)
    expect(task).toMatchObject({ taskId, uploadedChunks: [0, 1, 2] })
    const again = chunkOf(task, bytes, 1)
    const headers = { 'Content-Digest': crcDigest(again) }
    expect((await client.put(taskId, 1, again, headers)).status).toBe(200)
    expect(await client.send(task, bytes)).toBe(2)
    expect((await client.finish(taskId, md5(bytes), sha256(bytes))).status).toBe(200)
    expect((await storedBytes(dataDir, 'a.jpg')).equals(bytes)).toBe(true)
  })
})
