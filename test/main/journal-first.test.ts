/**
 * R3: every change is in the journal before the promise of its call fulfils. A process that is killed in that very moment
 * leaves its state folder as it is then: it is copied at once, before anything else can write to it, and read.
 */
import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Journal } from '../../src/main/journal/journal.ts'
import { createConfStore } from '../../src/main/journal/json-store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

const nowhere = { url: 'http://127.0.0.1:9', token: '' }

/** What a restart would read now. */
function killed(stateDir: string): Pick<Journal, 'items' | 'batches'> {
  const copy = join(temporaryFolder(), 'state')
  cpSync(stateDir, copy, { recursive: true })
  return new Journal({ stateDir: copy, createStore: createConfStore, onWriteError: () => undefined })
}

/** A client whose server is away, with two batches of two files each, all of it on disk. */
async function listed() {
  const folder = temporaryFolder()
  const stateDir = join(folder, 'state')
  const watched = await openTestClient(stateDir, nowhere)
  const batchIds: string[] = []
  for (const name of ['first', 'second']) {
    const source = writeFiles(join(folder, name), { [`${name}-1.jpg`]: 3, [`${name}-2.jpg`]: 3 })
    batchIds.push(...(await watched.client.intake.addPaths([source])))
  }
  await expect.poll(() => watched.rows().length).toBe(4)
  await expect.poll(() => killed(stateDir).items().length).toBe(4)
  const [first = '', second = ''] = batchIds
  const statuses = () => {
    const items = killed(stateDir).items()
    return Object.fromEntries(
      items.map(({ relativePath, state }) => [
        relativePath.slice(-5, -4) + relativePath.split('/')[0],
        state.status,
      ]),
    )
  }
  return { ...watched, stateDir, first, second, statuses, idOf: (name: string) => watched.row(name).id }
}

describe('a command is on disk when it is answered', () => {
  it('to add files: the drop is there, with all its paths still to be read', async () => {
    const folder = temporaryFolder()
    const stateDir = join(folder, 'state')
    const { client } = await openTestClient(stateDir, nowhere)
    const source = writeFiles(join(folder, 'in'), { 'a.jpg': 3 })
    const [batchId] = await client.intake.addPaths([source])
    expect(killed(stateDir).batches()).toMatchObject([{ id: batchId, unscannedPaths: [source] }])
  })

  it('to add a file that a page has sent: it is on the list, and its copy is where the list says', async () => {
    const stateDir = join(temporaryFolder(), 'state')
    const { client } = await openTestClient(stateDir, nowhere)
    const drop = await client.intake.openInbox('Dropped', undefined, undefined, {
      files: 1,
      leftOut: 0,
      skipped: 0,
    })
    expect(killed(stateDir).batches()).toMatchObject([{ id: drop.batchId, name: 'Dropped' }])
    const path = join(drop.folder, 'a.jpg')
    writeFileSync(path, 'pixels')
    await drop.add('Dropped/a.jpg', path)
    const [item] = killed(stateDir).items()
    // Where the copied journal lies, too: copies are named from the state folder on.
    const inState = path.slice(stateDir.length)
    const sourcePath = expect.stringContaining(inState)
    expect(item).toMatchObject({ relativePath: 'Dropped/a.jpg', sourcePath, staged: true })
    expect(existsSync(path)).toBe(true)
  })

  it('to pause, resume, cancel, and try again', async () => {
    const { client, idOf, statuses } = await listed()
    const itemIds = [idOf('first-1.jpg')]
    await client.queue.pause({ itemIds })
    expect(statuses()).toMatchObject({ '1first': 'paused' })
    await client.queue.resume({ itemIds })
    expect(statuses()['1first']).not.toBe('paused')
    await client.queue.cancel({ itemIds })
    expect(statuses()).toMatchObject({ '1first': 'canceled' })
    await client.queue.retry({ itemIds })
    expect(statuses()['1first']).not.toBe('canceled')
  })

  it('to put files and batches first', async () => {
    const { client, stateDir, first, second, idOf } = await listed()
    await client.queue.moveToTop({ itemIds: [idOf('second-2.jpg')] })
    const ranks = killed(stateDir)
      .items()
      .filter(({ rank }) => rank < 0)
    expect(ranks.map(({ relativePath }) => relativePath)).toEqual(['second/second-2.jpg'])
    await client.queue.reorderBatches([second, first])
    expect(
      killed(stateDir)
        .batches()
        .map(({ id }) => id),
    ).toEqual([second, first])
  })

  it('to remove files, which are counted as removed, and to bring them back', async () => {
    const { client, stateDir, first } = await listed()
    const { undoId } = await client.queue.remove({ batchIds: [first] })
    expect(
      killed(stateDir)
        .items()
        .filter(({ batchId }) => batchId === first),
    ).toEqual([])
    await client.queue.undo(undoId ?? '')
    expect(
      killed(stateDir)
        .items()
        .filter(({ batchId }) => batchId === first),
    ).toHaveLength(2)
    const { items } = {
      items: killed(stateDir)
        .items()
        .filter(({ batchId }) => batchId === first),
    }
    await client.queue.removeFinished({ all: true })
    await client.queue.cancel({ itemIds: items.slice(0, 1).map(({ id }) => id) })
    await client.queue.removeFinished({ all: true })
    const batch = killed(stateDir)
      .batches()
      .find(({ id }) => id === first)
    expect(batch?.removed).toMatchObject({ notStored: 1 })
    expect(
      killed(stateDir)
        .items()
        .filter(({ batchId }) => batchId === first),
    ).toHaveLength(1)
  })

  it('to send a batch elsewhere, or otherwise', async () => {
    const { client, stateDir, first } = await listed()
    const other = { id: 'other', name: 'Other', url: 'http://127.0.0.1:10', token: '' }
    const servers = [...client.settings.current.servers, other]
    await client.settings.change({ servers })
    await client.queue.setBatchServer([first], 'other')
    expect(
      killed(stateDir)
        .batches()
        .find(({ id }) => id === first)?.serverId,
    ).toBe('other')
  })
})
