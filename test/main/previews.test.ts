/** Previews first: small copies of all photos arrive before the first original, and never stand for one. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { type Destination, plainDestination } from '../../src/shared/destination.ts'
import type { BatchRow } from '../../src/shared/feed.ts'
import { outcomeOf } from '../../src/shared/outcome.ts'
import { fingerprint } from '../crossing/photo-folder.ts'
import { end, serve, upload } from '../crossing/programs.ts'
import { quietPort } from '../quiet-port.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient } from './a-client.ts'
import { rawFile } from './images/raw-files.ts'

const previewsFirst: Destination = { ...plainDestination, previews: true }
const place = {
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 12/1 0/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '16/1 22/1 0/1',
  },
}

async function photo(path: string, width = 3_000): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const noise = sharp({
    create: {
      width,
      height: 200,
      channels: 3,
      background: 'teal',
      noise: { type: 'gaussian', mean: 100, sigma: 30 },
    },
  })
  const exif = { IFD0: { Make: 'Canon', Model: 'R5' }, ...place }
  await noise.withExif(exif).jpeg({ quality: 95 }).toFile(path)
}

/** A RAW with its JPEG and edits, a JPEG, a clip, and a RAW in which there is no preview. */
async function shoot(root: string): Promise<string> {
  const folder = join(root, 'Day')
  await photo(join(folder, 'a/IMG_1.JPG'))
  await photo(join(folder, 'b/IMG_2.JPG'))
  writeFileSync(join(folder, 'a/IMG_1.CR3'), await rawFile('cr3'))
  for (const [name, text] of [
    ['a/IMG_1.xmp', '<x/>'],
    ['b/clip.MOV', 'clip'],
    ['b/odd.NEF', 'no RAW at all'],
  ] as const)
    writeFileSync(join(folder, name), text)
  return folder
}

async function scene() {
  const root = temporaryFolder()
  const server = await serve(join(root, 'data'))
  const library = join(root, 'data', 'uploads')
  const stored = () => [...fingerprint(library).keys()].sort()
  return {
    root,
    server,
    library,
    stored,
    open: () => openTestClient(join(root, 'state'), server),
    folder: await shoot(root),
  }
}

const previewRows = ({ rows }: WatchedClient) => rows().filter(({ isPreview }) => isPreview)
const originalRows = ({ rows }: WatchedClient) => rows().filter(({ isPreview }) => !isPreview)

/** The last state of the batches that the feed told of. */
function batches({ events }: WatchedClient): BatchRow[] {
  const known = new Map<string, BatchRow>()
  for (const { batches, removedBatchIds } of events) {
    for (const batch of batches) known.set(batch.id, batch)
    for (const id of removedBatchIds) known.delete(id)
  }
  return [...known.values()].sort((a, b) => a.order - b.order)
}

const statuses = (rows: readonly { readonly state: { readonly status: string } }[]) =>
  rows.map(({ state }) => state.status).sort()

const allOver = async (client: WatchedClient) => {
  await expect.poll(() => statuses(originalRows(client)), { timeout: 20_000 }).toEqual(Array(6).fill('done'))
  await expect.poll(() => statuses(previewRows(client))).toEqual(['done', 'done', 'skipped'])
}

async function receiptOf({ client }: WatchedClient, batchId: string, format: 'csv' | 'json' | 'md5') {
  return [...(await client.history.receipt(batchId, format)).parts].join('')
}

it('arrive before the first original is begun, in a folder of their own, one for each shot', async () => {
  const { open, folder, stored, library } = await scene()
  const client = await open()
  await client.client.intake.addPaths([folder], { destination: previewsFirst })
  await allOver(client)
  const details = ({ id }: { readonly id: string }) => client.client.files.details(id)
  const last = Math.max(...previewRows(client).map((row) => details(row).confirmed?.confirmedAtMs ?? 0))
  const first = Math.min(...originalRows(client).map((row) => details(row).startedAtMs ?? 0))
  expect(first).toBeGreaterThanOrEqual(last)
  const previews = stored().filter((path) => path.startsWith('previews/'))
  expect(previews.map((path) => path.replace(/\d{4}-\d\d-\d\d \d{6}/, 'TIME'))).toEqual([
    'previews/Day TIME/a/IMG_1.jpg',
    'previews/Day TIME/b/IMG_2.JPG',
  ])
  // The originals are what they are.
  const originals = ['a/IMG_1.CR3', 'a/IMG_1.JPG', 'a/IMG_1.xmp', 'b/IMG_2.JPG', 'b/clip.MOV', 'b/odd.NEF']
  for (const name of originals) {
    expect(readFileSync(join(library, 'Day', name)).equals(readFileSync(join(folder, name)))).toBe(true)
  }
})

it('are small and tell nothing, the place least of all', async () => {
  const { open, folder, stored, library } = await scene()
  expect((await sharp(join(folder, 'b/IMG_2.JPG')).metadata()).exif?.includes('Canon')).toBe(true)
  const client = await open()
  await client.client.intake.addPaths([folder], { destination: previewsFirst })
  await allOver(client)
  for (const path of stored().filter((name) => name.startsWith('previews/'))) {
    const bytes = readFileSync(join(library, path))
    const { format, width = 0, height = 0, exif, xmp, iptc } = await sharp(bytes).metadata()
    expect({ format, exif, xmp, iptc }).toEqual({
      format: 'jpeg',
      exif: undefined,
      xmp: undefined,
      iptc: undefined,
    })
    expect(Math.max(width, height)).toBeLessThanOrEqual(2_048)
    expect(bytes.includes('Canon')).toBe(false)
  }
})

it('are in no count of what was dropped, and their batch never says that originals are stored', async () => {
  const { open, folder } = await scene()
  const client = await open()
  await client.client.intake.addPaths([folder], { destination: previewsFirst })
  await allOver(client)
  const overview = () => client.events.at(-1)?.overview.totals
  await expect.poll(() => overview()?.counts.done).toBe(6)
  expect(overview()).toMatchObject({ files: 6, copies: 0, bytesSaved: 0 })
  const [previews, originals] = batches(client)
  expect(previews).toMatchObject({ name: 'Day · previews', previewsOf: originals?.id, totals: { copies: 2 } })
  expect(originals).toMatchObject({ name: 'Day', previewsOf: null, totals: { files: 6, copies: 0 } })
  expect(previews && outcomeOf(previews.totals).level).toBe('some-not')
  const receipt = JSON.parse(await receiptOf(client, previews?.id ?? '', 'json'))
  expect(receipt).toMatchObject({ storedFiles: 2, storedPreviews: 2, notStoredFiles: 1 })
  expect(receipt.note).toContain('These files are previews')
  expect(receipt.notStored).toMatchObject([
    {
      relativePath: 'Day/b/odd.NEF',
      reason: 'No preview can be made of it. The original is uploaded separately.',
    },
  ])
  expect(
    (await receiptOf(client, previews?.id ?? '', 'csv')).match(
      /preview; the original is in another receipt/g,
    ),
  ).toHaveLength(2)
  expect(await receiptOf(client, previews?.id ?? '', 'md5')).toContain('PREVIEWS, no originals')
  const own = JSON.parse(await receiptOf(client, originals?.id ?? '', 'json'))
  expect(own).toMatchObject({ storedFiles: 6, notStoredFiles: 0 })
  expect(own.storedPreviews).toBeUndefined()
})

it('have a link that shows them and nothing else', async () => {
  const { open, folder } = await scene()
  const client = await open()
  await client.client.intake.addPaths([folder], { destination: previewsFirst })
  await allOver(client)
  const [previews] = batches(client)
  const { url, path } = await client.client.batchLinks.make(previews?.id ?? '', 1)
  expect(path).toMatch(/^previews\/Day \d{4}-\d\d-\d\d \d{6}$/)
  const page = await (await fetch(url)).text()
  expect(page).not.toContain('CR3')
})

it('are gone once something else was chosen before the start, and come before their originals again', async () => {
  const { root, folder } = await scene()
  const port = await quietPort()
  // Nobody answers: nothing begins.
  const client = await openTestClient(join(root, 'waiting'), { url: `http://127.0.0.1:${port}`, token: '' })
  const [batchId = ''] = await client.client.intake.addPaths([folder], { destination: previewsFirst })
  await expect.poll(() => previewRows(client).length).toBe(3)
  await client.client.destinations.set(batchId, plainDestination)
  await expect.poll(() => previewRows(client).length).toBe(0)
  await client.client.destinations.set(batchId, { ...previewsFirst, folder: 'Studio' })
  await expect.poll(() => previewRows(client).length).toBe(3)
  await expect.poll(() => batches(client).map(({ name }) => name)).toEqual(['Day · previews', 'Day'])
})

it('hold nobody up once they are paused', async () => {
  const { open, folder } = await scene()
  const client = await open()
  await client.client.settings.change({ parallelFiles: 1 })
  const [batchId = ''] = await client.client.intake.addPaths([folder], { destination: previewsFirst })
  await expect.poll(() => previewRows(client).length).toBe(3)
  const previews = batches(client).find(({ previewsOf }) => previewsOf === batchId)
  await client.client.queue.pause({ batchIds: [previews?.id ?? ''] })
  await expect.poll(() => statuses(originalRows(client)), { timeout: 20_000 }).toEqual(Array(6).fill('done'))
})

it('of files that were dropped onto a page never cost the copy that the original is sent from', async () => {
  const { client, drop, stored } = await pageScene()
  const batchId = await drop()
  await expect.poll(() => statuses(previewRows(client))).toEqual(['done'])
  // What a finished file no longer needs is deleted once its end is on disk.
  await client.client.queue.moveToTop({ batchIds: [batchId] })
  await client.client.queue.resume({ batchIds: [batchId] })
  await expect.poll(() => statuses(originalRows(client)), { timeout: 20_000 }).toEqual(['done'])
  expect(stored().filter((path) => !path.startsWith('previews/'))).toHaveLength(1)
})

async function pageScene() {
  const root = temporaryFolder()
  const server = await serve(join(root, 'data'))
  const client = await openTestClient(join(root, 'state'), server)
  const drop = async () => {
    const inbox = await client.client.intake.openInbox(
      'page',
      undefined,
      { destination: previewsFirst },
      { files: 1, leftOut: 0, skipped: 0 },
    )
    const path = join(inbox.folder, 'copy-1.JPG')
    inbox.nameCopy(path, 'page/IMG_1.JPG')
    await photo(path)
    await inbox.add('page/IMG_1.JPG', path, () => {
      void client.client.queue.pause({ batchIds: [inbox.batchId] })
    })
    await inbox.close()
    return inbox.batchId
  }
  return { client, drop, stored: () => [...fingerprint(join(root, 'data', 'uploads')).keys()] }
}

it('go on after a kill in the middle, none of them twice', async () => {
  const { root, server, library, stored } = await scene()
  const folder = join(root, 'Many')
  for (let nth = 0; nth < 24; nth++) await photo(join(folder, `IMG_${nth}.JPG`), 2_500)
  const state = join(root, 'terminal')
  const run = () => upload([folder], server, state, { args: ['--previews'] })
  const first = run()
  const previews = () => stored().filter((path) => path.startsWith('previews/'))
  await expect.poll(() => previews().length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(2)
  await end(first.child, 'SIGKILL')
  const { exitCode, stderr, summary } = await run().result
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(summary).toMatchObject({ dropped: 24, done: 24, previews: { stored: 24, files: 24 } })
  expect(stderr).toContain('Previews: 24 of 24 are stored, besides the originals.')
  expect(stderr).toMatch(/Previews for 30 days \(previews\/Many .*\): http/)
  expect(previews()).toHaveLength(24)
  for (let nth = 0; nth < 24; nth++) {
    const name = `Many/IMG_${nth}.JPG`
    expect(readFileSync(join(library, name)).equals(readFileSync(join(root, name)))).toBe(true)
  }
  rmSync(folder, { recursive: true })
}, 60_000)
