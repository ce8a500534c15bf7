/** Files of one shot: sent one after the other, complete only together, and a sidecar that changes later goes again alone. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { noSkipRules } from '../../src/shared/skip-rules.ts'
import { fingerprint } from '../crossing/photo-folder.ts'
import { serve, upload } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient, writeFiles } from './a-client.ts'
import { plainCsv } from './plain-csv.ts'

/** Too large to travel with others, which costs a few bytes rather than a question. */
const rawBytes = 3_000_000
const shoot = { 'IMG_1.CR3': rawBytes, 'IMG_1.JPG': 2_000_000, 'IMG_1.xmp': 40, 'IMG_2.CR3': rawBytes }

async function scene() {
  const root = temporaryFolder()
  const folder = writeFiles(join(root, 'Day'), shoot)
  const server = await serve(join(root, 'data'))
  const open = (state = 'state') => openTestClient(join(root, state), server)
  const library = join(root, 'data', 'uploads')
  const stored = () => [...fingerprint(library).keys()].sort()
  const edit = (text: string) => writeFileSync(join(folder, 'IMG_1.xmp'), text)
  return { root, folder, server, open, stored, edit, library }
}

const isOver = ({ rows }: WatchedClient, files = Object.keys(shoot).length) =>
  expect.poll(() => rows().map(({ state }) => state.status)).toEqual(Array(files).fill('done'))

const sent = ({ rows, client }: WatchedClient) =>
  rows().reduce((sum, { id }) => sum + client.files.details(id).sentBytes, 0)

async function receiptOf({ client }: WatchedClient, batchId: string, format: 'csv' | 'json' | 'md5' | 'mhl') {
  const { parts } = await client.history.receipt(batchId, format)
  return [...parts].join('')
}

it('stand beside each other in the queue, whatever lies between their names', async () => {
  const { folder, open } = await scene()
  for (const name of ['IMG_1.JPEG.txt', 'IMG_1.CR3.dop']) writeFileSync(join(folder, name), name)
  const client = await open()
  await client.client.intake.addPaths([folder])
  await isOver(client, 6)
  expect(client.rows().map(({ relativePath }) => relativePath)).toEqual(
    ['IMG_1.CR3', 'IMG_1.JPG', 'IMG_1.CR3.dop', 'IMG_1.xmp', 'IMG_1.JPEG.txt', 'IMG_2.CR3'].map(
      (name) => `Day/${name}`,
    ),
  )
})

it('go again alone where only the edits have changed: beside the earlier ones, which nothing replaces', async () => {
  const { folder, open, edit, stored, library } = await scene()
  const client = await open()
  await client.client.intake.addPaths([folder])
  await isOver(client)
  const before = sent(client)
  const first = readFileSync(join(library, 'Day/IMG_1.xmp'), 'utf8')
  edit('second edit, a little longer than the first one was')
  await client.client.intake.addPaths([folder])
  await expect.poll(stored).toContain('Day/IMG_1 (2).xmp')
  await isOver(client)
  expect(sent(client) - before).toBe('second edit, a little longer than the first one was'.length)
  expect(readFileSync(join(library, 'Day/IMG_1.xmp'), 'utf8')).toBe(first)
  expect(stored()).toEqual([
    'Day/IMG_1 (2).xmp',
    'Day/IMG_1.CR3',
    'Day/IMG_1.JPG',
    'Day/IMG_1.xmp',
    'Day/IMG_2.CR3',
  ])
})

it('go again alone from another computer, that knows nothing of the first upload', async () => {
  const { folder, open, edit, stored } = await scene()
  const one = await open()
  await one.client.intake.addPaths([folder])
  await isOver(one)
  edit('edited elsewhere')
  const other = await open('other')
  await other.client.intake.addPaths([folder])
  await isOver(other)
  expect(sent(other)).toBe('edited elsewhere'.length)
  expect(stored()).toHaveLength(5)
})

it('go again alone from a watched folder', async () => {
  const { folder, open, edit, stored } = await scene()
  const client = await open()
  await client.client.watchedFolders.watch({ folder, existing: true, rereadMs: 60_000, events: true })
  await isOver(client)
  const before = sent(client)
  edit('edited while it is watched')
  await expect.poll(stored).toContain('Day/IMG_1 (2).xmp')
  await isOver(client)
  expect(sent(client) - before).toBe('edited while it is watched'.length)
})

it('are incomplete in every receipt while one of them is not stored, also when that was removed from the list', async () => {
  const { folder, open } = await scene()
  const client = await open()
  client.client.settings.change({ skipRules: { ...noSkipRules, extensions: ['xmp'] } })
  const [batchId = ''] = await client.client.intake.addPaths([folder])
  await expect
    .poll(() => client.statuses())
    .toMatchObject({ 'IMG_1.CR3': 'done', 'IMG_1.JPG': 'done', 'IMG_1.xmp': 'skipped' })
  const check = async () => {
    const json = JSON.parse(await receiptOf(client, batchId, 'json'))
    const set = { main: 'Day/IMG_1.CR3', stored: 2, files: 3 }
    expect(json).toMatchObject({ sets: 1, incompleteSets: 1 })
    expect(json.stored.slice(0, 2)).toMatchObject([{ set }, { set }])
    expect(json.stored[2].set).toBeUndefined()
    expect(json.notStored).toMatchObject([{ relativePath: 'Day/IMG_1.xmp', set }])
    const lines = plainCsv(await receiptOf(client, batchId, 'csv'))
      .trimEnd()
      .split('\r\n')
    expect(lines.filter((line) => line.endsWith('Day/IMG_1.CR3,2 of 3'))).toHaveLength(3)
    for (const format of ['md5', 'mhl'] as const) {
      expect(await receiptOf(client, batchId, format)).toContain('INCOMPLETE: 1 sets')
    }
  }
  await check()
  await client.client.queue.removeFinished({ itemIds: [client.row('IMG_1.xmp').id] })
  await check()
})

it('are complete in the receipt once the last of them is stored', async () => {
  const { folder, open } = await scene()
  const client = await open()
  const [batchId = ''] = await client.client.intake.addPaths([folder])
  await isOver(client)
  expect(JSON.parse(await receiptOf(client, batchId, 'json'))).toMatchObject({ sets: 1, incompleteSets: 0 })
  expect(await receiptOf(client, batchId, 'md5')).not.toContain('INCOMPLETE')
})

it('are named in the terminal while one of them is not stored', async () => {
  const { root, folder, server } = await scene()
  rmSync(join(folder, 'IMG_1.xmp'))
  // It can't be read, whoever runs this.
  mkdirSync(join(root, 'elsewhere'))
  const linked = join(folder, 'IMG_1.xmp')
  symlinkSync(join(root, 'elsewhere'), linked)
  const state = join(root, 'terminal')
  const { exitCode, stderr, summary } = await upload([folder], server, state).result
  expect(exitCode).toBe(1)
  expect(summary).toMatchObject({ dropped: 4, done: 3, failed: 1, sets: 1 })
  expect(summary?.incompleteSets).toEqual([{ main: 'Day/IMG_1.CR3', stored: 2, skipped: 0, files: 3 }])
  expect(summary?.items.map(({ set }) => set)).toEqual([...Array(3).fill('Day/IMG_1.CR3'), null])
  expect(stderr).toContain(
    'INCOMPLETE  1 set of files that belong together:\n        Day/IMG_1.CR3: 2 of 3 files stored',
  )
  // Skipped by the person's own rule, they are none that anybody waits for.
  rmSync(linked)
  writeFileSync(linked, 'edits')
  const skipping = await upload([folder], server, join(root, 'other'), { args: ['--skip-extension', 'xmp'] })
    .result
  expect(skipping.stderr).not.toContain('INCOMPLETE')
  expect(skipping.summary?.incompleteSets).toMatchObject([{ stored: 2, skipped: 1 }])
}, 60_000)
