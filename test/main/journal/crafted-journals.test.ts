/** Journals that PhotoFerry did not write: nothing outside the state folder is touched, and the honest rest is there. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Batch, batchSchema } from '../../../src/shared/batch.ts'
import type { UploadItem } from '../../../src/shared/upload.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'
import { anItem } from '../an-item.ts'

/** A state folder with an honest file on its list, and folders beside it that are none of PhotoFerry's business. */
interface Scene {
  readonly state: string
  readonly card: string
  readonly outside: string
}

interface Case {
  readonly title: string
  /** Entries that are put before the honest one. */
  readonly items?: (scene: Scene) => readonly unknown[]
  readonly batches?: (scene: Scene) => readonly unknown[]
  /** What else is prepared in the folders. */
  readonly prepare?: (scene: Scene) => void
  /** What is said; null: nothing has to be. */
  readonly said: RegExp | null
  /** Names of the files on the list afterwards; the honest one where it is left out. */
  readonly listed?: readonly string[]
}

const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
const done = { status: 'done', md5, url: 'http://127.0.0.1:1/x', finishedAtMs: 5 } as const
const refused = /entr(y|ies) of the queue could not be used/
const linked = /held (a link|\d+ links) to another place/
const batchId = '0b7c1d6e-5f0a-4a8e-9d3c-2f1e0a9b8c7d'
let count = 0

function crafted(facts: Partial<UploadItem>): UploadItem {
  count += 1
  return anItem({ batchId, id: `crafted-${count}`, order: 10 + count, relativePath: 'crafted.jpg', ...facts })
}

const staged = (sourcePath: string, facts: Partial<UploadItem> = {}) =>
  crafted({ staged: true, state: { status: 'canceled' }, sourcePath, ...facts })

const copyAt = (path: string, facts: Partial<UploadItem> = {}) =>
  crafted({ payload: { path, size: 8, mtimeMs: 1, relativePath: 'crafted.jpg' }, ...facts })

function aBatch(facts: Partial<Batch>): Batch {
  return {
    ...batchSchema.parse({ id: 'batch-2', name: 'x', order: 7, createdAtMs: 5, unscannedPaths: [] }),
    ...facts,
  }
}

const linkFolder = (name: string) => (scene: Scene) => symlinkSync(scene.outside, join(scene.state, name))

const cases: readonly Case[] = [
  {
    title: 'a dropped copy that is an original, by its absolute path',
    items: ({ outside }) => [staged(join(outside, 'original.jpg'))],
    said: refused,
  },
  {
    title: 'a dropped copy that leads out of the inbox by ..',
    items: ({ state }) => [staged(`${state}/staging/../../outside/original.jpg`)],
    said: refused,
  },
  {
    title: 'a dropped copy that leads out of the inbox and is said to be stored',
    items: ({ state }) => [staged(`${state}/staging/a/../../../outside/original.jpg`, { state: done })],
    said: refused,
  },
  {
    title: 'a dropped copy with a relative path',
    items: () => [staged('outside/original.jpg')],
    said: refused,
  },
  {
    title: 'a dropped copy with a NUL in its path',
    items: ({ state }) => [staged(`${state}/staging/a\0/original.jpg`)],
    said: refused,
  },
  {
    title: 'a dropped copy in a folder of the inbox that is a link',
    prepare: ({ state, outside }) => {
      mkdirSync(join(state, 'staging'))
      symlinkSync(outside, join(state, 'staging', 'a'))
    },
    items: ({ state }) => [staged(join(state, 'staging', 'a', 'original.jpg'))],
    said: linked,
    listed: ['crafted.jpg', 'honest.jpg'],
  },
  {
    title: 'an inbox that is a link',
    prepare: linkFolder('staging'),
    items: ({ state }) => [staged(join(state, 'staging', 'original.jpg'))],
    said: linked,
    listed: ['crafted.jpg', 'honest.jpg'],
  },
  { title: 'a folder of converted copies that is a link', prepare: linkFolder('payloads'), said: linked },
  { title: 'a folder of names that is a link', prepare: linkFolder('staging-names'), said: linked },
  { title: 'a folder of thumbnails that is a link', prepare: linkFolder('thumbnails'), said: linked },
  { title: 'a history that is a link', prepare: linkFolder('history'), said: linked },
  {
    title: 'a lock that is a link to a photo',
    prepare: ({ state, outside }) => symlinkSync(join(outside, 'original.jpg'), join(state, 'lock.db')),
    said: linked,
  },
  {
    title: 'a last good generation that is a link',
    prepare: ({ state, outside }) =>
      symlinkSync(join(outside, 'original.jpg'), join(state, 'journal', 'items-000000.previous.json')),
    said: linked,
  },
  {
    title: 'settings that are a link',
    prepare: ({ state, outside }) =>
      symlinkSync(join(outside, 'settings.json'), join(state, 'settings.json')),
    said: linked,
  },
  {
    title: 'a link among the copies',
    prepare: ({ state, outside }) => {
      mkdirSync(join(state, 'staging', 'b'), { recursive: true })
      symlinkSync(join(outside, 'original.jpg'), join(state, 'staging', 'b', 'photo.jpg'))
    },
    said: linked,
  },
  {
    title: 'an id that leads out of the folder of copies',
    items: () => [crafted({ id: '../../outside/original', state: { status: 'canceled' } })],
    said: refused,
  },
  { title: 'an id with a NUL', items: () => [crafted({ id: 'a\0b' })], said: refused },
  { title: 'an id of 100,000 letters', items: () => [crafted({ id: 'a'.repeat(100_000) })], said: refused },
  { title: 'an id that is ..', items: () => [crafted({ id: '..' })], said: refused },
  {
    title: 'an item of a batch that leads out',
    items: () => [crafted({ batchId: '../../outside' })],
    said: refused,
  },
  {
    title: 'a copy that is an original, by its absolute path',
    items: ({ outside }) => [copyAt(join(outside, 'original.jpg'))],
    said: refused,
    listed: ['crafted.jpg', 'honest.jpg'],
  },
  {
    title: 'a copy that leads out by .. and is said to be canceled',
    items: ({ state }) => [
      copyAt(`${state}/payloads/../../outside/original.jpg`, { state: { status: 'canceled' } }),
    ],
    said: refused,
    listed: ['crafted.jpg', 'honest.jpg'],
  },
  {
    title: 'an original with a relative path',
    items: () => [crafted({ sourcePath: 'secret.jpg' })],
    said: refused,
  },
  {
    title: 'a number after which there are no whole ones',
    items: () => [crafted({ order: Number.MAX_SAFE_INTEGER })],
    said: refused,
  },
  {
    title: 'the honest file once more',
    items: () => [crafted({ id: 'item-1' }), crafted({ id: 'item-1' })],
    said: refused,
    listed: ['crafted.jpg'],
  },
  { title: 'entries that are no items', items: () => [5, null, 'x', [], { id: 7 }], said: refused },
  {
    title: 'a status that nobody knows',
    items: () => [{ ...crafted({}), state: { status: 'gone' } }],
    said: refused,
  },
  { title: 'a batch whose id leads out', batches: () => [aBatch({ id: '../../outside' })], said: refused },
  { title: 'a batch with a NUL in its id', batches: () => [aBatch({ id: 'a\0' })], said: refused },
  {
    title: 'a batch that reads a relative path',
    batches: () => [aBatch({ unscannedPaths: ['..'] })],
    said: refused,
  },
  { title: 'batches that are none', batches: () => [1, null, {}], said: refused },
  {
    title: 'a batch whose name is a path',
    batches: () => [aBatch({ name: '../../outside/original.jpg\0' })],
    said: null,
  },
]

function build({ items, batches, prepare }: Case): Scene {
  const root = temporaryFolder()
  const scene = { state: join(root, 'state'), card: join(root, 'card'), outside: join(root, 'outside') }
  for (const folder of [...Object.values(scene), join(scene.state, 'journal'), join(scene.outside, 'deep')]) {
    mkdirSync(folder, { recursive: true })
  }
  writeFileSync(join(scene.card, 'honest.jpg'), 'honest')
  // As a folder of copies, of names, of thumbnails and of the history would have them.
  for (const name of ['original.jpg', 'a.part', 'x.webp', 'history.json.draft', 'deep/b.part', 'c.jsonl']) {
    writeFileSync(join(scene.outside, name), 'precious')
  }
  writeFileSync(join(scene.outside, 'settings.json'), '{"parallelFiles":5}')
  prepare?.(scene)
  const honest = anItem({
    batchId,
    id: 'item-1',
    order: 1,
    sourcePath: join(scene.card, 'honest.jpg'),
    relativePath: 'honest.jpg',
    state: { status: 'paused' },
  })
  const shard = { items: [...(items?.(scene) ?? []), honest] }
  writeFileSync(join(scene.state, 'journal', 'items-000000.json'), JSON.stringify(shard))
  const shown = aBatch({ id: batchId, name: 'Card', order: 0 })
  const content = { batches: [...(batches?.(scene) ?? []), shown], nextOrder: 100 }
  writeFileSync(join(scene.state, 'journal', 'batches.json'), JSON.stringify(content))
  return scene
}

/** Everything in a folder: names, contents and times. */
function everythingIn(folder: string): unknown {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stats = lstatSync(join(folder, name))
      return [name, stats.mtimeMs, stats.isFile() ? readFileSync(join(folder, name), 'utf8') : null]
    })
}

it.each(cases)('$title: nothing outside is touched, and the rest is there', async (one) => {
  const scene = build(one)
  const before = everythingIn(scene.outside)
  const { client, log, rows } = await openTestClient(scene.state, null)
  const { said, listed = ['honest.jpg'] } = one
  if (said) expect(log.join('\n')).toMatch(said)
  else expect(log).toEqual([])
  await expect
    .poll(() =>
      rows()
        .map(({ relativePath }) => relativePath)
        .sort(),
    )
    .toEqual(listed)
  await client.settings.change({ parallelFiles: 4 })
  await client.queue.remove({ itemIds: rows().map(({ id }) => id) })
  await client.stop()
  expect(everythingIn(scene.outside)).toEqual(before)
  // What was refused is kept, and said once.
  const again = await openTestClient(scene.state, null)
  expect(again.log).toEqual([])
  await again.client.stop()
})

it('keeps an honest copy on the list although the state folder was moved', async () => {
  const state = join(temporaryFolder(), 'state')
  const copy = join(state, 'staging', 'batch-1', 'copy.jpg')
  mkdirSync(join(state, 'staging', 'batch-1'), { recursive: true })
  mkdirSync(join(state, 'journal'))
  writeFileSync(copy, 'honest')
  const item = staged('/elsewhere/state/staging/batch-1/copy.jpg', { state: { status: 'paused' } })
  writeFileSync(join(state, 'journal', 'items-000000.json'), JSON.stringify({ items: [item] }))
  const { client, rows, log } = await openTestClient(state, null)
  expect(log).toEqual([])
  expect(rows().map(({ id }) => client.files.details(id).sourcePath)).toEqual([copy])
})
