/** Where batches go at their servers: chosen for a batch, remembered for its server, and shown before it starts. */
import {
  type Destination,
  type DestinationPreview,
  destinationProblem,
  type NamedFile,
  pathFor,
} from '../../shared/destination.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { Journal } from '../journal/journal.ts'
import type { ItemList } from '../queue/item-list.ts'
import type { UploadQueue } from '../queue/upload-queue.ts'
import { badDestination } from './bad-destination.ts'
import type { Connections } from './connections.ts'
import type { Placing } from './placing.ts'
import type { Previews } from './previews.ts'
import { Sequences } from './sequences.ts'
import type { ClientSettings } from './settings.ts'

export interface DestinationsDeps {
  readonly list: ItemList
  readonly queue: Pick<UploadQueue, 'isUnderWay' | 'pump'>
  readonly journal: Journal
  readonly settings: ClientSettings
  readonly connections: Pick<Connections, 'serverIdOf'>
  readonly placing: Placing
  readonly previews: Previews
}

const previewed = 5

export class Destinations {
  readonly #deps: DestinationsDeps

  constructor(deps: DestinationsDeps) {
    this.#deps = deps
  }

  /**
   * Where a batch goes from now on, and other batches of its server that are added later.
   * @throws UploadError `bad-request` for what can't be used, and once files of it were sent; `not-found`
   */
  async set(batchId: string, destination: Destination): Promise<void> {
    const { list, queue, journal, settings, connections } = this.#deps
    const problem = destinationProblem(destination)
    if (problem) throw badDestination(problem)
    if (!list.batch(batchId)) {
      throw new UploadError('not-found', 'This batch is no longer on the list.', {
        facts: { kind: 'batch-off-list' },
      })
    }
    const items = list.select({ batchIds: [batchId] })
    const previews = this.#deps.previews.of(batchId)
    const all = previews ? [...items, ...list.select({ batchIds: [previews.id] })] : items
    if (all.some((item) => hasBegun(item, queue.isUnderWay(item.id)))) throw begun()
    this.#deps.previews.withdraw(batchId)
    list.changeBatch(batchId, { destination })
    this.#deps.placing.forget(batchId)
    const numbers = new Sequences(list)
    list.put(
      items.map((item) => {
        const sequence = destination.template === null ? null : numbers.next(batchId, item.relativePath)
        return { ...item, target: null, sequence }
      }),
    )
    this.#deps.previews.add(batchId, items)
    await journal.save()
    await settings.change({
      destinations: { ...settings.current.destinations, [connections.serverIdOf(batchId)]: destination },
    })
    queue.pump()
  }

  /** @param batchId whose first files are named; null: those of an example */
  async preview(destination: Destination, batchId: string | null): Promise<DestinationPreview> {
    const problem = destinationProblem(destination)
    if (problem) return { problem, names: [] }
    const { list, placing } = this.#deps
    const items = batchId === null ? [] : list.select({ batchIds: [batchId] }).slice(0, previewed)
    if (items.length === 0) {
      return {
        problem,
        names: examples().map((file) => ({ from: file.relativePath, to: pathFor(destination, file) })),
      }
    }
    const numbers = new Sequences(list)
    const named = items.map(async (item) => {
      const sequence = item.sequence ?? numbers.next(item.batchId, item.relativePath)
      return { from: item.relativePath, to: await placing.pathOf({ ...item, sequence }, destination) }
    })
    return { problem, names: await Promise.all(named) }
  }
}

/** Its bytes, or some of them, may be at the server under another name already. */
function hasBegun({ state, taskId, acknowledgedBytes }: UploadItem, isUnderWay: boolean): boolean {
  return isUnderWay || taskId !== null || acknowledgedBytes > 0 || state.status === 'done'
}

function begun(): UploadError {
  const message =
    'Files of this batch were sent already. Its destination can be changed only before it starts.'
  return new UploadError('bad-request', message)
}

/** As a card of today has them. */
function examples(): NamedFile[] {
  const takenAt = new Date().toISOString().slice(0, 19)
  const told = {
    batch: 'EOS_DIGITAL',
    takenAt,
    camera: 'Canon EOS R5',
    lens: 'RF24-70mm F2.8 L',
    serial: '012345',
    rating: 0,
  }
  return ['IMG_0001.CR3', 'IMG_0001.JPG', 'IMG_0002.CR3'].map((name) => ({
    ...told,
    relativePath: `EOS_DIGITAL/DCIM/100CANON/${name}`,
    sequence: name.startsWith('IMG_0001') ? 1 : 2,
  }))
}
