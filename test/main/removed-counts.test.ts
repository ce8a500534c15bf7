/** Files that were taken off the list are still counted: in the feed, the history and the receipt, until they are back. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { outcomeOf, outcomeOfEntry } from '../../src/shared/outcome.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient, writeFiles } from './a-client.ts'

const files = { 'a.jpg': 3, 'b.jpg': 5, 'c.jpg': 7, 'd.jpg': 0 }

async function uploaded() {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'))
  const open = () => openTestClient(join(folder, 'state'), server)
  const watched = await open()
  const [batchId = ''] = await watched.client.intake.addPaths([writeFiles(join(folder, 'Wedding'), files)])
  await watched.client.whenIdle()
  const done = { 'a.jpg': 'done', 'b.jpg': 'done', 'c.jpg': 'done', 'd.jpg': 'empty' }
  await expect.poll(watched.statuses).toEqual(done)
  return { watched, batchId, open }
}

const idOf = ({ row }: WatchedClient, name: string) => ({ itemIds: [row(name).id] })

/** What the feed says of everything on the list. */
function outcome({ events }: WatchedClient) {
  const overview = events.at(-1)?.overview
  return overview && outcomeOf(overview.totals)
}

describe('a file that is removed from the list', () => {
  it('is counted as stored or as removed, in the history too, and neither once the removal is undone', async () => {
    const { watched, batchId } = await uploaded()
    const { client } = watched
    await client.queue.remove(idOf(watched, 'a.jpg'))
    const { undoId } = await client.queue.remove(idOf(watched, 'd.jpg'))
    const counts = { dropped: 4, stored: 3, notSent: { removed: 1, empty: 0 }, level: 'some-not' }
    await expect.poll(() => outcome(watched)).toMatchObject(counts)
    const entry = () => client.history.entries().map(outcomeOfEntry)
    await expect.poll(entry).toMatchObject([counts])
    const receipt = async () =>
      JSON.parse([...(await client.history.receipt(batchId, 'json')).parts].join(''))
    expect(await receipt()).toMatchObject({
      droppedFiles: 4,
      notStored: [
        { status: 'removed', reason: expect.stringMatching(/^Removed from the list\. .* 0 bytes/) },
      ],
    })
    await client.queue.undo(undoId ?? '')
    const back = { dropped: 4, stored: 3, notSent: { removed: 0, empty: 1 } }
    await expect.poll(() => outcome(watched)).toMatchObject(back)
    await expect.poll(entry).toMatchObject([back])
    expect(await receipt()).toMatchObject({ droppedFiles: 4, notStored: [{ status: 'empty' }] })
  })

  it('still counts when removals are undone in another order than they were made, though the batch had left the list', async () => {
    const { watched, open } = await uploaded()
    const { client } = watched
    const first = await client.queue.remove(idOf(watched, 'a.jpg'))
    const second = await client.queue.remove({ all: true })
    await expect.poll(() => outcome(watched)).toMatchObject({ dropped: 0 })
    await client.queue.undo(first.undoId ?? '')
    const half = { dropped: 4, stored: 3, notSent: { removed: 1 } }
    await expect.poll(() => outcome(watched)).toMatchObject(half)
    await client.stop()
    const again = await open()
    await expect.poll(() => outcome(again)).toMatchObject(half)
    expect(second.removed).toBe(3)
  })

  it('leaves an entry with its receipt although nothing of its batch was stored, which ends with the undoing', async () => {
    const folder = temporaryFolder()
    const { client, rows } = await openTestClient(join(folder, 'state'), {
      url: 'http://127.0.0.1:9',
      token: '',
    })
    const [batchId = ''] = await client.intake.addPaths([writeFiles(join(folder, 'Wedding'), { 'a.jpg': 3 })])
    await expect.poll(() => rows().length).toBe(1)
    const { undoId } = await client.queue.remove({ batchIds: [batchId] })
    expect(client.history.entries().map(outcomeOfEntry)).toMatchObject([
      { dropped: 1, stored: 0, notSent: { removed: 1 } },
    ])
    await client.queue.undo(undoId ?? '')
    expect(client.history.entries()).toEqual([])
  })
})
