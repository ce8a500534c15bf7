/** Streams the files of one drop to PhotoFerry, four at once; outlives a restart of PhotoFerry. Knows no DOM. */
import type { DropProgress } from '../../../shared/bridge.ts'

/** A file that could not be handed over, and why. */
export interface Unhanded<Item> {
  readonly item: Item
  readonly reason: string
}

/**
 * What came of one try to hand a file over:
 * - `offline` PhotoFerry went away meanwhile, or is not done with the last try: wait and try again
 * - `gone`    PhotoFerry knows the drop no more (it was restarted): begin anew with what is left
 */
export type PutOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'offline'; readonly reason: string }
  | { readonly kind: 'gone'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

export interface HandOverHost<Item> {
  /** Opens the drop, or opens it anew for what is left. @returns its id */
  begin(files: number): Promise<string>
  /** @param place among the files of this drop, from 0: in this order they enter the queue */
  put(dropId: string, item: Item, place: number): Promise<PutOutcome>
  finish(dropId: string): Promise<void>
  /** Resolves after a pause, once PhotoFerry can be reached. */
  whenOnline(): Promise<void>
}

const atOnce = 4
/** Tries for one file: enough for a restart of PhotoFerry or two in the middle of it. */
const mostTries = 5

/**
 * Hands all items over and answers those that failed; one that fails never stops the others.
 * @throws CommandError when not even the drop could be begun
 */
export async function handOver<Item>(
  items: readonly Item[],
  host: HandOverHost<Item>,
  onProgress: (progress: DropProgress) => void,
): Promise<Unhanded<Item>[]> {
  const unhanded: Unhanded<Item>[] = []
  const underWay = new Set<number>()
  let settled = 0
  let next = 0
  /** Where in the list the drop begins that is being filled. */
  let first = 0
  let drop = host.begin(items.length)
  await drop

  /** All files that find their drop gone share the one that is begun in its place. */
  const replaceDrop = (goneDrop: Promise<string>) => {
    if (drop === goneDrop) {
      first = Math.min(...underWay)
      drop = host.begin(items.length - settled)
    }
    return drop
  }

  const handOne = async (item: Item, index: number) => {
    let reason = ''
    for (let tries = 0; tries < mostTries; tries += 1) {
      const used = drop
      const outcome = await host.put(await used, item, index - first)
      if (outcome.kind === 'ok') return
      reason = outcome.reason
      if (outcome.kind === 'failed') break
      await host.whenOnline()
      if (outcome.kind === 'gone') await replaceDrop(used)
    }
    unhanded.push({ item, reason })
  }

  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      underWay.add(index)
      await handOne(items[index] as Item, index)
      underWay.delete(index)
      settled += 1
      onProgress({ handedOver: settled - unhanded.length, total: items.length })
    }
  }

  onProgress({ handedOver: 0, total: items.length })
  await Promise.all(Array.from({ length: atOnce }, worker))
  await host.finish(await drop)
  return unhanded
}
