/**
 * The recorded client: a real one, with a person and a page that use it. Writes a mark after everything that it tells them.
 * Started by record-client.ts: `recorded-client.ts PHASE STATE SOURCES URL TOKEN MARKS`.
 */
import { openSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { InboxDrops } from '../../../src/main/browser/inbox-drops.ts'
import { endlessPatience, openClient } from '../../../src/main/client/client.ts'
import { terminalClient } from '../../../src/main/terminal/terminal-client.ts'
import type { ItemRow } from '../../../src/shared/feed.ts'
import type { Target } from '../../../src/shared/ipc.ts'
import type { UploadStatus } from '../../../src/shared/upload.ts'
import type { Expected, Mark } from './facts.ts'
import { pageFiles } from './page-files.ts'

const [phase = '', stateDir = '', sources = '', url = '', token = '', marks = ''] = process.argv.slice(2)
const marksFd = openSync(marks, 'a')
const mark = (told: Mark) => void writeSync(marksFd, JSON.stringify(told))

const client = await openClient({
  ...terminalClient,
  stateDir,
  server: { url, token },
  bundled: null,
  patience: endlessPatience,
  stillSeconds: 0,
})
const pageDrops = new InboxDrops({ client, idleMs: 20_000, report: (error) => console.error(error.message) })

const rows = new Map<string, ItemRow>()
client.feed.subscribe((event) => {
  if (event.reset) rows.clear()
  for (const row of event.items) rows.set(row.id, row)
  for (const itemId of event.removedItemIds) rows.delete(itemId)
})

/** Ids of the files of a batch, in its order; waits until there are so many. */
async function itemsOf(batchId: string, count: number): Promise<string[]> {
  for (let round = 0; round < 1_000; round += 1) {
    const own = [...rows.values()].filter((row) => row.batchId === batchId).sort((a, b) => a.order - b.order)
    if (own.length >= count) return own.map(({ id }) => id)
    await delay(5)
  }
  throw new Error(`The batch ${batchId} never had ${count} files.`)
}

const expectations: Partial<Record<UploadStatus, Expected>> = {
  paused: 'paused',
  canceled: 'canceled',
  failed: 'failed',
}

function expectedNow(itemIds: readonly string[]): Record<string, Expected> {
  const expected = (itemId: string): Expected => {
    try {
      return expectations[client.files.details(itemId).state.status] ?? 'going'
    } catch {
      return 'gone'
    }
  }
  return Object.fromEntries(itemIds.map((itemId) => [itemId, expected(itemId)]))
}

/** Runs a command on items, with what it must leave behind. */
async function command<Result>(
  itemIds: readonly string[],
  run: (target: Target) => Promise<Result>,
): Promise<Result> {
  mark({ kind: 'changing', itemIds })
  const result = await run({ itemIds: [...itemIds] })
  mark({ kind: 'changed', items: expectedNow(itemIds) })
  return result
}

async function drop(
  folder: string,
  presetId?: string,
): Promise<{ batchId: string; itemIds: () => Promise<string[]> }> {
  const path = join(sources, folder)
  const [batchId = ''] = await client.intake.addPaths([path], presetId === undefined ? {} : { presetId })
  const found = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = found.map((entry) => join(entry.parentPath, entry.name))
  mark({ kind: 'dropped', batchId, sources: paths })
  return { batchId, itemIds: () => itemsOf(batchId, paths.length) }
}

/** A page streams its files, several at a time. */
async function dropOntoPage(name: string): Promise<string> {
  const files = pageFiles[name] ?? []
  const paths = files.map(({ relativePath }) => relativePath)
  const dropId = await pageDrops.begin({ name, files: files.length, paths }, () => true)
  const open = pageDrops.find(dropId)
  await Promise.all(
    files.map(async ({ relativePath, bytes, modifiedMs }, place) => {
      const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
        bytes.subarray(index * 65_536, (index + 1) * 65_536),
      )
      const body = Readable.from(pieces, { objectMode: false })
      await open.add({ relativePath, place, size: bytes.length, modifiedMs, body })
      mark({ kind: 'staged', batchId: dropId, relativePath })
    }),
  )
  await pageDrops.finish(dropId)
  return dropId
}

async function setTheme(theme: 'light' | 'dark'): Promise<void> {
  mark({ kind: 'setting', theme })
  await client.settings.change({ theme })
  mark({ kind: 'set', theme })
}

async function removeStored(batchId: string, itemIds: readonly string[]): Promise<void> {
  mark({ kind: 'changing', itemIds })
  await client.queue.removeFinished({ batchIds: [batchId] })
  const after = expectedNow(itemIds)
  mark({ kind: 'changed', items: after })
  mark({ kind: 'receipt', batchId, itemIds: itemIds.filter((itemId) => after[itemId] === 'gone') })
}

async function firstRun(): Promise<void> {
  const first = await drop('first')
  await client.whenIdle()
  await setTheme('dark')
  await dropOntoPage('page one')
  const steered = await drop('steered')
  const own = await steered.itemIds()
  await command(own, (target) => client.queue.pause(target))
  await command(own.slice(0, 3), (target) => client.queue.resume(target))
  await command(own.slice(3, 5), (target) => client.queue.cancel(target))
  const removed = await command(own.slice(5, 7), (target) => client.queue.remove(target))
  await command(own.slice(7, 8), (target) => client.queue.moveToTop(target))
  const { undoId } = removed
  if (undoId !== null) await command(own.slice(5, 7), () => client.queue.undo(undoId))
  await setTheme('light')
  await drop('photos', 'web-gallery')
  await client.intake.addPaths([join(sources, 'nothing.jpg')])
  await client.whenIdle()
  const missing = [...rows.values()].filter(({ state }) => state.status === 'failed').map(({ id }) => id)
  mark({ kind: 'changed', items: expectedNow(missing) })
  await removeStored(first.batchId, await first.itemIds())
  await dropOntoPage('page two')
  await drop('last')
  await delay(300)
  process.kill(process.pid, 'SIGKILL')
}

async function secondRun(): Promise<void> {
  await dropOntoPage('page three')
  const [second, third] = [await drop('second'), await drop('third')]
  await client.queue.reorderBatches([third.batchId, second.batchId])
  await client.queue.setBatchPreset(third.batchId, 'proof')
  await client.whenIdle()
  const stored = await second.itemIds()
  const removed = await command(stored.slice(0, 2), (target) => client.queue.remove(target))
  mark({ kind: 'receipt', batchId: second.batchId, itemIds: stored.slice(0, 2) })
  if (removed.undoId === null) throw new Error('Nothing was removed.')
  await command(stored.slice(2, 3), (target) => client.queue.retry(target))
  await dropOntoPage('page four')
  const paused = [...rows.values()].filter(({ state }) => state.status === 'paused').map(({ id }) => id)
  await command(paused, (target) => client.queue.resume(target))
  await setTheme('dark')
  await client.whenIdle()
  await pageDrops.stop()
  await client.stop()
}

await (phase === '1' ? firstRun() : secondRun())
process.exit(0)
