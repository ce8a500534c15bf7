/** What every use case is given: the store, the ledger, the limits, and who is working on what. */
import type { Damage, Ledger } from '../ledger/ledger.ts'
import type { Log } from '../monitoring/log.ts'
import type { Store } from '../storage/store.ts'
import { Activity } from './coordination/activity.ts'
import { type JobEnd, Jobs } from './coordination/jobs.ts'
import { Locks } from './coordination/locks.ts'
import { Readings } from './coordination/readings.ts'
import { KnownDigests } from './known-digests.ts'
import { type Libraries, Library, ledgerWithin } from './library.ts'
import { QuotaSums } from './quota-sums.ts'
import { Tails } from './tails.ts'

interface UploadLimits {
  /** Bytes. */
  readonly maxFileSize: number
  /** Bytes of a chunk, unless a file is so large that it would have too many. */
  readonly chunkSize: number
  /** A task without activity for this long is removed, ms. */
  readonly taskExpiryMs: number
  readonly maxOpenTasks: number
  /** A stored file that was last verified longer ago is read again before it stands for bytes, ms. */
  readonly trustVerifiedMs: number
  /** How long a request waits for a job or for another request, ms. */
  readonly waitMs: number
}

/** A stored file that the scrub has read. */
export interface ScrubbedFile {
  /** `unknown`: somebody was writing to it. */
  readonly result: 'verified' | 'unknown' | Damage
  /** Of the file, as it was stored. */
  readonly bytes: number
}

/** Tasks that are being opened, and the bytes of their files. */
export interface Openings {
  tasks: number
  bytes: number
}

interface UploadParts {
  readonly store: Store
  readonly ledger: Ledger
  readonly limits: UploadLimits
  readonly log: Log
  readonly libraries: Libraries
  /** ms since 1970. */
  now(): number
  /** Called for every file that was verified, or could not be. */
  onJobEnd?(end: JobEnd): void
  /** Called for every stored file that the scrub has read. */
  onScrubbed?(file: ScrubbedFile): void
  /** A batch is complete, and a message on it is in the ledger; undefined where nobody is to be told. */
  onBatchComplete?(): void
}

interface UploadLocks {
  /** By task: verifying it, publishing it and removing it happen one at a time. */
  readonly job: Locks
  /** By path: offers and publications of the same path happen one at a time. */
  readonly path: Locks
  /** By task: the chunks that reveal a sizeless upload's plan are placed one at a time. */
  readonly plan: Locks
  /** By task: a file that its client knows by name only is stored once, however many requests bring its last chunks. */
  readonly named: Locks
  /** By batch: its files are named by one request at a time. */
  readonly batch: Locks
  /** One server cleans up at a time. */
  readonly cleanUp: Locks
  /** One server scrubs at a time. */
  readonly scrub: Locks
  /** One server delivers messages at a time. */
  readonly outbox: Locks
}

export interface Uploads extends UploadParts {
  /** The part of the library that the client has. */
  readonly library: Library
  readonly activity: Activity
  readonly jobs: Jobs
  readonly locks: UploadLocks
  /** Stored files of earlier versions that are being read. */
  readonly readings: Readings
  readonly knownDigests: KnownDigests
  /** Of uploads that grow at their end. */
  readonly tails: Tails
  /** By library folder: tasks that are being opened and may not be in the ledger yet. */
  readonly openings: Map<string, Openings>
  readonly quotaSums: QuotaSums
}

/** All chunks of a file may arrive before the first has revealed its size; connections are limited anyway. */
const maxWaitingForPlan = 1_000

export function createUploads(parts: UploadParts): Uploads {
  const { claims } = parts.ledger
  return {
    ...parts,
    library: new Library(''),
    activity: new Activity(claims),
    jobs: new Jobs(parts.onJobEnd),
    locks: {
      job: new Locks({ kind: 'job', claims }),
      path: new Locks({ kind: 'path', claims }),
      plan: new Locks({ kind: 'plan', claims, maxWaiting: maxWaitingForPlan }),
      named: new Locks({ kind: 'named', claims, maxWaiting: maxWaitingForPlan }),
      batch: new Locks({ kind: 'batch', claims }),
      // Named as earlier versions did: servers that share a ledger exclude each other during an upgrade too.
      cleanUp: new Locks({ kind: 'sweep', claims }),
      scrub: new Locks({ kind: 'scrub', claims }),
      outbox: new Locks({ kind: 'outbox', claims }),
    },
    readings: new Readings(),
    knownDigests: new KnownDigests(parts.store, parts.ledger),
    tails: new Tails(),
    openings: new Map(),
    quotaSums: new QuotaSums(),
  }
}

/** The same uploads for a client that has only this folder of the library. @param folder empty for the whole library */
export function uploadsWithin(uploads: Uploads, folder: string): Uploads {
  if (folder === '') return uploads
  const library = new Library(folder)
  return { ...uploads, library, ledger: ledgerWithin(uploads.ledger, library) }
}
