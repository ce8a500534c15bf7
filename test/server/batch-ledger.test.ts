/** What every ledger promises on batches and messages, asked of each of them directly. */
import { afterAll, describe, expect, it } from 'vitest'
import type { NamedFiles, NewBatch, OutboxRow } from '../../server/ledger/batches.ts'
import type { Ledger, NewFile } from '../../server/ledger/ledger.ts'
import { parseDatabaseUrl } from '../../server/ledger/mysql/database-url.ts'
import { openLedger } from '../../server/ledger/open-ledger.ts'
import { temporaryFolder } from './harness.ts'
import { ownMariadb, withoutMariadb } from './own-mariadb.ts'
import { databaseServer, databaseUrl } from './test-database.ts'

const own = databaseServer === undefined ? await ownMariadb() : undefined
const server = databaseServer ?? own?.url
if (server === undefined) console.log(withoutMariadb)

const opened: Ledger[] = []
afterAll(async () => {
  await Promise.all(opened.map((ledger) => ledger.close()))
  await own?.stop()
})

async function open(kind: string, dataDir = temporaryFolder()): Promise<Ledger> {
  const url = kind === 'SQLite' ? undefined : parseDatabaseUrl(await databaseUrl(dataDir, server))
  const surroundings = { isShared: false, report: () => undefined }
  const ledger = await openLedger({ DATA_DIR: dataDir, DATABASE_URL: url }, surroundings)
  opened.push(ledger)
  return ledger
}

const digest = 'd'.repeat(64)
const counts = { announcedFiles: 5, announcedBytes: 6 }

function newBatch(batchId: string, more: Partial<NewBatch> = {}): NewBatch {
  const announced = { announcedFiles: 3, announcedBytes: Number.MAX_SAFE_INTEGER }
  return { folder: '', batchId, name: '婚礼 😁', sender: 'anna', ...announced, beganAtMs: 1_000.5, ...more }
}

function message(messageId: string, more: Partial<OutboxRow> = {}): OutboxRow {
  return { messageId, folder: 'ä b', body: '{"a":"😁"}', madeAtMs: 5, attempts: 0, nextAtMs: 5, ...more }
}

function file(storedPath: string): NewFile {
  const facts = { size: 1, md5: 'b'.repeat(32), sha256: digest, announcedChunks: null, metadata: null }
  const times = { mtimeMs: 1, storedAtMs: 1, verifiedAtMs: 1 }
  return { taskId: storedPath.padEnd(32, '0'), storedPath, requestedPath: storedPath, ...facts, ...times }
}

describe.each(['SQLite', ...(server === undefined ? [] : ['MariaDB'])])('batches in %s', (kind) => {
  it('are kept as they are, by folder and id, over a restart', async () => {
    const dataDir = temporaryFolder()
    const first = await open(kind, dataDir)
    for (const folder of ['', 'a', 'A', 'a '])
      await first.beginBatch(newBatch('same-id', { folder, name: `of ${folder}` }))
    const named: NamedFiles = { files: 2, bytes: 2 ** 50, upTo: `x/${'ö'.repeat(500)}`, digest, sinceMs: 7.5 }
    await first.setNamed(Number((await first.batch('a', 'same-id'))?.batchNo), named, 9)
    await first.close()
    const ledger = await open(kind, dataDir)
    expect(await ledger.batch('a', 'same-id')).toMatchObject({
      ...newBatch('same-id', { folder: 'a', name: 'of a' }),
      ...{ named, activeAtMs: 9, failed: 0, endedAtMs: null, completeAtMs: null, completeDigest: null },
    })
    expect((await ledger.batch('a ', 'same-id'))?.name).toBe('of a ')
    expect((await ledger.batches(undefined, 1e9)).map(({ folder }) => folder)).toEqual(['a ', 'A', 'a', ''])
    expect(await ledger.batches('A', 1e9)).toHaveLength(1)
    expect(await ledger.batch('b', 'same-id')).toBeUndefined()
  })

  it('are opened again under their new name, and only the latest of a folder are kept', async () => {
    const ledger = await open(kind)
    for (const batchId of ['batch-01', 'batch-02', 'batch-03']) await ledger.beginBatch(newBatch(batchId))
    await ledger.beginBatch(newBatch('batch-01', { folder: 'other' }))
    const { batchNo = 0 } = (await ledger.batch('', 'batch-01')) ?? {}
    const end = {
      batchNo,
      failed: 1,
      leftOut: 2,
      endedAtMs: 8,
      completeAtMs: 8,
      completeDigest: digest,
      ...counts,
    }
    await ledger.endBatch(end, null)
    expect(await ledger.batch('', 'batch-01')).toMatchObject(end)
    await ledger.beginBatch(newBatch('batch-01', { name: 'again', announcedFiles: 4 }))
    expect(await ledger.batch('', 'batch-01')).toMatchObject({
      ...{ batchNo, name: 'again', announcedFiles: 4, endedAtMs: null, completeAtMs: null },
      completeDigest: digest,
    })
    await ledger.keepLatestBatches('', 3)
    expect(await ledger.batches('', 1e9)).toHaveLength(3)
    await ledger.keepLatestBatches('', 2)
    expect((await ledger.batches('', 1e9)).map((one) => one.batchId)).toEqual(['batch-03', 'batch-02'])
    expect(await ledger.batches('other', 1e9)).toHaveLength(1)
    expect((await ledger.batches('', (await ledger.batches('', 1e9))[0]?.batchNo ?? 0)).length).toBe(1)
  })

  it('end together with the message that tells of it, or not at all', async () => {
    const ledger = await open(kind)
    await ledger.beginBatch(newBatch('batch-01'))
    const { batchNo = 0 } = (await ledger.batch('', 'batch-01')) ?? {}
    const end = {
      batchNo,
      failed: 0,
      leftOut: 0,
      endedAtMs: 8,
      completeAtMs: 8,
      completeDigest: digest,
      ...counts,
    }
    await ledger.endBatch(end, message('msg_1'))
    await expect(ledger.endBatch({ ...end, failed: 5 }, message('msg_1'))).rejects.toThrow()
    expect(await ledger.batch('', 'batch-01')).toMatchObject({ failed: 0 })
    expect(await ledger.dueMessages(5)).toEqual([message('msg_1')])
    expect(await ledger.countMessages('ä b')).toBe(1)
  })

  it('have messages that are due in their order, until they are removed', async () => {
    const ledger = await open(kind)
    await ledger.beginBatch(newBatch('batch-01'))
    const { batchNo = 0 } = (await ledger.batch('', 'batch-01')) ?? {}
    const end = {
      batchNo,
      failed: 0,
      leftOut: 0,
      endedAtMs: 8,
      completeAtMs: 8,
      completeDigest: digest,
      ...counts,
    }
    expect(await ledger.nextMessageMs()).toBeUndefined()
    for (const [id, nextAtMs] of [
      ['b', 20],
      ['a', 30],
      ['c', 10],
    ] as const)
      await ledger.endBatch(end, message(id, { nextAtMs }))
    expect(await ledger.nextMessageMs()).toBe(10)
    expect((await ledger.dueMessages(20)).map(({ messageId }) => messageId)).toEqual(['c', 'b'])
    await ledger.postponeMessage('c', 1, 40)
    expect((await ledger.dueMessages(50)).map(({ messageId }) => messageId)).toEqual(['b', 'a', 'c'])
    await ledger.removeMessage('b')
    await ledger.removeMessage('b')
    expect(await ledger.countMessages('ä b')).toBe(2)
    expect(await ledger.countMessages('ä')).toBe(0)
    expect((await ledger.dueMessages(50)).at(-1)).toMatchObject({ attempts: 1 })
  })

  it('know of damage since a time, below a folder only', async () => {
    const ledger = await open(kind)
    const { fileId } = await ledger.commitFile(file('a/x'))
    await ledger.commitFile(file('b/x'))
    expect(await ledger.isDamagedSince('', 0)).toBe(false)
    await ledger.setFileDamaged(fileId, 'bytes', 10)
    expect(await ledger.isDamagedSince('', 10)).toBe(true)
    expect(await ledger.isDamagedSince('a', 10)).toBe(true)
    expect(await ledger.isDamagedSince('a', 11)).toBe(false)
    expect(await ledger.isDamagedSince('b', 0)).toBe(false)
  })
})
