/** The app's own watched folders: added, changed and removed by its commands, over restarts, drives and what the person does to the list. */
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import type { ClientOptions } from '../../../src/main/client/client.ts'
import { plainDestination } from '../../../src/shared/destination.ts'
import { noSkipRules } from '../../../src/shared/skip-rules.ts'
import type { WatchInput, WatchRow } from '../../../src/shared/watched.ts'
import type { WatchedClient } from '../a-client.ts'
import { driveScene } from '../drives-scene.ts'

async function scene() {
  const { folder: root, reader, server, open: openWith, stored } = await driveScene()
  const folder = join(root, 'shoots')
  mkdirSync(folder)
  const open = (more: Partial<ClientOptions> = {}) =>
    openWith(server, { watchFolders: { rereadMs: 150 }, ...more })
  const put = (name: string, text = name, into = folder) => {
    const path = join(into, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }
  const add = ({ client }: WatchedClient, more: Partial<WatchInput> = {}) =>
    client.watchedFolders.add({
      folder,
      existing: true,
      serverId: 'bundled',
      presetId: 'original',
      destination: null,
      skipRules: noSkipRules,
      polls: false,
      ...more,
    })
  const names = () => [...stored().keys()].sort()
  return { root, folder, reader, server, open, put, add, names }
}

const row = ({ client }: WatchedClient): WatchRow | undefined => client.watchedFolders.rows[0]
const idOf = (client: WatchedClient): string => row(client)?.id ?? ''
const allSent = (client: WatchedClient) =>
  client.rows().reduce((sum, { id }) => sum + client.client.files.details(id).sentBytes, 0)
const statuses = (client: WatchedClient) => client.rows().map(({ state }) => state.status)
/** Until the folder was read as a whole some times more. */
const readAgain = async () => {
  const untilMs = performance.now() + 1_000
  await expect.poll(() => performance.now() > untilMs).toBe(true)
}

it('uploads what is there and what comes, says so, and goes on after a restart without sending anything again', async () => {
  const { open, put, add, names } = await scene()
  const first = await open()
  put('a.jpg', 'x'.repeat(10_000))
  await add(first)
  await expect.poll(names).toEqual(['shoots/a.jpg'])
  put('b.jpg')
  await expect.poll(() => row(first)).toMatchObject({ state: { phase: 'watching' }, stored: 2, left: 0 })
  await expect.poll(() => allSent(first)).toBe(10_005)
  await first.client.stop()
  put('c.jpg', 'while it was closed')
  const second = await open()
  await expect.poll(() => row(second)).toMatchObject({ state: { phase: 'watching' }, stored: 3, left: 0 })
  expect(names()).toEqual(['shoots/a.jpg', 'shoots/b.jpg', 'shoots/c.jpg'])
  await expect.poll(() => allSent(second)).toBe(10_005 + 'while it was closed'.length)
  expect(new Set(second.rows().map(({ batchId }) => batchId)).size).toBe(1)
})

it('leaves alone what is there already where the person says so, and nothing that comes from then on', async () => {
  const { open, put, add, names } = await scene()
  const client = await open()
  put('old.jpg')
  await add(client, { existing: false })
  put('new.jpg')
  await expect.poll(names).toEqual(['shoots/new.jpg'])
  await client.client.stop()
  put('later.jpg')
  const again = await open()
  await expect.poll(names).toEqual(['shoots/later.jpg', 'shoots/new.jpg'])
  await readAgain()
  expect(statuses(again)).toEqual(['done', 'done'])
})

it('has no batch on the list before a file comes', async () => {
  const { open, put, add } = await scene()
  const client = await open()
  put('old.jpg')
  await add(client, { existing: false })
  await readAgain()
  expect(row(client)).toMatchObject({ state: { phase: 'watching' }, batchId: null })
  expect(client.events.flatMap(({ batches }) => batches)).toEqual([])
})

it('stops while it is off, finds what came meanwhile once it is on, and ends for good when it is removed', async () => {
  const { open, put, add, names } = await scene()
  const client = await open()
  const { watchedFolders } = client.client
  await add(client)
  put('a.jpg')
  await expect.poll(names).toEqual(['shoots/a.jpg'])
  await watchedFolders.change(idOf(client), { on: false })
  expect(row(client)?.state).toEqual({ phase: 'off' })
  put('b.jpg')
  await readAgain()
  expect(names()).toEqual(['shoots/a.jpg'])
  await watchedFolders.change(idOf(client), { on: true })
  await expect.poll(names).toEqual(['shoots/a.jpg', 'shoots/b.jpg'])
  await expect.poll(() => statuses(client)).toEqual(['done', 'done'])
  await watchedFolders.remove(idOf(client))
  put('c.jpg')
  await readAgain()
  expect(names()).toEqual(['shoots/a.jpg', 'shoots/b.jpg'])
  expect(statuses(client)).toEqual(['done', 'done'])
  expect(client.client.watchedFolders.rows).toEqual([])
})

it('keeps away from the list what the person took off it, also after a restart, until it is restored or changed', async () => {
  const { folder, open, put, add } = await scene()
  const first = await open()
  put('a.jpg')
  put('b.jpg')
  await add(first)
  await expect.poll(() => statuses(first)).toEqual(['done', 'done'])
  const { undoId } = await first.client.queue.removeFinished({ all: true })
  await readAgain()
  expect(first.rows()).toEqual([])
  await first.client.queue.undo(undoId ?? '')
  await expect.poll(() => statuses(first)).toEqual(['done', 'done'])
  await first.client.queue.removeFinished({ all: true })
  await first.client.stop()
  const second = await open()
  await readAgain()
  expect(second.rows()).toEqual([])
  appendFileSync(join(folder, 'b.jpg'), ' edited')
  await expect.poll(() => second.rows().map(({ relativePath }) => relativePath)).toEqual(['shoots/b.jpg'])
  await expect.poll(() => statuses(second)).toEqual(['done'])
})

it('does not upload again what a drop has stored there', async () => {
  const { folder, open, put, add } = await scene()
  const client = await open()
  put('a.jpg')
  await client.client.intake.addPaths([folder])
  await expect.poll(() => statuses(client)).toEqual(['done'])
  await add(client)
  await readAgain()
  expect(client.rows()).toHaveLength(1)
  expect(client.client.files.details(client.rows()[0]?.id ?? '').attempts).toBe(0)
  await client.client.queue.removeFinished({ all: true })
  await readAgain()
  expect(client.rows()).toEqual([])
})

it('waits for its drive by name, and goes on where that is connected again', async () => {
  const { reader, open, put, add, names } = await scene()
  const card = reader.card('EOS_DIGITAL', 'uuid:1', { 'DCIM/IMG_1.jpg': 2_000 })
  const client = await open({ volumes: reader })
  await add(client, { folder: reader.plugIn(card) })
  await expect.poll(names).toEqual(['EOS_DIGITAL/DCIM/IMG_1.jpg'])
  reader.pullOut(card)
  await expect.poll(() => row(client)?.state).toEqual({ phase: 'away', name: 'EOS_DIGITAL' })
  put('DCIM/IMG_2.jpg', 'taken meanwhile', card.away)
  reader.plugIn(card, 'EOS_DIGITAL1')
  await expect.poll(names).toEqual(['EOS_DIGITAL/DCIM/IMG_1.jpg', 'EOS_DIGITAL/DCIM/IMG_2.jpg'])
  await expect
    .poll(() => row(client))
    .toMatchObject({ state: { phase: 'watching' }, stored: 2, left: 0, failed: 0 })
})

it('waits for a folder that was renamed, by its own name', async () => {
  const { root, folder, open, put, add, names } = await scene()
  const client = await open()
  await add(client)
  renameSync(folder, join(root, 'away'))
  await expect.poll(() => row(client)?.state).toEqual({ phase: 'away', name: 'shoots' })
  await client.client.stop()
  const again = await open()
  await expect.poll(() => row(again)?.state).toEqual({ phase: 'away', name: 'shoots' })
  renameSync(join(root, 'away'), folder)
  put('back.jpg')
  await expect.poll(names).toEqual(['shoots/back.jpg'])
})

it('sends what comes after a change of destination there, by its own rules, and nothing of before again', async () => {
  const { open, put, add, names } = await scene()
  const client = await open()
  put('a.jpg')
  await add(client, { skipRules: { ...noSkipRules, extensions: ['xmp'] } })
  put('a.xmp')
  await expect.poll(() => statuses(client)).toEqual(['done', 'skipped'])
  const destination = { ...plainDestination, folder: 'client' }
  await client.client.watchedFolders.change(idOf(client), { destination })
  put('b.jpg')
  await expect.poll(names).toEqual(['client/shoots/b.jpg', 'shoots/a.jpg'])
  await readAgain()
  expect(statuses(client)).toEqual(['done', 'skipped', 'done'])
  expect(row(client)).toMatchObject({ stored: 2 })
})

it('says how many files still grow', async () => {
  const { folder, open, put, add, names } = await scene()
  const client = await open({ stillSeconds: 2 })
  await add(client)
  put('clip.mov', 'x'.repeat(1_000))
  const writer = setInterval(() => appendFileSync(join(folder, 'clip.mov'), 'y'), 100)
  try {
    await expect.poll(() => row(client)).toMatchObject({ growing: 1, left: 1, stored: 0 })
    expect(names()).toEqual([])
  } finally {
    clearInterval(writer)
  }
  await expect.poll(() => row(client), { timeout: 15_000 }).toMatchObject({ growing: 0, left: 0, stored: 1 })
}, 30_000)

it('says what is wrong while its server is no longer in the settings', async () => {
  const { server, open, put, add, names } = await scene()
  const client = await open({ server: null })
  const studio = { id: 'studio', name: 'Studio', ...server }
  await client.client.settings.change({ servers: [studio] })
  await add(client, { serverId: 'studio' })
  await client.client.settings.change({ servers: [] })
  expect(row(client)?.state).toMatchObject({ phase: 'stopped', error: { code: 'not-found' } })
  put('a.jpg')
  await client.client.settings.change({ servers: [studio] })
  await expect.poll(names).toEqual(['shoots/a.jpg'])
})

it('refuses folders within each other, those that PhotoFerry writes into, and what is none', async () => {
  const { root, folder, open, put, add } = await scene()
  const client = await open()
  put('day/a.jpg')
  await add(client)
  await expect(add(client)).rejects.toThrow(`${folder} is watched already.`)
  await expect(add(client, { folder: join(folder, 'day') })).rejects.toThrow('lie within each other')
  await expect(add(client, { folder: root })).rejects.toThrow('PhotoFerry keeps its own files there')
  await expect(add(client, { folder: join(root, 'state') })).rejects.toThrow('its own files')
  await expect(add(client, { folder: join(folder, 'day/a.jpg') })).rejects.toThrow('is not a folder')
  await expect(add(client, { folder: 'shoots' })).rejects.toThrow('is not a folder')
  await expect(add(client, { serverId: 'none' })).rejects.toThrow()
  expect(client.client.watchedFolders.rows).toHaveLength(1)
})
