/** Numbers the pictures of a batch, in the order in which they are found: the files of one picture have the same number. */
import { suffixOf } from '../../shared/destination.ts'
import type { ItemList } from '../queue/item-list.ts'

interface Counter {
  last: number
  /** Folder and name without extension -> number. */
  readonly numbers: Map<string, number>
}

export class Sequences {
  readonly #list: ItemList
  readonly #counters = new Map<string, Counter>()

  constructor(list: ItemList) {
    this.#list = list
  }

  /** @param relativePath inside the drop @returns from 1 */
  next(batchId: string, relativePath: string): number {
    const counter = this.#counterOf(batchId)
    const picture = pictureOf(relativePath)
    const known = counter.numbers.get(picture)
    if (known !== undefined) return known
    counter.last += 1
    counter.numbers.set(picture, counter.last)
    return counter.last
  }

  /** Reading may have begun before a restart. */
  #counterOf(batchId: string): Counter {
    const known = this.#counters.get(batchId)
    if (known) return known
    const numbers = new Map<string, number>()
    let last = 0
    for (const { relativePath, sequence } of this.#list.select({ batchIds: [batchId] })) {
      if (sequence === null) continue
      numbers.set(pictureOf(relativePath), sequence)
      last = Math.max(last, sequence)
    }
    const counter = { last, numbers }
    this.#counters.set(batchId, counter)
    return counter
  }
}

function pictureOf(relativePath: string): string {
  return relativePath.slice(0, relativePath.length - suffixOf(relativePath).length)
}
