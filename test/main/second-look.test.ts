/** T2: safe means safe now. A batch is over only when the sources of all its files were looked at again. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient } from './a-client.ts'
import { CardReader } from './drives-scene.ts'
import { scriptedServer } from './pipeline/scripted-server.ts'

/** A client that uploads one photo of a card; `onChunk` runs while the server receives its only chunk. */
async function storing(onChunk: (reader: CardReader) => void, reader: CardReader, root: string) {
  let offer: Record<string, unknown> = {}
  const server = await scriptedServer(({ line, json }) => {
    if (line === 'POST /api/task') {
      offer = json ?? {}
      const size = { chunkSize: 1 << 20, totalChunks: 1 }
      return [200, { taskId: 't', ...size, uploadedChunks: [], done: false }]
    }
    onChunk(reader)
    const { fileSize: size, hash: md5, sha256 } = offer
    const stored = { fileName: 'a.jpg', size, md5, sha256, path: '/u', url: '/u', uploadTime: 5 }
    return [200, { chunkIndex: 0, uploaded: 1, total: 1, progress: 100, stored }]
  })
  const ends: string[] = []
  const watched = await openTestClient(`${temporaryFolder()}/state`, server, undefined, {
    volumes: reader,
    onBatchFinished: ({ batchId }) => ends.push(batchId),
  })
  const [batchId = ''] = await watched.client.intake.addPaths([root])
  await expect.poll(watched.statuses).toEqual({ 'a.jpg': 'done' })
  return { ...watched, server, batchId, ends }
}

describe('a batch of which all files are stored', () => {
  it('is not over before the sources of all its files were looked at again', async () => {
    const held = Promise.withResolvers<void>()
    let holds = false
    class SlowReader extends CardReader {
      override async list() {
        if (holds) await held.promise
        return super.list()
      }
    }
    const reader = new SlowReader(temporaryFolder())
    const root = reader.plugIn(reader.card('CARD_1', 'uuid:1', { 'a.jpg': 10 }))
    const hold = () => {
      holds = true
    }
    const { client, batchId, ends } = await storing(hold, reader, root)
    // What has ended is looked for once a second.
    await delay(1_500)
    expect(ends).toEqual([])
    expect(client.history.entries()).toEqual([])
    held.resolve()
    await expect.poll(() => ends).toEqual([batchId])
    await expect.poll(() => client.history.entries()).toMatchObject([{ counts: { done: 1 } }])
  })

  it('is not held against another card at the same place, which has the same names', async () => {
    const reader = new CardReader(temporaryFolder())
    const [one, other] = [
      reader.card('CARD_1', 'uuid:1', { 'a.jpg': 10 }),
      reader.card('CARD_1', 'uuid:2', { 'a.jpg': 11 }, 'other'),
    ]
    const root = reader.plugIn(one)
    const swap = () => {
      reader.pullOut(one)
      reader.plugIn(other)
    }
    const { client, batchId, ends, statuses, server } = await storing(swap, reader, root)
    await expect.poll(() => ends).toEqual([batchId])
    expect(statuses()).toEqual({ 'a.jpg': 'done' })
    expect(server.requests.filter(({ line }) => line === 'POST /api/task')).toHaveLength(1)
    const { parts } = await client.history.receipt(batchId, 'json')
    const receipt = JSON.parse([...parts].join('')) as { stored: object[]; notStored: object[] }
    expect(receipt.stored).toMatchObject([{ sourceCheck: 'not rechecked' }])
    expect(receipt.notStored).toEqual([])
  })
})
