/** What is said about the scrub and the state of the library: over HTTP, and by `photoferry scrub`. */
import type { ScrubReport } from '../../../src/shared/protocol/wire.ts'
import type { Uploads } from '../context.ts'
import type { ScrubProgress } from './scrub.ts'

export async function scrubReport(
  { ledger, library }: Uploads,
  progress: ScrubProgress,
): Promise<ScrubReport> {
  const [totals, damaged] = await Promise.all([ledger.totals(), ledger.damagedFiles()])
  return {
    running: progress.isRunning,
    full: progress.isFull,
    startedAt: timeText(progress.startedAtMs),
    checkedFiles: progress.checkedFiles,
    checkedBytes: progress.checkedBytes,
    failure: progress.failure,
    files: totals.files,
    bytes: totals.bytes,
    damagedFiles: totals.damagedFiles,
    oldestVerification: timeText(totals.oldestVerificationMs),
    damaged: damaged.map((file) => ({
      path: library.toClientPath(file.storedPath),
      damage: file.damage ?? 'bytes',
      since: new Date(file.damagedAtMs ?? 0).toISOString(),
    })),
  }
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
