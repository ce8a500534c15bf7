/** Looks once more at the sources of files that left the list, and of those of a command, for a receipt. */
import type { ReceiptLine } from '../../shared/history.ts'
import type { Drives } from '../intake/drives.ts'
import { forEachFile } from '../intake/look-again.ts'
import { isSameVersion } from '../intake/source-file.ts'
import { changedSince, type Unstored } from './receipt.ts'
import type { SourceCheck, SourceFound } from './source-check.ts'

export interface LinesLookedAt {
  readonly stored: readonly ReceiptLine[]
  /** Their sources are not what is stored any more. */
  readonly changed: readonly Unstored[]
  /** Item -> line, of those that say something worth keeping. */
  readonly toKeep: ReadonlyMap<string, ReceiptLine>
}

/** Looks at lines; item -> receipt line. Those without a stamp of their source are listed as they are. */
export type LookAtLines = (lines: ReadonlyMap<string, ReceiptLine>) => Promise<LinesLookedAt>

/** Lines are kept by appending: not every receipt of an hour needs all of them again. */
const keptEveryMs = 3_600_000

type LineDrives = Pick<Drives, 'presence' | 'isOnVolume'>

export function lineLooker(drives: LineDrives, sourceCheck: Pick<SourceCheck, 'check'>): LookAtLines {
  return async (lines) => {
    const seen = new Map<string, ReceiptLine>()
    const toKeep = new Map<string, ReceiptLine>()
    const changed = new Map<string, Unstored>()
    await forEachFile([...lines], async ([itemId, line]) => {
      if (line.source === null) return
      const look = await checkLine(line, line.source, drives, sourceCheck)
      if (look.found === 'same') {
        const now = { ...line, source: look.stamp, sourceCheckedAtMs: Date.now(), sourceGone: false }
        seen.set(itemId, now)
        const isDue = now.sourceCheckedAtMs - (line.sourceCheckedAtMs ?? 0) >= keptEveryMs
        // Bytes that were compared once need not be compared for the next receipt.
        if (isDue || !isSameVersion(line.source, look.stamp)) toKeep.set(itemId, now)
      } else if (look.found === 'changed') {
        const { sourcePath, relativePath } = line
        const file = { sourcePath, relativePath, size: look.stamp.size }
        changed.set(itemId, changedSince(file, 'Add it again to upload it.'))
      } else seen.set(itemId, { ...line, sourceGone: true })
    })
    const stored = [...lines].flatMap(([itemId, line]) =>
      changed.has(itemId) ? [] : [seen.get(itemId) ?? line],
    )
    return { stored, changed: [...changed.values()], toKeep }
  }
}

async function checkLine(
  line: ReceiptLine,
  source: NonNullable<ReceiptLine['source']>,
  drives: LineDrives,
  sourceCheck: Pick<SourceCheck, 'check'>,
): Promise<SourceFound> {
  const { sourcePath, relativePath, drive, md5, sha256, converted } = line
  const digests = converted ? null : { md5, sha256 }
  return sourceCheck.check({ sourcePath, relativePath, ...source, digests }, async (freshness) => {
    if (drive) return drives.presence(drive, freshness)
    // Lines of before name no drive: of two cards at one place nobody knows which one it was.
    if (drive === undefined && (await drives.isOnVolume(sourcePath))) return 'unsure'
    return 'there'
  })
}
