/** What every ledger promises, asked of each of them directly: SQLite always, MySQL or MariaDB where one is named. */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { type Ledger, type NewFile, type TaskRow, unknownBytes } from '../../server/ledger/ledger.ts'
import { parseDatabaseUrl } from '../../server/ledger/mysql/database-url.ts'
import { migrate as migrateMysql } from '../../server/ledger/mysql/schema.ts'
import { openLedger } from '../../server/ledger/open-ledger.ts'
import { addedFile } from '../../server/ledger/rows.ts'
import { migrate as migrateSqlite } from '../../server/ledger/sqlite/schema.ts'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { temporaryFolder } from './harness.ts'
import { ownMariadb, withoutMariadb } from './own-mariadb.ts'
import { administer, databaseServer, databaseUrl } from './test-database.ts'

const own = databaseServer === undefined ? await ownMariadb() : undefined
const server = databaseServer ?? own?.url
if (server === undefined) console.log(withoutMariadb)

const opened: Ledger[] = []
afterAll(async () => {
  await Promise.all(opened.map((ledger) => ledger.close()))
  await own?.stop()
})

/** @param dataDir the same one opens the same ledger again */
async function open(kind: string, dataDir = temporaryFolder()): Promise<Ledger> {
  const url = kind === 'SQLite' ? undefined : parseDatabaseUrl(await databaseUrl(dataDir, server))
  const surroundings = { isShared: false, report: () => undefined }
  const ledger = await openLedger({ DATA_DIR: dataDir, DATABASE_URL: url }, surroundings)
  opened.push(ledger)
  return ledger
}

const id = () => randomBytes(16).toString('hex')
const sha256 = 'a'.repeat(64)
const digest = `sha-256:${sha256}`
const md5 = 'b'.repeat(32)

function task(relativePath: string, more: Partial<TaskRow> = {}): TaskRow {
  const times = { lastModifiedMs: null, openedAtMs: 1, activeAtMs: 1 }
  const digests = { md5: null, sha256: null, verifiedSha256: null, ends: null }
  const nothing = {
    ...digests,
    fileType: null,
    copyOf: null,
    announcedChunks: null,
    sender: null,
    metadata: null,
    unplacedPartial: null,
  }
  return { taskId: id(), relativePath, size: 10, chunkSize: 4, ...nothing, ...times, ...more }
}

function file(storedPath: string, more: Partial<NewFile> = {}): NewFile {
  const times = { mtimeMs: 1, storedAtMs: 1, verifiedAtMs: 1 }
  const facts = { size: 10, md5, sha256, announcedChunks: null, metadata: null, ...times }
  return { taskId: id(), storedPath, requestedPath: storedPath, ...facts, ...more }
}

/** The last ones without SHA-256. */
const oldVersions = { SQLite: 3, MariaDB: 4 }

/** Leaves a ledger as such a version wrote it. @param statements that fill its tables */
async function writeOld(kind: string, dataDir: string, statements: readonly string[]): Promise<void> {
  if (kind === 'SQLite') {
    mkdirSync(join(dataDir, '.photoferry'), { recursive: true })
    const database = new DatabaseSync(join(dataDir, '.photoferry', 'ledger.db'))
    migrateSqlite(database, oldVersions.SQLite)
    for (const statement of statements) database.exec(statement)
    database.close()
    return
  }
  await administer(await databaseUrl(dataDir, server), async (connection) => {
    await migrateMysql(connection, oldVersions.MariaDB)
    for (const statement of statements) await connection.query(statement)
  })
}

/** Names that some collation or other takes for the same. */
const alike = ['a', 'A', 'ä', 'a\u0308', 'a ', 'a  ', 'ａ', 'a\u00ad', 'ß', 'ss', 'İ', 'i', '😀', '😁', 'a\n']
const longest = `${'ö'.repeat(120)}/${'x'.repeat(255)}/${'y'.repeat(255)}/${'z'.repeat(250)}`

describe.each(['SQLite', ...(server === undefined ? [] : ['MariaDB'])])('the ledger in %s', (kind) => {
  it('keeps every name as it is, and finds exactly that one', async () => {
    const ledger = await open(kind)
    for (const name of [...alike, longest, `${longest}!`]) {
      const open = task(name, { md5, announcedChunks: 3, fileType: name })
      const stored = file(name, { taskId: open.taskId, requestedPath: `${name}?` })
      await ledger.addTask(open)
      expect(await ledger.task(open.taskId)).toEqual(open)
      expect(await ledger.announcedTasks(name, md5)).toEqual([open])
      expect(await ledger.openTasksOf(name, open.size)).toEqual([open])
      const { fileId } = await ledger.commitFile(stored)
      expect(await ledger.fileAt(name)).toEqual(addedFile(stored, fileId))
    }
    expect(await ledger.totals()).toEqual({
      openTasks: 0,
      files: alike.length + 2,
      bytes: 10 * (alike.length + 2),
      damagedFiles: 0,
      oldestVerificationMs: 1,
    })
  })

  it('counts what lies below a folder, and nothing beside it', async () => {
    const ledger = await open(kind)
    const beside = ['a', 'a ', 'a!/x', 'a0', 'A/x', 'ab/x', 'b/a/x', 'á/x']
    const inside = ['a/ ', 'a/\u0001', 'a/x', 'a/b/c', 'a/😁']
    for (const path of [...beside, ...inside]) {
      await ledger.addTask(task(path))
      await ledger.commitFile(file(path))
    }
    expect(await ledger.countOpenTasks('a')).toBe(inside.length)
    const counts = { openTasks: inside.length, files: inside.length, bytes: 10 * inside.length }
    expect(await ledger.totals('a')).toMatchObject(counts)
    expect(await ledger.countOpenTasks('c')).toBe(0)
    const none = { openTasks: 0, files: 0, bytes: 0, damagedFiles: 0, oldestVerificationMs: null }
    expect(await ledger.totals('c')).toEqual(none)
  })

  it('keeps every number as it is', async () => {
    const ledger = await open(kind)
    const sizes = { size: Number.MAX_SAFE_INTEGER, chunkSize: Number.MAX_SAFE_INTEGER - 1 }
    for (const ms of [0, -62_135_596_800_000, 1_600_000_000_000.123, 8.64e15, 0.1]) {
      const open = task(`${ms}`, { ...sizes, lastModifiedMs: ms, openedAtMs: ms, activeAtMs: ms })
      await ledger.addTask(open)
      expect(await ledger.task(open.taskId)).toEqual(open)
      const stored = file(`${ms}`, { size: sizes.size, mtimeMs: ms, storedAtMs: ms })
      const added = await ledger.commitFile(stored)
      expect(added).toEqual(addedFile(stored, added.fileId))
      expect(await ledger.fileAt(`${ms}`)).toEqual(added)
      expect(await ledger.filesWithContent(sizes.size, sha256)).toContainEqual(expect.objectContaining(added))
    }
    expect(await ledger.filesWithContent(sizes.size - 1, sha256)).toEqual([])
  })

  it('counts chunks that come all at once, each once', async () => {
    const ledger = await open(kind)
    const { taskId } = task('a')
    await ledger.addTask({ ...task('a'), taskId })
    const indexes = Array.from({ length: 40 }, (_, index) => index)
    const counts = await Promise.all(
      [...indexes, ...indexes].map((chunkIndex) => ledger.addChunk(taskId, { chunkIndex, digest }, 5)),
    )
    expect(Math.max(...counts.map(Number))).toBe(40)
    const chunks = indexes.map((chunkIndex) => ({ chunkIndex, digest, isSuspect: false, isContested: false }))
    expect(await ledger.chunks(taskId)).toEqual(chunks)
    expect(await ledger.countChunks(taskId)).toBe(40)
    await ledger.contestChunk(taskId, 7)
    expect(await ledger.chunk(taskId, 7)).toMatchObject({ digest, isContested: true })
    await ledger.addChunk(taskId, { chunkIndex: 7, digest }, 5)
    await ledger.suspectChunks(taskId)
    await ledger.removeChunks(taskId, [0, 39])
    expect(await ledger.chunks(taskId)).toEqual(
      chunks.slice(1, 39).map((chunk) => ({ ...chunk, isSuspect: true })),
    )
    expect(await ledger.chunk(taskId, 0)).toBeUndefined()
    await ledger.removeTask(taskId)
    expect(await ledger.chunks(taskId)).toEqual([])
    expect(await ledger.addChunk(taskId, { chunkIndex: 0, digest }, 6)).toBeUndefined()
  })

  it('opens one task for an announcement, however often it comes at once', async () => {
    const ledger = await open(kind)
    const announced = () => task('a', { md5, announcedChunks: 7 })
    const tasks = await Promise.all(Array.from({ length: 20 }, () => ledger.addAnnounced(announced())))
    expect(new Set(tasks.map(({ taskId }) => taskId)).size).toBe(1)
    expect(await ledger.countOpenTasks()).toBe(1)
  })

  it('reserves a path for one open task, and lets go of it when that ends', async () => {
    const ledger = await open(kind)
    const [one, other] = [task('a'), task('a')]
    for (const open of [one, other]) await ledger.addTask(open)
    const reservations = await Promise.all([one, other].map(({ taskId }) => ledger.reservePath(taskId, 'a')))
    expect(reservations.sort()).toEqual(['reserved', 'taken'])
    const [winner, loser] =
      (await ledger.reservePath(one.taskId, 'a')) === 'reserved' ? [one, other] : [other, one]
    expect(await ledger.reservePath(loser.taskId, 'a ')).toBe('reserved')
    await ledger.commitFile(file('a', { taskId: winner.taskId }))
    expect(await ledger.reservePath(winner.taskId, 'b')).toBe('gone')
    expect(await ledger.reservePath(loser.taskId, 'a')).toBe('reserved')
  })

  it('tells what a finished task has ended as, until nobody asks any more', async () => {
    const ledger = await open(kind)
    const [one, other] = [task('a'), task('a')]
    for (const open of [one, other]) await ledger.addTask(open)
    const stored = await ledger.commitFile(file('a', { taskId: one.taskId }))
    await ledger.commitDuplicate(other, stored.fileId, 50)
    expect(await ledger.fileOfTask(other.taskId)).toEqual(stored)
    expect(await ledger.openTasks()).toEqual([])
    await ledger.forgetDuplicatesBefore(51)
    expect(await ledger.fileOfTask(other.taskId)).toBeUndefined()
    // The person removed the file, and another one took its name.
    const next = await ledger.commitFile(file('a'))
    expect(await ledger.filesWithContent(10, sha256)).toEqual([next])
    await ledger.forgetFile(next.fileId)
    expect(await ledger.fileAt('a')).toBeUndefined()
  })

  it('finds open tasks by path and size, and files by SHA-256 alone once that is known', async () => {
    const ledger = await open(kind)
    const ends = 'f'.repeat(64)
    const [old, stated] = [task('a', { md5 }), task('a', { sha256, md5: 'c'.repeat(32) })]
    const byEnds = task('a', { ends })
    for (const open of [old, stated, byEnds]) await ledger.addTask(open)
    const all = [old, stated, byEnds].sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
    const found = [...(await ledger.openTasksOf('a', 10))].sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
    expect(found).toEqual(all)
    expect(await ledger.openTasksOf('a', 11)).toEqual([])
    expect(await ledger.openTasksOf('b', 10)).toEqual([])
    await ledger.setStatedSha256(old.taskId, 'd'.repeat(64))
    await ledger.setVerified(old.taskId, { md5: 'e'.repeat(32), sha256 })
    const digests = { md5: 'e'.repeat(32), sha256: 'd'.repeat(64), verifiedSha256: sha256 }
    expect(await ledger.task(old.taskId)).toEqual({ ...old, ...digests })
    const unread = await ledger.commitFile(file('b', { sha256: null }))
    expect(await ledger.filesWithoutSha256(10, md5)).toEqual([unread])
    expect(await ledger.filesWithContent(10, sha256)).toEqual([])
    await ledger.setFileVerified(unread.fileId, { sha256, mtimeMs: 2, verifiedAtMs: 3 })
    expect(await ledger.filesWithoutSha256(10, md5)).toEqual([])
    expect(await ledger.filesWithContent(10, sha256)).toEqual([
      { ...unread, sha256, mtimeMs: 2, verifiedAtMs: 3 },
    ])
  })

  it('finds what was stored for a path among any number of copies, and names some of them where any will do', async () => {
    const ledger = await open(kind)
    const stored = []
    for (let index = 0; index < 40; index++) {
      const requestedPath = index === 38 ? 'photo.jpg' : `copy ${index}.jpg`
      stored.push(await ledger.commitFile(file(`copy ${index}.jpg`, { requestedPath })))
    }
    expect(await ledger.filesWithContent(10, sha256)).toHaveLength(16)
    expect(await ledger.filesStoredFor('copy 39.jpg', 10, sha256)).toEqual([stored[39]])
    expect(await ledger.filesStoredFor('photo.jpg', 10, sha256)).toEqual([stored[38]])
    expect(await ledger.filesStoredFor('Photo.jpg', 10, sha256)).toEqual([])
    expect(await ledger.filesStoredFor('copy 39.jpg', 11, sha256)).toEqual([])
    expect(await ledger.filesStoredFor('copy 39.jpg', 10, 'f'.repeat(64))).toEqual([])
    await ledger.setFileDamaged(stored[39]?.fileId ?? 0, 'bytes', 50)
    expect(await ledger.filesStoredFor('copy 39.jpg', 10, sha256)).toEqual([])
  })

  it('checks those files first that were checked longest ago, and uses none that is damaged', async () => {
    const ledger = await open(kind)
    const add = (path: string, verifiedAtMs: number) => ledger.commitFile(file(path, { verifiedAtMs }))
    const [a, b, c] = [await add('lib/a', 30), await add('lib/b', 10), await add('other/c', 20)]
    const names = async (checkedBeforeMs: number) =>
      (await ledger.filesToCheck(checkedBeforeMs)).map(({ storedPath }) => storedPath)
    expect(await names(30)).toEqual(['lib/b', 'other/c'])
    await ledger.setFileVerified(b.fileId, { sha256, mtimeMs: 1, verifiedAtMs: 40 })
    await ledger.setFileDamaged(c.fileId, 'gone', 50)
    await ledger.setFileDamaged(c.fileId, 'bytes', 60)
    expect(await names(100)).toEqual(['lib/a', 'lib/b', 'other/c'])
    const damaged = { ...c, damage: 'bytes', damagedAtMs: 50 }
    expect(await ledger.damagedFiles()).toEqual([damaged])
    expect(await ledger.damagedFilesOf(10, { md5, sha256 })).toEqual([damaged])
    expect(await ledger.damagedFilesOf(11, { md5, sha256 })).toEqual([])
    expect(await ledger.lostFiles(100)).toEqual([])
    expect(await ledger.filesWithContent(10, sha256)).toEqual([a, { ...b, verifiedAtMs: 40 }])
    expect(await ledger.totals()).toMatchObject({ files: 3, damagedFiles: 1, oldestVerificationMs: 20 })
    expect(await ledger.totals('lib')).toMatchObject({ damagedFiles: 0, oldestVerificationMs: 30 })
    await ledger.setFileDamaged(a.fileId, 'unreadable', 70)
    expect((await ledger.lostFiles(100)).map(({ storedPath }) => storedPath)).toEqual(['lib/a'])
    await ledger.setFileVerified(c.fileId, { sha256, mtimeMs: 1, verifiedAtMs: 80 })
    expect(await ledger.damagedFilesOf(10, { md5, sha256 })).toHaveLength(1)
    expect(await ledger.fileAt('other/c')).toMatchObject({ damage: null, damagedAtMs: null })
  })

  it('knows which announcement a file is the end of, also of one that found it stored', async () => {
    const ledger = await open(kind)
    const first = await ledger.commitFile(file('a', { announcedChunks: 3, storedAtMs: 1 }))
    const later = await ledger.commitFile(file('a (2)', { announcedChunks: 3, storedAtMs: 2 }))
    expect(await ledger.announcedFiles(md5, 3)).toEqual([later, first])
    expect(await ledger.announcedFiles(md5, 4)).toEqual([])
    const again = task('a', { md5, announcedChunks: 4 })
    await ledger.addTask(again)
    await ledger.commitDuplicate(again, first.fileId, 5)
    expect(await ledger.announcedFiles(md5, 4)).toEqual([first])
    expect(await ledger.announcedFiles(md5, 3)).toEqual([later, first])
  })

  it('lists files in the byte order of their paths', async () => {
    const ledger = await open(kind)
    const paths = ['a', 'a ', 'a!', 'a/b', 'a0', 'A', 'á', '婚', '😁', '\uffff', longest]
    for (const path of paths) await ledger.commitFile(file(path))
    const ordered = paths.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    const from = async (path: string) => (await ledger.filesFrom(path, 'some')).map((row) => row.storedPath)
    expect(await from('')).toEqual(ordered)
    for (const [index, path] of ordered.entries()) {
      expect(await from(path)).toEqual(ordered.slice(index))
      expect(await from(`${path}\0`)).toEqual(ordered.slice(index + 1))
      expect((await ledger.filesFrom(path, 'one')).map((row) => row.storedPath)).toEqual([path])
    }
  })

  it('opens one task for a sender, and gives it the name that is told at the end', async () => {
    const ledger = await open(kind)
    const sender = 'c'.repeat(64)
    const tasks = [1, 2, 3, 4].map((size) => task('unnamed', { sender, size }))
    const added = await Promise.all(tasks.map((one) => ledger.addOfSender(one)))
    expect(new Set(added.map(({ taskId }) => taskId)).size).toBe(1)
    const [first] = added
    expect(await ledger.taskOfSender(sender)).toEqual(first)
    await ledger.renameTask(first?.taskId ?? '', 'named')
    expect(await ledger.taskOfSender(sender)).toEqual({ ...first, relativePath: 'named' })
    expect(await ledger.taskOfSender('d'.repeat(64))).toBeUndefined()
    await ledger.removeTask(first?.taskId ?? '')
    expect((await ledger.addOfSender(tasks[3] ?? task('x'))).taskId).toBe(tasks[3]?.taskId)
  })

  it('learns how large a file is whose client did not know it, and sums up what a folder expects', async () => {
    const ledger = await open(kind)
    const [late, other] = [task('a/late', { size: unknownBytes }), task('b/other', { size: 7 })]
    for (const one of [late, other]) await ledger.addTask(one)
    expect([await ledger.announcedBytes(), await ledger.announcedBytes('a')]).toEqual([7, 0])
    await ledger.setSize(late.taskId, 5_000_000_000)
    expect(await ledger.task(late.taskId)).toEqual({ ...late, size: 5_000_000_000 })
    expect(await ledger.announcedBytes()).toBe(5_000_000_007)
    expect(await ledger.announcedBytes('a')).toBe(5_000_000_000)
    expect(await ledger.announcedBytes('b')).toBe(7)
  })

  it('keeps what a client said of its upload as long as the upload is known', async () => {
    const ledger = await open(kind)
    const said = `filename ${'QQ=='.repeat(2_000)},odd`
    const [stored, same, silent] = [task('a', { metadata: said }), task('b', { metadata: said }), task('c')]
    for (const one of [stored, same, silent]) await ledger.addTask(one)
    expect((await ledger.task(stored.taskId))?.metadata).toBe(said)
    const row = await ledger.commitFile(file('a', { taskId: stored.taskId, metadata: said }))
    await ledger.commitDuplicate({ ...same, metadata: said }, row.fileId, 5)
    await ledger.commitDuplicate(silent, row.fileId, 5)
    expect(await ledger.metadataOf(stored.taskId)).toBe(said)
    expect(await ledger.metadataOf(same.taskId)).toBe(said)
    expect(await ledger.metadataOf(silent.taskId)).toBeNull()
    await ledger.endLink(same.taskId, id())
    expect(await ledger.metadataOf(same.taskId)).toBeNull()
  })

  it('keeps links until they are revoked or have expired', async () => {
    const ledger = await open(kind)
    const link = (linkId: string, madeAtMs: number, expiresAtMs: number) => ({
      ...{ linkId: linkId.repeat(64), path: `${longest} ${linkId}`, isFolder: linkId === 'a' },
      ...{ madeAtMs, expiresAtMs },
    })
    const [a, b, c] = [link('a', 1, 100), link('b', 3, 8.64e15), link('c', 2, 50)]
    for (const one of [a, b, c]) await ledger.addLink(one)
    expect(await ledger.links()).toEqual([b, c, a])
    expect(await ledger.link(a.linkId)).toEqual(a)
    expect(await ledger.link('d'.repeat(64))).toBeUndefined()
    await ledger.forgetLinksBefore(100)
    expect(await ledger.links()).toEqual([b, a])
    await ledger.removeLink(b.linkId)
    expect(await ledger.links()).toEqual([a])
  })

  it('is brought up to date from a version without SHA-256, also when that was interrupted', async () => {
    const dataDir = temporaryFolder()
    const insert = [
      `INSERT INTO tasks (task_id, relative_path, size, chunk_size, md5, opened_at_ms, active_at_ms)
        VALUES ('${'1'.repeat(32)}', 'a', 10, 4, '${md5}', 1, 1)`,
      `INSERT INTO chunks (task_id, chunk_index, sha256) VALUES ('${'1'.repeat(32)}', 2, '${sha256}')`,
      `INSERT INTO files (task_id, stored_path, requested_path, size, md5, mtime_ms, stored_at_ms)
        VALUES ('${'2'.repeat(32)}', 'b', 'b', 10, '${md5}', 1, 1)`,
    ]
    await writeOld(kind, dataDir, insert)
    const ledger = await open(kind, dataDir)
    const old = task('a', { taskId: '1'.repeat(32), md5 })
    expect(await ledger.openTasks()).toEqual([old])
    expect(await ledger.chunks(old.taskId)).toEqual([
      { chunkIndex: 2, digest, isSuspect: false, isContested: false },
    ])
    const stored = addedFile(file('b', { taskId: '2'.repeat(32), sha256: null }), 1)
    expect(await ledger.filesWithoutSha256(10, md5)).toEqual([stored])
    expect(await ledger.filesWithContent(10, sha256)).toEqual([])
    if (kind === 'SQLite') return
    // MySQL cannot undo half of an upgrade: the rest is done at the next start.
    await ledger.close()
    const { pathname } = new URL(await databaseUrl(dataDir, server))
    await administer(server, (connection) =>
      connection.query(`UPDATE ${pathname.slice(1)}.ledger_version SET version = ${oldVersions.MariaDB}`),
    )
    const again = await open(kind, dataDir)
    expect(await again.chunks(old.taskId)).toEqual([
      { chunkIndex: 2, digest, isSuspect: false, isContested: false },
    ])
    expect(await again.filesWithoutSha256(10, md5)).toEqual([stored])
  })

  it('says why it can be neither read nor written any more, once it is closed', async () => {
    const ledger = await open(kind)
    await ledger.close()
    await expect(ledger.addTask(task('a'))).rejects.toThrow(UploadError)
    await expect(ledger.openTasks()).rejects.toThrow(UploadError)
  })

  it('is found as it was left, and is not opened when a newer server wrote it', async () => {
    const dataDir = temporaryFolder()
    const first = await open(kind, dataDir)
    const kept = task('a')
    await first.addTask(kept)
    await first.close()
    const second = await open(kind, dataDir)
    expect(await second.openTasks()).toEqual([kept])
    await second.close()
    if (kind === 'SQLite') {
      const database = new DatabaseSync(join(dataDir, '.photoferry', 'ledger.db'))
      database.exec('PRAGMA user_version = 999')
      database.close()
    } else {
      const { pathname } = new URL(await databaseUrl(dataDir, server))
      await administer(server, (connection) =>
        connection.query(`UPDATE ${pathname.slice(1)}.ledger_version SET version = 999`),
      )
    }
    await expect(open(kind, dataDir)).rejects.toThrow(/has version 999; .* Update PhotoFerry/)
  })
})
