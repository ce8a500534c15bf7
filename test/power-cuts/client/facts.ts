/** What the recorded client's person was told, as marks in the log: a power cut after a mark may not take it back. */
import type { Operation } from '../replay/read-log.ts'

/**
 * What an item must be after a power cut:
 * - `going`: on the list, to be sent without anybody's doing, or stored
 * - `paused`, `canceled`: exactly that
 * - `failed`: on the list and not stored
 * - `gone`: not on the list
 */
export type Expected = 'going' | 'paused' | 'canceled' | 'failed' | 'gone'

export type Mark =
  /** A drop was accepted: each of its files (absolute paths) is on the list, or its folder is still to be read. */
  | { readonly kind: 'dropped'; readonly batchId: string; readonly sources: readonly string[] }
  /** A page was told that its file has arrived. */
  | { readonly kind: 'staged'; readonly batchId: string; readonly relativePath: string }
  /** A command on these items begins: from now on each may be what it was or what it will be. */
  | { readonly kind: 'changing'; readonly itemIds: readonly string[] }
  /** A command on these items is done. */
  | { readonly kind: 'changed'; readonly items: Readonly<Record<string, Expected>> }
  /** Items were removed from the list whose receipt lines are kept: stored ones. */
  | { readonly kind: 'receipt'; readonly batchId: string; readonly itemIds: readonly string[] }
  | { readonly kind: 'setting' | 'set'; readonly theme: 'auto' | 'light' | 'dark' }

export interface PlacedMark {
  readonly mark: Mark
  /** So many operations had been done. */
  readonly position: number
}

export function marksIn(operations: readonly Operation[]): PlacedMark[] {
  return operations.flatMap((operation, index) =>
    operation.kind === 'mark'
      ? [{ mark: JSON.parse(Buffer.from(operation.text, 'latin1').toString()) as Mark, position: index + 1 }]
      : [],
  )
}

/** All that holds at one place of the log. */
export interface Facts {
  readonly drops: readonly Extract<Mark, { kind: 'dropped' }>[]
  readonly staged: readonly Extract<Mark, { kind: 'staged' }>[]
  readonly receipts: readonly Extract<Mark, { kind: 'receipt' }>[]
  /** Item -> what it may be. */
  readonly items: ReadonlyMap<string, readonly Expected[]>
  readonly themes: readonly string[]
}

const anything: readonly Expected[] = ['going', 'paused', 'canceled', 'failed', 'gone']

export function factsAt(marks: readonly PlacedMark[], position: number): Facts {
  const drops: Facts['drops'][number][] = []
  const staged: Facts['staged'][number][] = []
  const receipts: Facts['receipts'][number][] = []
  const items = new Map<string, readonly Expected[]>()
  let themes: string[] = ['auto']
  for (const { mark } of marks.filter((one) => one.position <= position)) {
    if (mark.kind === 'dropped') drops.push(mark)
    else if (mark.kind === 'staged') staged.push(mark)
    else if (mark.kind === 'receipt') receipts.push(mark)
    else if (mark.kind === 'changing') for (const id of mark.itemIds) items.set(id, anything)
    else if (mark.kind === 'changed')
      for (const [id, expected] of Object.entries(mark.items)) items.set(id, [expected])
    else if (mark.kind === 'setting') themes.push(mark.theme)
    else themes = [mark.theme]
  }
  return { drops, staged, receipts, items, themes }
}
