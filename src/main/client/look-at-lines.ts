/** Looks once more at the sources of files that left the list, for a receipt. */
import type { ReceiptLine } from '../../shared/history.ts'
import { forEachFile, lookAgain } from '../intake/look-again.ts'
import { changedSince, type Unstored } from './receipt.ts'

export interface LinesLookedAt {
  readonly stored: readonly ReceiptLine[]
  /** Their sources are not what is stored any more. */
  readonly changed: readonly Unstored[]
  /** Item -> line, of those that say something worth keeping. */
  readonly toKeep: ReadonlyMap<string, ReceiptLine>
}

/** Lines are kept by appending: not every receipt of an hour needs all of them again. */
const keptEveryMs = 3_600_000

/** @param lines item -> receipt line; those without a stamp of their source are listed as they are */
export async function lookAtLines(lines: ReadonlyMap<string, ReceiptLine>): Promise<LinesLookedAt> {
  const seen = new Map<string, ReceiptLine>()
  const toKeep = new Map<string, ReceiptLine>()
  const changed = new Map<string, Unstored>()
  await forEachFile([...lines], async ([itemId, line]) => {
    if (line.source === null) return
    const { sourcePath, relativePath, source } = line
    const look = await lookAgain({ sourcePath, relativePath, ...source })
    if (look.found === 'same') {
      const now = { ...line, sourceCheckedAtMs: Date.now(), sourceGone: false }
      seen.set(itemId, now)
      if (now.sourceCheckedAtMs - (line.sourceCheckedAtMs ?? 0) >= keptEveryMs) toKeep.set(itemId, now)
    } else if (look.found === 'changed') {
      const { size } = look.stamp
      changed.set(itemId, changedSince({ sourcePath, relativePath, size }, 'Add it again to upload it.'))
    } else seen.set(itemId, { ...line, sourceGone: true })
  })
  const stored = [...lines].flatMap(([itemId, line]) =>
    changed.has(itemId) ? [] : [seen.get(itemId) ?? line],
  )
  return { stored, changed: [...changed.values()], toKeep }
}
