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

const day = new Date().toISOString().slice(0, 10)

describe('receipts', () => {
  it('are kept of every batch that finishes from then on, and say what is stored', async () => {
    const { client, receipts, add, kept } = await openScene(null)
    await add('Friday', { 'a.jpg': 3 })
    await expect.poll(() => client.history.entries().length).toBe(1)
    expect(kept()).toEqual([])

    await client.settings.change({ receiptDir: receipts })
    await add('Saturday', { 'b.jpg': 5, 'c.jpg': 7 })
    await expect.poll(kept).toEqual([`Saturday ${day} receipt.csv`])
    const rows = csvRows(plainCsv(readFileSync(join(receipts, `Saturday ${day} receipt.csv`), 'utf8')))
    expect(rows.map(([status, , path]) => [status, path])).toEqual([
      ['status', 'relative_path'],
      ['stored', 'Saturday/b.jpg'],
      ['stored', 'Saturday/c.jpg'],
    ])
  })

  it('never take the place of another file, and of one batch only the last is kept', async () => {
    const { client, receipts, add, kept, rows } = await openScene(null)
    mkdirSync(receipts, { recursive: true })
    writeFileSync(join(receipts, `Day ${day} receipt.csv`), 'mine')
    await client.settings.change({ receiptDir: receipts, maxFileSize: 4 })
    await add('Day', { 'a.jpg': 3, 'b.jpg': 5 })
    const name = `Day ${day} receipt (2).csv`
    await expect.poll(kept).toEqual([name, `Day ${day} receipt.csv`].sort())
    expect(readFileSync(join(receipts, name), 'utf8')).toContain('failed')

    await client.settings.change({ maxFileSize: null })
    await client.queue.retry({ itemIds: rows().map(({ id }) => id) })
    await client.whenIdle()
    await expect.poll(() => readFileSync(join(receipts, name), 'utf8')).not.toContain('failed')
    expect(kept()).toEqual([name, `Day ${day} receipt.csv`].sort())
    expect(readFileSync(join(receipts, `Day ${day} receipt.csv`), 'utf8')).toBe('mine')
  })

  it('that can’t be kept are told about, and nothing else is lost', async () => {
    const { client, folder, add } = await openScene(null)
    writeFileSync(join(folder, 'blocked'), '')
    await client.settings.change({ receiptDir: join(folder, 'blocked', 'Receipts') })
    await add('Day', { 'a.jpg': 3 })
    await expect
      .poll(() => client.feed.overview().notices)
      .toMatchObject([
        { code: 'disk-full', facts: { kind: 'receipt-unwritten', name: `Day ${day} receipt.csv` } },
      ])
    expect(client.history.entries()).toMatchObject([{ counts: { done: 1 } }])
  })
})
