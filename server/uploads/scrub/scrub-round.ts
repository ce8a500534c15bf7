/**
 * One round of the scrub: reads the stored files that were checked longest ago, one after the other, and records what it
 * finds with its date. The dates are in the ledger, so a round that was broken off is continued by the next one, also after a
 * restart, and by another server.
 */
import type { Damage, FileRow } from '../../ledger/ledger.ts'
import { ReadingStopped, type Throttle } from '../../storage/throttle.ts'
import type { ScrubbedFile, Uploads } from '../context.ts'
import { checkFile } from '../finishing/check-file.ts'

/** Which files a round checks. */
export interface ScrubScope {
  /** Files that were last checked before, ms since 1970. */
  readonly checkedBeforeMs: number
  /** Files that are gone or cannot be read, and were last checked before, ms since 1970. */
  readonly lostBeforeMs: number
}

interface RoundOptions extends ScrubScope {
  readonly throttle: Throttle
  /** Called as the file that is read grows by so many bytes. */
  onBytes?(bytes: number): void
  onFile(file: ScrubbedFile): void
}

/** So many files in a row that are gone or unreadable mean that the disk is: the others would only be reported in vain. */
const mostLostInARow = 20
/** Files that are stored, or read a second time, while a round lasts. */
const spareFiles = 1_000

/** How a round ended. `lost-sight`: so many files in a row were not there that the round was broken off. */
export type RoundEnd = 'finished' | 'stopped' | 'lost-sight'

/** @throws UploadError `task-busy` while another server scrubs; `server-unreachable` while the store or the ledger is away */
export async function scrubRound(uploads: Uploads, options: RoundOptions): Promise<RoundEnd> {
  const onLost = () => options.throttle.stop()
  const unlock = await uploads.locks.scrub.acquire('all', 0, onLost)
  try {
    return await checkAll(uploads, options)
  } catch (thrown) {
    if (thrown instanceof ReadingStopped) return 'stopped'
    throw thrown
  } finally {
    unlock()
  }
}

async function checkAll(uploads: Uploads, options: RoundOptions): Promise<RoundEnd> {
  let lostInARow = 0
  // A clock that is set back must not make a round read the same files for ever.
  let left = (await uploads.ledger.totals()).files + spareFiles
  while (left > 0) {
    const files = await nextFiles(uploads, options)
    if (files.length === 0) break
    left -= files.length
    for (const file of files) {
      if (options.throttle.isStopped) return 'stopped'
      const result = await checkOne(uploads, file, options)
      // One that was known to be lost says nothing new about the disk.
      const isNews = isLost(result) && file.damage === null
      lostInARow = isNews ? lostInARow + 1 : 0
      if (lostInARow >= mostLostInARow) return 'lost-sight'
    }
  }
  return 'finished'
}

async function nextFiles({ ledger }: Uploads, scope: ScrubScope): Promise<readonly FileRow[]> {
  const lost = await ledger.lostFiles(scope.lostBeforeMs)
  return lost.length > 0 ? lost : ledger.filesToCheck(scope.checkedBeforeMs)
}

async function checkOne(
  uploads: Uploads,
  file: FileRow,
  { throttle, onBytes, onFile }: RoundOptions,
): Promise<ScrubbedFile['result']> {
  let read = 0
  const report = (bytes: number) => {
    onBytes?.(bytes - read)
    read = bytes
  }
  const checked = await checkFile(uploads, file, { onBytes: report, throttle })
  // Somebody is writing to it: it is checked in a later round.
  if (checked.kind === 'unknown') await uploads.ledger.setFileChecked(file.fileId, uploads.now())
  const result = checked.kind === 'damaged' ? checked.damage : checked.kind
  onFile({ result, bytes: file.size })
  return result
}

function isLost(result: ScrubbedFile['result']): result is Damage {
  return result === 'gone' || result === 'unreadable'
}
