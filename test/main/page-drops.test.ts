/** Drops onto a page: what it skips and what it can't read is on the list, in the history and in the receipts like elsewhere. */
import { describe, expect, it } from 'vitest'
import { outcomeOfBatch } from '../../src/renderer/store/status-groups.ts'
import { outcomeOfEntry } from '../../src/shared/outcome.ts'
import { noSkipRules } from '../../src/shared/skip-rules.ts'
import { openPageScene } from './page-drop.ts'
import { plainCsv } from './plain-csv.ts'

const noSidecars = { ...noSkipRules, extensions: ['xmp'] }
type PageScene = Awaited<ReturnType<typeof openPageScene>>

/** The only batch: its row, its entry in the history, and its receipts. */
async function everywhere({ watched: { client, events } }: Pick<PageScene, 'watched'>) {
  await expect.poll(() => client.history.entries().length).toBe(1)
  const entry = client.history.entries()[0] ?? expect.unreachable()
  const row = events.flatMap(({ batches }) => batches).findLast(({ id }) => id === entry.batchId)
  const textOf = async (format: 'csv' | 'json') =>
    [...(await client.history.receipt(entry.batchId, format)).parts].join('')
  const csv = plainCsv(await textOf('csv'))
  return { entry, row: row ?? expect.unreachable(), csv, json: JSON.parse(await textOf('json')) }
}

describe('files that a page skips by rule', () => {
  it('are rows with their names, sizes and rules, and are named in receipts', async () => {
    const scene = await openPageScene(noSidecars)
    expect(await scene.drop({ Wedding: { 'a.jpg': 30, 'a.xmp': 7 } })).toBe(null)
    await scene.watched.client.whenIdle()
    const { csv, json, entry } = await everywhere(scene)
    expect(scene.watched.row('a.xmp')).toMatchObject({
      ...{ size: 7, relativePath: 'Wedding/a.xmp', nameOnly: true },
      state: { status: 'skipped', reason: { by: 'extension', extension: 'xmp' } },
    })
    expect(csv).toMatch(/^NOT STORED \(skipped\),,Wedding\/a\.xmp,7,/m)
    expect(json).toMatchObject({
      droppedFiles: 2,
      storedFiles: 1,
      notStoredFiles: 1,
      notStoredFilesWithoutName: 0,
    })
    expect(outcomeOfEntry(entry)).toMatchObject({ dropped: 2, stored: 1, notSent: { skipped: 1 } })
  })

  it('make a batch with their rows also where they are all of the drop, and stay after a restart', async () => {
    const scene = await openPageScene(noSidecars)
    const sidecars = Object.fromEntries(Array.from({ length: 4_100 }, (_, index) => [`${index}.xmp`, 1]))
    expect(await scene.drop({ Wedding: sidecars })).toBe(null)
    await expect.poll(() => scene.watched.rows().length).toBe(4_100)
    const { row, csv, entry } = await everywhere(scene)
    expect(outcomeOfBatch(row)).toMatchObject({ dropped: 4_100, stored: 0, level: 'some-not' })
    expect(csv.match(/^NOT STORED \(skipped\)/gm)?.length).toBe(4_100)
    await scene.host.close()
    await scene.watched.client.stop()
    const again = await scene.reopen()
    await expect.poll(() => again.rows().length).toBe(4_100)
    expect(again.client.history.entries()[0]).toMatchObject({
      batchId: entry.batchId,
      counts: { skipped: 4_100 },
    })
  })

  it('can’t be retried, since only their names are here, and the reason says what to do', async () => {
    const scene = await openPageScene(noSidecars)
    await scene.drop({ 'a.xmp': 7, 'b.jpg': 9 })
    const { client, row, statuses } = scene.watched
    await expect.poll(() => Object.keys(statuses()).length).toBe(2)
    await expect(client.queue.retry({ itemIds: [row('a.xmp').id] })).rejects.toThrow(
      'PhotoFerry has no copy of files that were skipped on the page. Change the rule in Settings, then add them again.',
    )
    await expect.poll(statuses).toEqual({ 'a.xmp': 'skipped', 'b.jpg': 'done' })
  })
})

describe('a folder that a page can’t read', () => {
  it('is counted and named like a file that never arrived', async () => {
    const scene = await openPageScene(noSkipRules)
    const error = await scene.drop({ Wedding: { 'a.jpg': 30, locked: 'unreadable' } })
    expect(error?.failures).toMatchObject([{ relativePath: 'Wedding/locked' }])
    await scene.watched.client.whenIdle()
    const { row, entry, csv, json } = await everywhere(scene)
    expect(row.neverArrived).toMatchObject({ files: 1, names: ['Wedding/locked/'], why: 'not-sent' })
    expect(outcomeOfBatch(row)).toMatchObject({ dropped: 2, stored: 1, notSent: { neverArrived: 1 } })
    expect(outcomeOfEntry(entry)).toMatchObject({ dropped: 2, stored: 1, level: 'some-not' })
    expect(csv).toMatch(
      /^NOT STORED \(never arrived\),,Wedding\/locked\/,.*could not read this folder to its end/m,
    )
    expect(json).toMatchObject({ droppedFiles: 2, storedFiles: 1, notStoredFiles: 1 })
  })

  it('makes a batch also where it is all of the drop', async () => {
    const scene = await openPageScene(noSkipRules)
    const error = await scene.drop({ locked: 'unreadable' })
    expect(error?.batchId).toBeTypeOf('string')
    const { entry } = await everywhere(scene)
    expect(outcomeOfEntry(entry)).toMatchObject({ dropped: 1, stored: 0, notSent: { neverArrived: 1 } })
  })

  it('is counted also where PhotoFerry ends before the page has sent the rest', async () => {
    const { watched, page, host, reopen } = await openPageScene(noSkipRules)
    const announced = { name: 'W', files: 1, paths: ['W/a.jpg'], unread: ['W/locked'] }
    await page.command('staging.begin', announced)
    page.socket.close()
    await host.close()
    await watched.client.stop()
    const again = await reopen()
    const batch = () => again.events.flatMap(({ batches }) => batches).at(-1)
    await expect.poll(() => batch()?.scanning).toBe(true)
    const [batchId = ''] = [batch()?.id]
    const { parts } = await again.client.history.receipt(batchId, 'json')
    expect(JSON.parse([...parts].join(''))).toMatchObject({
      droppedFiles: 2,
      storedFiles: 0,
      notStoredFiles: 2,
    })
  })
})
