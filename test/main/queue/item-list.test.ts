import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Journal } from '../../../src/main/journal/journal.ts'
import { createConfStore } from '../../../src/main/journal/json-store.ts'
import { ItemList } from '../../../src/main/queue/item-list.ts'
import { newBatch } from '../../../src/main/queue/new-batch.ts'
import { noneRemoved } from '../../../src/shared/batch.ts'
import { bytesToSend, type ItemState, type UploadItem } from '../../../src/shared/upload.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { anItem } from '../an-item.ts'

const batch = newBatch({ id: 'batch-1', name: 'Wedding', order: 0, createdAtMs: 0 })

function emptyList(): ItemList {
  const journal = new Journal({
    stateDir: temporaryFolder(),
    createStore: createConfStore,
    onWriteError: () => undefined,
  })
  const list = new ItemList(journal)
  list.addBatch(batch)
  return list
}

const next = (list: ItemList) => {
  const [first = ''] = list.queued(() => true)
  return list.get(first)
}

const aCopy = (size: number) => ({ path: '/copy', size, mtimeMs: 0, relativePath: 'a.jpg' })

const states: fc.Arbitrary<ItemState> = fc.constantFrom<ItemState>(
  { status: 'queued' },
  { status: 'uploading' },
  { status: 'paused' },
  { status: 'done', md5: 'm', url: 'u', finishedAtMs: 1 },
  { status: 'failed', error: { code: 'server-error', message: 'x' } },
  { status: 'canceled' },
  { status: 'skipped', reason: { by: 'empty' } },
  { status: 'empty', md5: 'm', url: 'u', finishedAtMs: 1 },
)
const changes = fc.array(
  fc.record({
    order: fc.nat(8),
    acknowledgedBytes: fc.nat(1_000),
    copySize: fc.option(fc.nat(999)),
    state: states,
    remove: fc.boolean(),
  }),
  { maxLength: 60 },
)

/** The sums as they follow from the items themselves. */
function addedUp(items: readonly UploadItem[]) {
  const counted = items.filter(({ state }) => state.status !== 'canceled' && state.status !== 'skipped')
  return {
    files: items.length,
    copies: items.filter(({ state, payload }) => state.status === 'done' && payload !== null).length,
    bytesTotal: counted.reduce((sum, item) => sum + bytesToSend(item), 0),
    bytesAcknowledged: counted.reduce(
      (sum, item) => sum + (item.state.status === 'done' ? bytesToSend(item) : item.acknowledgedBytes),
      0,
    ),
    bytesSaved: counted.reduce((sum, item) => sum + item.size - bytesToSend(item), 0),
  }
}

describe('the item list', () => {
  it('keeps sums that equal what its items add up to, whatever happened before', () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const list = emptyList()
        for (const { order, remove, copySize, ...facts } of steps) {
          const known = list.get(`item-${order}`)
          if (remove && known) list.remove([known])
          else list.put([anItem({ order, ...facts, payload: copySize === null ? null : aCopy(copySize) })])
          if (!list.batch('batch-1')) list.addBatch(batch)
        }
        const items = list.select({ all: true })
        expect(list.totals()).toMatchObject(addedUp(items))
        expect(list.batchTotals('batch-1')).toEqual(list.totals())
        const queued = items.filter(({ state }) => state.status === 'queued').length
        expect(list.totals().counts.queued).toBe(queued)
        expect(next(list) === undefined).toBe(queued === 0)
      }),
      { numRuns: 60 },
    )
  })

  it('hands out queued items in the order they came, retried ones last', () => {
    const list = emptyList()
    list.put([0, 1, 2].map((order) => anItem({ order })))
    list.put([anItem({ order: 0, state: { status: 'paused' } })])
    list.put([anItem({ order: 0 })])
    expect(next(list)?.order).toBe(1)
    expect([...list.queued(() => true)]).toEqual(['item-1', 'item-2', 'item-0'])
  })

  it('knows a file by its present path alone once its drive is connected elsewhere', () => {
    const list = emptyList()
    list.put([anItem({ sourcePath: '/media/CARD_1/a.jpg' })])
    list.put([anItem({ sourcePath: '/media/CARD_11/a.jpg' })])
    expect(list.bySource('/media/CARD_1/a.jpg')).toBeUndefined()
    expect(list.bySource('/media/CARD_11/a.jpg')?.id).toBe('item-0')
  })

  it('drops a batch with its last item, but not while paths of it are still to be read', () => {
    const list = emptyList()
    list.put([anItem()])
    list.remove([anItem()])
    expect(list.batch('batch-1')).toBeUndefined()
    list.addBatch({
      ...batch,
      unscannedPaths: ['/card'],
      drives: [],
      preset: null,
      serverId: null,
      activeMs: 0,
      leftOut: 0,
      awaitedFiles: null,
      neverArrived: null,
      unconfirmed: false,
      removed: noneRemoved,
    })
    list.removeIfEmpty('batch-1')
    expect(list.batch('batch-1')).toBeDefined()
    list.markScanned('batch-1')
    expect(list.batch('batch-1')).toBeUndefined()
  })
})
