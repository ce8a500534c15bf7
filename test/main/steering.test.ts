import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ClientSettings } from '../../src/main/client/settings.ts'
import { createConfStore } from '../../src/main/journal/json-store.ts'
import { plainVault, SettingsStore } from '../../src/main/journal/settings-store.ts'
import type { SettingsPatch } from '../../src/shared/settings.ts'
import { serve } from '../crossing/programs.ts'
import { type Answer, outageProxy } from '../outage-proxy.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient, writeFiles } from './a-client.ts'

const nowhere = { id: 'nowhere', name: 'Nowhere', url: 'http://127.0.0.1:9', token: '' }
const oneAtATime = { parallelFiles: 1, servers: [nowhere], defaultServerId: nowhere.id }

/** Settings in a state folder before anything is opened there. */
async function writeSettings(stateDir: string, patch: SettingsPatch): Promise<void> {
  mkdirSync(stateDir, { recursive: true })
  const store = new SettingsStore({ stateDir, createStore: createConfStore, vault: plainVault })
  await new ClientSettings(store, null).change(patch)
}

/** Too large for a bundle, in which all files are stored at the same moment; bytes. */
const travelsAlone = 1024 * 1024 + 3

/** A client whose server is away, with two batches of three files each. */
async function twoBatches(folder: string): Promise<WatchedClient & { readonly batchIds: readonly string[] }> {
  await writeSettings(join(folder, 'state'), oneAtATime)
  const watched = await openTestClient(join(folder, 'state'), null)
  const batchIds: string[] = []
  for (const name of ['first', 'second']) {
    const files = Object.fromEntries([1, 2, 3].map((number) => [`${name}-${number}.jpg`, travelsAlone]))
    batchIds.push(...(await watched.client.intake.addPaths([writeFiles(join(folder, name), files)])))
  }
  await expect.poll(() => watched.rows().length).toBe(6)
  return { ...watched, batchIds }
}

/** Names in the order in which they were stored. */
function finished({ rows }: WatchedClient): string[] {
  const times = rows().map((row) => [
    row.relativePath.split('/').at(-1) ?? '',
    row.state.status === 'done' ? row.state.finishedAtMs : 0,
  ])
  return times.sort(([, a], [, b]) => Number(a) - Number(b)).map(([name]) => String(name))
}

async function sendTo(watched: WatchedClient, folder: string): Promise<void> {
  const { url, token } = await serve(join(folder, 'data'))
  await watched.client.settings.change({ servers: [{ ...nowhere, url, token }] })
  await watched.client.whenIdle()
  await expect.poll(() => watched.rows().every(({ state }) => state.status === 'done')).toBe(true)
}

describe('steering the queue', () => {
  it('loses no more files than the person agreed to: it answers how many there are by then, and does nothing', async () => {
    const { client, batchIds, statuses } = await twoBatches(temporaryFolder())
    const [first = ''] = batchIds
    const target = { batchIds: [first] }
    const before = statuses()
    expect(await client.queue.cancel(target, 2)).toEqual({ tooMany: 3 })
    expect(await client.queue.remove(target, 2)).toEqual({ removed: 0, undoId: null, tooMany: 3 })
    expect(statuses()).toEqual(before)
    expect(client.history.entries()).toEqual([])
    expect(await client.queue.cancel(target, 3)).toEqual({})
    expect(await client.queue.removeFinished(target, 2)).toMatchObject({ removed: 0, tooMany: 3 })
    expect(await client.queue.removeFinished(target, 3)).toMatchObject({ removed: 3 })
    // Fewer than were agreed to: some were stored meanwhile.
    expect(await client.queue.remove({ all: true }, 9)).toMatchObject({ removed: 3 })
  })

  it('sends raised files first, then batches in the order the person gave them, also after a restart', async () => {
    const folder = temporaryFolder()
    const before = await twoBatches(folder)
    await before.client.queue.reorderBatches([...before.batchIds].reverse())
    await before.client.queue.moveToTop({
      itemIds: ['first-3.jpg', 'second-2.jpg'].map((name) => before.row(name).id),
    })
    await before.client.stop()
    const after = await openTestClient(join(folder, 'state'), null)
    await expect.poll(() => after.rows().length).toBe(6)
    const batches = new Map(
      after.events.flatMap((event) => event.batches).map((batch) => [batch.name, batch.order]),
    )
    expect(batches.get('second')).toBeLessThan(batches.get('first') ?? 0)
    await sendTo(after, folder)
    const raised = ['first-3.jpg', 'second-2.jpg']
    expect(finished(after)).toEqual([...raised, 'second-1.jpg', 'second-3.jpg', 'first-1.jpg', 'first-2.jpg'])
  })

  it('takes a batch off the list and brings it back as it was', async () => {
    const folder = temporaryFolder()
    const watched = await twoBatches(folder)
    const { client, batchIds, rows, row, statuses } = watched
    await client.queue.pause({ itemIds: [row('first-1.jpg').id] })
    await client.queue.cancel({ itemIds: [row('first-2.jpg').id] })
    await expect.poll(statuses).toMatchObject({ 'first-1.jpg': 'paused', 'first-2.jpg': 'canceled' })
    const before = statuses()
    const { removed, undoId } = await client.queue.remove({ batchIds: batchIds.slice(0, 1) })
    expect(removed).toBe(3)
    await expect.poll(() => rows().length).toBe(3)
    expect(await client.queue.undo(undoId ?? '')).toBe(3)
    await expect.poll(statuses).toEqual(before)
    await expect(client.queue.undo(undoId ?? '')).rejects.toMatchObject({ code: 'not-found' })
    await client.queue.resume({ all: true })
    await client.queue.retry({ itemIds: [row('first-2.jpg').id] })
    await sendTo(watched, folder)
    expect(Object.values(statuses())).toEqual(Array(6).fill('done'))
  })

  it('reads no further in a folder that was taken off the list, and goes on when it is brought back', async () => {
    const folder = temporaryFolder()
    await writeSettings(join(folder, 'state'), oneAtATime)
    const { client, rows } = await openTestClient(join(folder, 'state'), null)
    const files = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`${index}.jpg`, 1]))
    const [batchId = ''] = await client.intake.addPaths([writeFiles(join(folder, 'in'), files)])
    const { undoId } = await client.queue.remove({ batchIds: [batchId] })
    await client.whenIdle()
    expect(rows()).toEqual([])
    await client.queue.undo(undoId ?? '')
    await expect.poll(() => rows().length).toBe(3_000)
  })

  it('keeps a dropped copy as long as it can be brought back, and no longer', async () => {
    const folder = temporaryFolder()
    await writeSettings(join(folder, 'state'), oneAtATime)
    const { client } = await openTestClient(join(folder, 'state'), null)
    const drop = await client.intake.openInbox('Dropped')
    const staged = join(drop.folder, 'copy.jpg')
    writeFileSync(staged, 'pixels')
    await drop.add('Dropped/a.jpg', staged)
    const { undoId } = await client.queue.remove({ batchIds: [drop.batchId] })
    expect(existsSync(staged)).toBe(true)
    await client.queue.undo(undoId ?? '')
    await client.queue.remove({ all: true })
    await expect(drop.add('Dropped/b.jpg', staged)).rejects.toMatchObject({ code: 'not-found' })
    await client.stop()
    expect(existsSync(staged)).toBe(false)
  })
})

describe('several servers', () => {
  it('take each batch to its own, and one that is away does not hold up the other', async () => {
    const folder = temporaryFolder()
    const one = await serve(join(folder, 'one'))
    const two = await serve(join(folder, 'two'))
    await writeSettings(join(folder, 'state'), {
      servers: [nowhere, { id: 'one', name: 'One', ...one }, { id: 'two', name: 'Two', ...two }],
      defaultServerId: 'one',
    })
    const { client, row, statuses } = await openTestClient(join(folder, 'state'), null)
    const source = (name: string) => writeFiles(join(folder, name), { [`${name}.jpg`]: 3 })
    const [stuck = ''] = await client.intake.addPaths([source('c')], { serverId: 'nowhere' })
    await client.intake.addPaths([source('a')])
    await client.intake.addPaths([source('b')], { serverId: 'two' })
    await expect.poll(statuses).toMatchObject({ 'a.jpg': 'done', 'b.jpg': 'done' })
    expect(existsSync(join(folder, 'one', 'uploads', 'a', 'a.jpg'))).toBe(true)
    expect(existsSync(join(folder, 'two', 'uploads', 'b', 'b.jpg'))).toBe(true)
    expect(statuses()['c.jpg']).not.toBe('done')
    expect(client.files.details(row('c.jpg').id).server.name).toBe('Nowhere')
    const kept = client.settings.current.servers.filter(({ id }) => id !== 'nowhere')
    await expect(client.settings.change({ servers: kept })).rejects.toThrow('still to be sent to Nowhere')
    await client.queue.setBatchServer([stuck], 'two')
    await expect.poll(statuses).toMatchObject({ 'c.jpg': 'done' })
    expect(existsSync(join(folder, 'two', 'uploads', 'c', 'c.jpg'))).toBe(true)
    await expect(client.queue.setBatchServer([stuck], 'one')).rejects.toMatchObject({ code: 'bad-request' })
    await client.settings.change({ servers: kept })
    expect(
      client.files.links([row('a.jpg').id, row('c.jpg').id]).map(({ url }) => new URL(url).port),
    ).toEqual([String(one.port), String(two.port)])
  })

  it('remember why attempts failed, when work began and what the server confirmed', async () => {
    const folder = temporaryFolder()
    const { port, token } = await serve(join(folder, 'data'))
    const proxy = await outageProxy(port)
    const refusal = { error: { code: 'bad-request', message: 'Not today.' } }
    const refuse: Answer = (outgoing) => outgoing.writeHead(400).end(JSON.stringify(refusal))
    proxy.set({ answer: refuse, only: ({ method }) => method === 'POST' })
    const { client, row, statuses } = await openTestClient(join(folder, 'state'), { url: proxy.url, token })
    await client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 3 })])
    await expect.poll(statuses).toEqual({ 'a.jpg': 'failed' })
    proxy.set(null)
    await client.queue.retry({ all: true })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    const details = client.files.details(row('a.jpg').id)
    expect(details.failedAttempts).toMatchObject([{ error: { code: 'bad-request' } }])
    expect(details.confirmed).toMatchObject({
      md5: details.md5,
      storedAtMs: expect.any(Number),
      verifiedAtMs: expect.any(Number),
    })
    expect(details.startedAtMs).toBeGreaterThanOrEqual(details.addedAtMs ?? Number.POSITIVE_INFINITY)
  })

  it('that refuse the token keep their files waiting, and send them when the right one is given', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const state = join(folder, 'state')
    const { client, row, statuses, events } = await openTestClient(state, null)
    const studio = { id: 'one', name: 'Studio', url: server.url, token: 'wrong' }
    await client.settings.change({ servers: [studio], defaultServerId: 'one' })
    await client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 3, 'b.jpg': 4 })])
    const question = () => events.at(-1)?.overview.server.trouble?.question
    await expect.poll(question).toEqual({ kind: 'token', accepted: false })
    await expect.poll(() => row('a.jpg')).toMatchObject({ attempts: 0, state: { status: 'waiting' } })
    await client.settings.change({ servers: [{ ...studio, token: server.token }] })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done' })
    expect(client.files.details(row('a.jpg').id).failedAttempts).toEqual([])
    await expect
      .poll(() => events.at(-1)?.overview.server)
      .toMatchObject({ reachability: 'reachable', trouble: null })
  })
})
