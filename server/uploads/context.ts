/** What every use case is given: the two kinds of memory, the limits, and who is at work. */
import type { FileRow, Ledger } from '../ledger/ledger.ts'
import type { Store } from '../storage/store.ts'
import { Activity } from './coordination/activity.ts'
import { type JobEnd, Jobs } from './coordination/jobs.ts'
import { Turns } from './coordination/locks.ts'
import { type Libraries, Library, ledgerWithin } from './library.ts'

interface UploadLimits {
  /** Bytes. */
  readonly maxFileSize: number
  /** Bytes of a chunk, unless a file is so large that it would have too many. */
  readonly chunkSize: number
  /** A task without a sign of life for so long is thrown away, ms. */
  readonly taskExpiryMs: number
  readonly maxOpenTasks: number
  /** How long a request waits for a job or for another request, ms. */
  readonly waitMs: number
}

/** Where operations are told of: one line each, never a secret. */
export interface OperationLog {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export interface UploadParts {
  readonly store: Store
  readonly ledger: Ledger
  readonly limits: UploadLimits
  readonly log: OperationLog
  readonly libraries: Libraries
  /** ms since 1970. */
  now(): number
  /** Told of every file that was verified, or could not be. */
  onJobEnd?(end: JobEnd): void
}

export interface Uploads extends UploadParts {
  /** Which part of the library is meant. */
  readonly library: Library
  readonly activity: Activity
  readonly jobs: Jobs
  /** Counts, by library, of tasks that are being opened and may not be in the ledger yet. */
  readonly openings: Map<string, number>
  /** Verifying a task, publishing it and throwing it away: one of them, and once, at a time. */
  readonly jobTurns: Turns
  /** Offers and publications of the same path come one after the other. */
  readonly pathTurns: Turns
  /** The chunks that tell an announced task's sizes come one after the other. */
  readonly planTurns: Turns
  /** Cleaning up: one server at a time. */
  readonly sweepTurns: Turns
}

/** All chunks of a file may come at once before the first has told its size; connections are bounded anyway. */
const maxWaitingForPlan = 1_000

export function createUploads(parts: UploadParts): Uploads {
  const { claims } = parts.ledger
  return {
    ...parts,
    library: new Library(''),
    activity: new Activity(claims),
    jobs: new Jobs(parts.onJobEnd),
    openings: new Map(),
    jobTurns: new Turns({ kind: 'job', claims }),
    pathTurns: new Turns({ kind: 'path', claims }),
    planTurns: new Turns({ kind: 'plan', claims, maxWaiting: maxWaitingForPlan }),
    sweepTurns: new Turns({ kind: 'sweep', claims }),
  }
}

/** The same uploads as a client sees them that has only this folder of the library; empty for all of it. */
export function uploadsWithin(uploads: Uploads, folder: string): Uploads {
  if (folder === '') return uploads
  const library = new Library(folder)
  return { ...uploads, library, ledger: ledgerWithin(uploads.ledger, library) }
}

/**
 * Whether the stored file is still the one that was recorded. If a person removed or changed it, its row is forgotten,
 * so that nothing is skipped for the sake of content that is not there.
 */
export async function isIntact(uploads: Uploads, file: FileRow): Promise<boolean> {
  const found = await uploads.store.stat(file.storedPath)
  if (found !== undefined && found.size === file.size && found.mtimeMs === file.mtimeMs) return true
  uploads.log.warn(
    { path: file.storedPath },
    found === undefined ? 'stored file is gone' : 'stored file was changed',
  )
  await uploads.ledger.forgetFile(file.fileId)
  return false
}
