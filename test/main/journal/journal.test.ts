import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { queueOnDisk } from '../../../src/main/journal/disk-errors.ts'
import { Journal } from '../../../src/main/journal/journal.ts'
import { createConfStore } from '../../../src/main/journal/json-store.ts'
import { Shard } from '../../../src/main/journal/shard.ts'
import { newBatch } from '../../../src/main/queue/new-batch.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { anItem } from '../an-item.ts'

function open(stateDir: string, onWriteError: (error: unknown) => void = () => undefined): Journal {
  return new Journal({ stateDir, createStore: createConfStore, onWriteError })
}

/** A journal that could not write its only item for want of room, and could now. */
async function afterFullDisk() {
  const stateDir = temporaryFolder()
  const errors: unknown[] = []
  let broken = true
  const journal = new Journal({
    stateDir,
    onWriteError: (error) => errors.push(error),
    createStore: (options) => {
      if (broken) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      return createConfStore(options)
    },
  })
  journal.put(anItem())
  await expect.poll(() => errors.length).toBe(1)
  broken = false
  return { journal, stateDir }
}

describe('the journal', () => {
  it('gives back after a restart every item and batch that was flushed, in order', () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    const batch = newBatch({
      id: 'batch-1',
      name: 'Wedding',
      order: 0,
      createdAtMs: 5,
      unscannedPaths: ['/card'],
      removed: { stored: 2, copies: 1, notStored: 3, skipped: 0 },
    })
    const items = [1200, 3, 501].map((order) => anItem({ order }))
    journal.putBatch(batch)
    for (const item of items) journal.put(item)
    journal.flush()
    const again = open(stateDir)
    expect(again.items().map((item) => item.order)).toEqual([3, 501, 1200])
    expect(again.items()[0]).toEqual(anItem({ order: 3 }))
    expect(again.batches()).toEqual([batch])
    expect(again.problems).toEqual([])
  })

  it('keeps at most 500 items in one file and rewrites only the files whose items changed', () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    for (let order = 0; order < 1_001; order++) journal.put(anItem({ order }))
    journal.flush()
    const folder = join(stateDir, 'journal')
    const files = readdirSync(folder).filter((name) => /^items-\d+\.json$/.test(name))
    expect(files).toEqual(['items-000000.json', 'items-000001.json', 'items-000002.json'])
    journal.put(anItem({ order: 700, attempts: 2 }))
    journal.flush()
    const rewritten = readdirSync(folder).filter((name) => name.endsWith('.previous.json'))
    expect(rewritten).toEqual(['items-000001.previous.json'])
  })

  it('never hands out the same place twice, not even after items were removed and a restart', () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    const order = journal.nextOrder()
    journal.put(anItem({ order }))
    journal.remove(anItem({ order }))
    journal.flush()
    expect(open(stateDir).nextOrder()).toBeGreaterThan(order)
  })

  it('deletes the file of a shard whose last item was removed', () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    journal.put(anItem())
    journal.flush()
    journal.remove(anItem())
    journal.flush()
    expect(readdirSync(join(stateDir, 'journal')).filter((name) => name.startsWith('items'))).toEqual([])
  })

  it('sets a damaged shard aside, says so, and restores the generation before it', () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    journal.put(anItem())
    journal.flush()
    journal.put(anItem({ attempts: 1 }))
    journal.flush()
    const file = join(stateDir, 'journal', 'items-000000.json')
    const damaged = readFileSync(file, 'utf8').slice(0, 40)
    writeFileSync(file, damaged)
    const again = open(stateDir)
    expect(again.problems.map(({ code }) => code)).toEqual(['journal-damaged'])
    expect(again.items()).toEqual([anItem()])
    const aside = readdirSync(join(stateDir, 'journal')).find((name) => name.includes('.damaged-'))
    expect(readFileSync(join(stateDir, 'journal', String(aside)), 'utf8')).toBe(damaged)
  })

  it.each(['', '{"items":[{"id":"x"}]}', '[]', 'null', '\u0000\u0000'])(
    'survives a shard that holds %j and keeps it for inspection',
    (content) => {
      const stateDir = temporaryFolder()
      mkdirSync(join(stateDir, 'journal'), { recursive: true })
      writeFileSync(join(stateDir, 'journal', 'items-000000.json'), content)
      const journal = open(stateDir)
      expect(journal.items()).toEqual([])
      expect(journal.problems.map(({ code }) => code)).toEqual(['journal-damaged'])
      expect(readdirSync(join(stateDir, 'journal')).some((name) => name.includes('.damaged-'))).toBe(true)
    },
  )

  it('sets aside what stands in the place of a shard and is no file, as a pipe that would be read for ever', () => {
    const stateDir = temporaryFolder()
    const folder = join(stateDir, 'journal')
    mkdirSync(join(folder, 'items-000000.json'), { recursive: true })
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(folder, 'batches.json')])
    const journal = open(stateDir)
    expect(new Set(journal.problems.map(({ code }) => code))).toEqual(new Set(['journal-damaged']))
    journal.put(anItem())
    journal.flush()
    expect(open(stateDir).items()).toEqual([anItem()])
  })

  it('does what must wait for the disk after the flush, not before and not again', () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    const seen: number[] = []
    journal.put(anItem())
    journal.afterSave(() => seen.push(open(stateDir).items().length))
    expect(seen).toEqual([])
    journal.flush()
    journal.flush()
    expect(seen).toEqual([1])
  })

  it('writes by itself within a second, without being told to', async () => {
    const stateDir = temporaryFolder()
    open(stateDir).put(anItem())
    await expect.poll(() => existsSync(join(stateDir, 'journal', 'items-000000.json'))).toBe(true)
  })

  it('says when it cannot write and has not forgotten anything once it can', async () => {
    const { journal, stateDir } = await afterFullDisk()
    journal.flush()
    expect(open(stateDir).items()).toEqual([anItem()])
  })

  it('writes what it could not write by itself, once there is room, though nothing changes any more', async () => {
    const { stateDir } = await afterFullDisk()
    // Five seconds after the write that failed.
    await expect.poll(() => open(stateDir).items()).toEqual([anItem()])
  })

  it('writes files before the batches that count them as read', async () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    journal.nextOrder()
    await journal.save()
    const batches = join(stateDir, 'journal', 'batches.json')
    const before = readFileSync(batches, 'utf8')
    const item = { ...anItem(), size: Number.NaN }
    // What can't be written as a file's keeps the batches from being written too.
    const circular = Object.assign(item, { self: undefined as unknown })
    circular.self = circular
    journal.put(circular)
    for (let order = 0; order < 600; order++) journal.nextOrder()
    await expect(journal.save()).rejects.toThrow()
    expect(readFileSync(batches, 'utf8')).toBe(before)
  })

  it('never lets a write that takes its time overtake a later one, nor forgets what changed meanwhile', async () => {
    const stateDir = temporaryFolder()
    const journal = open(stateDir)
    journal.put(anItem({ size: 1 }))
    const slow = journal.save()
    journal.put(anItem({ size: 2 }))
    journal.flush()
    await slow
    expect(open(stateDir).items()).toMatchObject([{ size: 2 }])
    journal.put(anItem({ size: 3 }))
    const saves = [journal.save(), journal.save()]
    journal.put(anItem({ size: 4 }))
    await Promise.all([...saves, journal.save()])
    expect(open(stateDir).items()).toMatchObject([{ size: 4 }])
  })

  it('keeps the later of two writes, though the earlier one is slow', async () => {
    const folder = temporaryFolder()
    const schema = z.object({ size: z.number() })
    const options = { folder, name: 'one', schema, createStore: createConfStore, words: queueOnDisk }
    const shard = new Shard(options)
    const slow = shard.save({ size: 1 })
    shard.write({ size: 2 })
    await slow
    expect(new Shard(options).read()).toEqual({ value: { size: 2 }, problem: null })
    expect(readdirSync(folder).filter((name) => name.endsWith('.draft'))).toEqual([])
  })

  it('reads what earlier versions wrote of skipped and empty files, and of batches whose removed files they did not count', () => {
    const stateDir = temporaryFolder()
    const reason = { by: 'extension', extension: 'xmp' }
    const done = { status: 'done', md5: 'm', url: 'u', finishedAtMs: 1 }
    const items = [
      { ...anItem({ order: 0 }), state: { status: 'canceled' }, note: { kind: 'skipped', reason } },
      { ...anItem({ order: 1, size: 0 }), state: done, note: { kind: 'empty' } },
      { ...anItem({ order: 2, size: 0 }), state: { status: 'queued' }, note: { kind: 'empty' } },
      { ...anItem({ order: 3 }), state: { status: 'canceled' } },
      { ...anItem({ order: 4 }), state: done },
    ]
    const batch = { id: 'batch-1', name: 'Wedding', order: 0, createdAtMs: 5, unscannedPaths: [] }
    mkdirSync(join(stateDir, 'journal'))
    const write = (name: string, content: object) =>
      writeFileSync(join(stateDir, 'journal', `${name}.json`), JSON.stringify(content))
    write('items-000000', { items })
    write('batches', { batches: [batch], nextOrder: 5 })
    const journal = open(stateDir)
    expect(journal.problems).toEqual([])
    expect(journal.items().map(({ state, note }) => ({ state, note }))).toEqual([
      { state: { status: 'skipped', reason }, note: null },
      { state: { ...done, status: 'empty' }, note: null },
      { state: { status: 'queued' }, note: null },
      { state: { status: 'canceled' }, note: null },
      { state: done, note: null },
    ])
    expect(journal.batches()).toMatchObject([{ removed: { stored: 0, copies: 0, notStored: 0, skipped: 0 } }])
  })
})
