/** Receipts that are kept by themselves in a folder. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'
import { csvRows, plainCsv } from './plain-csv.ts'

async function openScene(receiptDir: string | null) {
  const folder = temporaryFolder()
  const receipts = receiptDir === null ? join(folder, 'Papers', 'Receipts') : receiptDir
  const watched = await openTestClient(join(folder, 'state'), await serve(join(folder, 'data')))
  const add = async (name: string, files: Readonly<Record<string, number>>) => {
    await watched.client.intake.addPaths([writeFiles(join(folder, name), files)])
    await watched.client.whenIdle()
  }
  const kept = () => {
    try {
      return readdirSync(receipts).sort()
    } catch {
      return []
    }
  }
  return { ...watched, folder, receipts, add, kept }
}

const dayAfter = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
/** Names without the day, for midnight may be near. */
const withoutDay = (names: readonly string[]) =>
  names.map((name) => name.replace(/\d{4}-\d\d-\d\d/, 'DAY')).sort()

describe('receipts', () => {
  it('are kept of every batch that finishes from then on, and say what is stored', async () => {
    const { client, receipts, add, kept } = await openScene(null)
    await add('Friday', { 'a.jpg': 3 })
    await expect.poll(() => client.history.entries().length).toBe(1)
    expect(kept()).toEqual([])

    await client.settings.change({ receiptDir: receipts })
    await add('Saturday', { 'b.jpg': 5, 'c.jpg': 7 })
    await expect.poll(() => withoutDay(kept())).toEqual(['Saturday DAY receipt.csv'])
    const rows = () => csvRows(plainCsv(readFileSync(join(receipts, kept()[0] ?? ''), 'utf8')))
    await expect
      .poll(() => rows().map(([status, , path]) => [status, path]))
      .toEqual([
        ['status', 'relative_path'],
        ['stored', 'Saturday/b.jpg'],
        ['stored', 'Saturday/c.jpg'],
      ])
  })

  it('never take the place of another file, and of one batch only the last is kept', async () => {
    const { client, receipts, add, kept, rows } = await openScene(null)
    mkdirSync(receipts, { recursive: true })
    const mine = [0, 1].map((days) => `Day ${dayAfter(days)} receipt.csv`)
    for (const name of mine) writeFileSync(join(receipts, name), 'mine')
    await client.settings.change({ receiptDir: receipts, maxFileSize: 4 })
    await add('Day', { 'a.jpg': 3, 'b.jpg': 5 })
    const all = ['Day DAY receipt (2).csv', 'Day DAY receipt.csv', 'Day DAY receipt.csv']
    await expect.poll(() => withoutDay(kept())).toEqual(all)
    const name = kept().find((one) => !mine.includes(one)) ?? ''
    await expect.poll(() => readFileSync(join(receipts, name), 'utf8')).toContain('failed')

    await client.settings.change({ maxFileSize: null })
    await client.queue.retry({ itemIds: rows().map(({ id }) => id) })
    await client.whenIdle()
    await expect.poll(() => readFileSync(join(receipts, name), 'utf8')).not.toContain('failed')
    expect(withoutDay(kept())).toEqual(all)
    for (const one of mine) expect(readFileSync(join(receipts, one), 'utf8')).toBe('mine')
  })

  it('that can’t be kept are told about, and nothing else is lost', async () => {
    const { client, folder, add } = await openScene(null)
    writeFileSync(join(folder, 'blocked'), '')
    await client.settings.change({ receiptDir: join(folder, 'blocked', 'Receipts') })
    await add('Day', { 'a.jpg': 3 })
    await expect
      .poll(() => client.feed.overview().notices)
      .toMatchObject([
        {
          code: 'disk-full',
          facts: {
            kind: 'receipt-unwritten',
            name: expect.stringMatching(/^Day \d{4}-\d\d-\d\d receipt\.csv$/),
          },
        },
      ])
    await expect.poll(() => client.history.entries()).toMatchObject([{ counts: { done: 1 } }])
  })
})
