import { chmodSync, copyFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { WatchedClient } from './a-client.ts'
import { counts, driveScene, photos } from './drives-scene.ts'

/** What other programs do to a file without touching its bytes. */
const touches: Readonly<Record<string, (path: string) => void>> = {
  'its permissions were changed': (path) => chmodSync(path, 0o600),
  'it was renamed back and forth': (path) => {
    renameSync(path, `${path}.new`)
    renameSync(`${path}.new`, path)
  },
  'a copy with the same times took its place': (path) => {
    const { atime, mtime } = statSync(path)
    copyFileSync(path, `${path}.new`)
    utimesSync(`${path}.new`, atime, mtime)
    renameSync(`${path}.new`, path)
  },
}

async function receiptOf({ client }: WatchedClient, batchId: string) {
  const { parts } = await client.history.receipt(batchId, 'json')
  const { stored, notStored } = JSON.parse([...parts].join(''))
  const groups = Map.groupBy(stored as { sourceCheck: string }[], ({ sourceCheck }) => sourceCheck)
  const looks = Object.fromEntries([...groups].map(([look, lines]) => [look, lines.length]))
  return { ...looks, notStored: notStored.length as number }
}

/** Statuses that a client's feed has told of a file, in order, without repeats. */
function journeyOf({ events }: WatchedClient, name: string): string[] {
  const rows = events.flatMap(({ items }) => items.filter((row) => row.relativePath.endsWith(name)))
  return rows.map(({ state }) => state.status).filter((status, index, all) => status !== all[index - 1])
}

/** A card whose files are all stored. */
async function storedCard(id: string | null = 'uuid:1') {
  const scene = await driveScene()
  const card = scene.reader.card('CARD', id, photos(3))
  const watched = await scene.open()
  const place = scene.reader.plugIn(card)
  const [batchId = ''] = await watched.client.intake.addPaths([place])
  await watched.client.whenIdle()
  await expect.poll(() => counts(watched)).toEqual({ done: 3 })
  return { ...scene, card, watched, place, batchId, first: join(place, 'DCIM', 'IMG_0.jpg') }
}

describe('a stored file of which only change time or number differ', () => {
  it.each(Object.entries(touches))('since %s is no other file: nothing goes again', async (_why, touch) => {
    const { watched, batchId, first } = await storedCard()
    touch(first)
    expect(await receiptOf(watched, batchId)).toEqual({ unchanged: 3, notStored: 0 })
    expect(journeyOf(watched, 'IMG_0.jpg').filter((status) => status === 'done')).toHaveLength(1)
    // Off the list its line says the same.
    await watched.client.queue.removeFinished({ batchIds: [batchId] })
    touch(first)
    expect(await receiptOf(watched, batchId)).toEqual({ unchanged: 3, notStored: 0 })
    writeFileSync(first, Buffer.alloc(2_000, 'other'))
    expect(await receiptOf(watched, batchId)).toEqual({ unchanged: 2, notStored: 1 })
  })

  it('and bytes that differ has changed, on the list and off it', async () => {
    const { watched, batchId, first } = await storedCard()
    const overwrite = (path: string, text: string) => {
      const { atime, mtime } = statSync(path)
      writeFileSync(path, Buffer.alloc(2_000, text))
      utimesSync(path, atime, mtime)
    }
    overwrite(first, 'second')
    expect(await receiptOf(watched, batchId)).toEqual({ unchanged: 2, notStored: 1 })
    await watched.client.whenIdle()
    expect(await receiptOf(watched, batchId)).toEqual({ unchanged: 3, notStored: 0 })
    await watched.client.queue.removeFinished({ batchIds: [batchId] })
    overwrite(first, 'third')
    expect(await receiptOf(watched, batchId)).toEqual({ unchanged: 2, notStored: 1 })
  })
})

describe('another card with the same names at the place of a stored one', () => {
  it.each(['uuid:2', null])('(%s) says nothing about its files, on the list and off it', async (id) => {
    const { reader, watched, batchId, card } = await storedCard(id === null ? null : 'uuid:1')
    const other = reader.card('CARD', id, photos(3), 'other')
    reader.pullOut(card)
    reader.plugIn(other)
    const unsaid = { 'not rechecked': 3, notStored: 0 }
    expect(await receiptOf(watched, batchId)).toEqual(unsaid)
    await watched.client.queue.removeFinished({ batchIds: [batchId] })
    expect(await receiptOf(watched, batchId)).toEqual(unsaid)
    reader.pullOut(other)
    reader.plugIn(card)
    expect(await receiptOf(watched, batchId)).toEqual({ unchanged: 3, notStored: 0 })
  })

  it('that is put there before the second look is not read in its stead', async () => {
    const { reader, open } = await driveScene()
    const card = reader.card('CARD', 'uuid:1', photos(3))
    const other = reader.card('CARD', 'uuid:2', photos(3, 3_000), 'other')
    const watched = await open()
    const [batchId = ''] = await watched.client.intake.addPaths([reader.plugIn(card)])
    // One file that is paused keeps the batch from its second look.
    await expect.poll(() => watched.rows().length).toBe(3)
    await watched.client.queue.pause({ itemIds: [watched.row('IMG_2.jpg').id] })
    // It may be stored by then; what is shown follows a moment later.
    const status = () => watched.row('IMG_2.jpg').state.status
    await expect.poll(status).toMatch(/^(paused|done)$/)
    const paused = status() === 'paused' ? 1 : 0
    await expect.poll(() => counts(watched).done).toBe(3 - paused)
    reader.pullOut(card)
    reader.plugIn(other)
    await watched.client.queue.cancel({ itemIds: [watched.row('IMG_2.jpg').id] })
    await watched.client.whenIdle()
    expect(await receiptOf(watched, batchId)).toEqual({ 'not rechecked': 3 - paused, notStored: paused })
  })
})
