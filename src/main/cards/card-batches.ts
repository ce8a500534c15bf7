/** What the list knows of the files of a card: which batches they are in, what of them is left, and why one is not stored. */
import type { DropRoot } from '../../shared/batch.ts'
import type { UnsafeReason } from '../../shared/cards.ts'
import { countedAs, hasArrived, isFinished, type UploadItem } from '../../shared/upload.ts'
import { hasSameContentTime } from '../intake/source-file.ts'
import type { ItemList } from '../queue/item-list.ts'
import { likeness, type Volume } from '../volumes/volume.ts'
import type { CardContent, CardFile } from './walk-card.ts'

export interface CardBatchesDeps {
  readonly list: ItemList
  /** Whether nothing of a batch will be sent any more, and its sources were looked at again. */
  readonly isOver: (batchId: string) => boolean
  /** The dropped folder or drive that an item lies in. */
  readonly rootOf: (item: UploadItem) => DropRoot | undefined
}

export class CardBatches {
  readonly #deps: CardBatchesDeps

  constructor(deps: CardBatchesDeps) {
    this.#deps = deps
  }

  /** Ids of the batches that hold files of a card, in the order of the list. */
  of(volume: Volume): string[] {
    const { list } = this.#deps
    const isOn = (batchId: string) =>
      list.batch(batchId)?.previewsOf === null &&
      list.batch(batchId)?.drives.some((root) => isSame(root, volume)) === true
    return [...list.batchIds()].filter(isOn)
  }

  /** How many files of a card are still to be sent; null where no batch of it goes on. */
  left(volume: Volume): number | null {
    const { list, isOver } = this.#deps
    const open = this.of(volume).filter((batchId) => !isOver(batchId))
    if (open.length === 0) return null
    const toDo = list.select({ batchIds: open }).filter(({ state }) => !isFinished(state.status))
    return toDo.length
  }

  /** Why a file is not stored that the server lacks. */
  reasonFor(file: CardFile, volume: Volume): UnsafeReason {
    const item = this.#itemOf(file, volume)
    if (item === undefined) return 'not-stored'
    if (!hasArrived(item.state)) return this.#saidBy(item) ?? 'not-stored'
    if (item.payload !== null) return 'copy-only'
    return hasSameContentTime(item, file) ? 'lost' : 'changed'
  }

  /** Path -> why it is not stored, of the files of which the list says so; a check would read all bytes in vain. */
  known(content: CardContent, volume: Volume): Map<string, UnsafeReason> {
    const reasons = content.files.flatMap((file) => {
      const item = this.#itemOf(file, volume)
      const reason = item && this.#saidBy(item)
      return reason ? [[file.path, reason] as const] : []
    })
    return new Map(reasons)
  }

  #saidBy({ state, payload }: UploadItem): UnsafeReason | null {
    const counted = countedAs(state.status)
    if (counted === 'stored') return payload === null ? null : 'copy-only'
    return counted === 'to-do' ? null : counted
  }

  /** Another card may have had its files at the same paths. */
  #itemOf({ sourcePath }: CardFile, volume: Volume): UploadItem | undefined {
    const { list, rootOf } = this.#deps
    const item = list.bySource(sourcePath)
    const root = item && rootOf(item)
    return root && isSame(root, volume) ? item : undefined
  }
}

function isSame(root: DropRoot, volume: Volume): boolean {
  const alike = likeness(root.id, volume.id)
  return alike === 'same' || (alike === 'unsure' && root.mountPoint === volume.mountPoint)
}
