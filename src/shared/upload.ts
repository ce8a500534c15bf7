/**
 * An item: one file on its way to the server, the states it can be in and the moves between them.
 */
import { z } from 'zod'
import { payloadFactsSchema, preparationNoteSchema } from './preparation.ts'
import { presetSchema } from './presets.ts'
import { errorFactsSchema } from './protocol/error-facts.ts'
import { errorCodes, failureKinds } from './protocol/errors.ts'
import { skipReasonSchema } from './skip-rules.ts'

const errorInfoSchema = z
  .object({
    code: z.enum(errorCodes),
    message: z.string(),
    // Facts that only another version knows are no reason to lose the file that they belong to.
    facts: errorFactsSchema.optional().catch(undefined),
  })
  .readonly()
const bytesSchema = z.int().nonnegative()

/** What the server confirmed of a file. */
const confirmation = {
  /** MD5 of the stored bytes as the server computed it, lowercase hex. */
  md5: z.string(),
  /** SHA-256 of the stored bytes as the server computed it, lowercase hex; absent where a server of before knows none. */
  sha256: z.string().optional(),
  /** Its address at the server, absolute URL. */
  url: z.string(),
  finishedAtMs: z.number(),
  /** When it was durable by the server's clock; absent where the server already had the file. */
  storedAtMs: z.number().optional(),
  /** When the server last verified the stored bytes, by its clock; absent where a server of before does not say. */
  verifiedAtMs: z.number().optional(),
}

/**
 * The state of an item; data exists only in the states where it is true.
 * All `…Bytes` are bytes, all times are ms since 1970.
 */
const itemStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('queued') }),
  /** A payload is being made from the original. */
  z.object({ status: z.literal('preparing') }),
  z.object({ status: z.literal('hashing'), hashedBytes: bytesSchema }),
  z.object({ status: z.literal('uploading') }),
  /**
   * All bytes are at the server, which compares size and digests and makes the file durable; or it reads a stored file to
   * learn whether it is the same as this one.
   */
  z.object({ status: z.literal('verifying') }),
  z.object({ status: z.literal('paused') }),
  /** Continues by itself at `untilMs`, or, where that is null, when its connection or its drive is back. */
  z.object({ status: z.literal('waiting'), error: errorInfoSchema, untilMs: z.number().nullable() }),
  z.object({ status: z.literal('done'), ...confirmation }),
  /** As `done`, but the file has no byte in it: most likely it is damaged, so nobody may count it as stored. */
  z.object({ status: z.literal('empty'), ...confirmation }),
  z.object({ status: z.literal('failed'), error: errorInfoSchema }),
  z.object({ status: z.literal('canceled') }),
  /** Not sent because of one of the person's rules; sent all the same when it is retried. */
  z.object({ status: z.literal('skipped'), reason: skipReasonSchema }),
])

/** The union of states, distinguished by `status`. */
export type ItemState = z.infer<typeof itemStateSchema>
/** Every status an item can have. */
export type UploadStatus = ItemState['status']

/** Why a file is not stored although nothing more will happen to it by itself. */
export type NotSentStatus = 'skipped' | 'canceled' | 'empty' | 'failed'

/** What a status means to the queue. A new status must choose, or it does not compile. */
interface StatusMeaning {
  /** A stage is working on the item right now. */
  readonly active: boolean
  /** It will be sent without anybody's doing: neither paused nor finished. */
  readonly pending: boolean
  /** Where a file in this status is counted: each stands in one place, so that the places add up. */
  readonly counted: 'to-do' | 'stored' | NotSentStatus
}

const meanings: Readonly<Record<UploadStatus, StatusMeaning>> = {
  queued: { active: false, pending: true, counted: 'to-do' },
  preparing: { active: true, pending: true, counted: 'to-do' },
  hashing: { active: true, pending: true, counted: 'to-do' },
  uploading: { active: true, pending: true, counted: 'to-do' },
  verifying: { active: true, pending: true, counted: 'to-do' },
  paused: { active: false, pending: false, counted: 'to-do' },
  waiting: { active: false, pending: true, counted: 'to-do' },
  done: { active: false, pending: false, counted: 'stored' },
  empty: { active: false, pending: false, counted: 'empty' },
  failed: { active: false, pending: false, counted: 'failed' },
  canceled: { active: false, pending: false, counted: 'canceled' },
  skipped: { active: false, pending: false, counted: 'skipped' },
}

/** Every status, in the order of a file's journey. */
export const uploadStatuses = Object.keys(meanings) as readonly UploadStatus[]

/** Failed attempts that an item remembers. */
export const attemptsKept = 10

/** What the journal keeps of one file. */
export const uploadItemSchema = z.object({
  id: z.string().min(1),
  batchId: z.string().min(1),
  /** Position in its batch: rises with every item ever added to this journal. */
  order: z.int().nonnegative(),
  /** 0, or less for files that were moved to the top of the queue: the lowest is sent first. */
  rank: z.int().max(0).default(0),
  /**
   * Absolute path of the file on this machine. Empty where there is none: a page skipped the file and sent only its name,
   * see `isNameOnly`.
   */
  sourcePath: z.string(),
  /**
   * Where its folder really lay when it was read: absolute, empty where `sourcePath` has no link on the way to it. Null where
   * that is not known: in older journals, and of inbox copies.
   */
  realFolder: z.string().nullable().default(null),
  /** Path in the library, parts joined by `/`, spelled exactly as on disk. */
  relativePath: z.string(),
  /** Path that the original gets at the server by its batch's destination, once it is known; null: `relativePath`. */
  target: z.string().nullable().default(null),
  /** Number of its picture in the batch, from 1; null where no name is made of it. */
  sequence: z.int().positive().nullable().default(null),
  /** The person wants it beside a file that has its name, although its batch keeps one file of a name. */
  keepBoth: z.boolean().default(false),
  size: bytesSchema,
  /** The source's modification time when `size` was read, ms since 1970. */
  mtimeMs: z.number(),
  /** Its change time then, ms since 1970; null where it is not known: in older journals, and where it is not kept. */
  ctimeMs: z.number().nullable().default(null),
  /** Its number on its file system then, in decimal; null as for `ctimeMs`. */
  inode: z.string().nullable().default(null),
  /** When this very version of the source was first seen, ms since 1970; null in older journals. */
  seenAtMs: z.number().nullable().default(null),
  /** When the source was last seen to be the version that is sent, or stored, ms since 1970; null before that. */
  checkedAtMs: z.number().nullable().default(null),
  /** Whether that was a look for a receipt while files of its batch were still to do: before the batch is over, another follows. */
  checkedEarly: z.boolean().default(false),
  /** Whether the source was no longer there when it was to be looked at again. */
  sourceGone: z.boolean().default(false),
  /** When the source was found to have changed since it was stored, ms since 1970; null once it is stored as it is now. */
  changedAtMs: z.number().nullable().default(null),
  /** True for an inbox copy, which the queue owns and deletes once it is done or canceled (dropped onto the page). */
  staged: z.boolean(),
  /** Automatic retries since the last progress. */
  attempts: z.int().nonnegative(),
  /** How often it met a failure of its connection again although requests got through; acknowledged bytes clear them. */
  marks: z.int().nonnegative().default(0),
  /** A small copy for looking at is sent, and the original by another item: it never stands for the original. */
  isPreview: z.boolean().default(false),
  /** How it is converted before it is sent; null: it is uploaded as it is. */
  preset: presetSchema.readonly().nullable().default(null),
  /** The copy of the source as it was at `size` and `mtimeMs`; null: there is none, or none yet. */
  payload: payloadFactsSchema.readonly().nullable().default(null),
  /** What its preset did; null: nothing yet. */
  note: preparationNoteSchema.readonly().nullable().default(null),
  /** MD5 of the bytes to be sent: of the payload, or of the source as it was at `size` and `mtimeMs`; a hint that saves hashing twice. */
  md5: z.string().nullable(),
  /** SHA-256 of the same bytes; null in older journals. */
  sha256: z.string().nullable().default(null),
  /** How far hashing of a very large file got, so that a restart resumes there; see main/hashing/hash-worker.ts. */
  hashCheckpoint: z
    .object({ hashedBytes: bytesSchema, state: z.string(), sha256State: z.string() })
    .nullable()
    // Older journals have no state of SHA-256 in it: hashing begins anew.
    .catch(null),
  /** The server's task for it, as last known; a hint that lets a cancel clean up. */
  taskId: z.string().nullable(),
  /** Bytes that the server has acknowledged, as last known; never what was merely handed to the network. */
  acknowledgedBytes: bytesSchema,
  /** Bytes of this file that were sent so far, repeated ones included. */
  sentBytes: bytesSchema,
  /** The last attempts that failed, oldest first. */
  failedAttempts: z
    .array(z.object({ atMs: z.number(), error: errorInfoSchema }).readonly())
    .max(attemptsKept)
    .default([]),
  /** When it was added; null in older journals. */
  addedAtMs: z.number().nullable().default(null),
  /** When the first attempt started; null before that. */
  startedAtMs: z.number().nullable().default(null),
  state: itemStateSchema,
})

/** One file on its way; replaced, never changed in place. */
export type UploadItem = Readonly<z.infer<typeof uploadItemSchema>>

const active = uploadStatuses.filter((status) => meanings[status].active)
const leavingWork = ['queued', 'paused', 'waiting', 'done', 'empty', 'failed', 'canceled', 'skipped'] as const

/**
 * Status -> the statuses that may follow. What is finished is left only by sending the file anew; and what was stopped while
 * its last bytes were on their way may turn out to be stored.
 */
const moves: Readonly<Record<UploadStatus, readonly UploadStatus[]>> = {
  queued: [...active, ...leavingWork],
  preparing: [...active, ...leavingWork],
  hashing: [...active, ...leavingWork],
  // The server may ask for the digests of a file that is offered, or that is being sent.
  uploading: ['hashing', 'uploading', 'verifying', ...leavingWork],
  verifying: ['hashing', 'uploading', 'verifying', ...leavingWork],
  paused: ['queued', 'canceled', 'done', 'empty'],
  waiting: ['queued', 'paused', 'waiting', 'failed', 'canceled'],
  failed: ['queued', 'canceled', 'done', 'empty'],
  done: ['queued'],
  empty: ['queued'],
  canceled: ['queued', 'done', 'empty'],
  skipped: ['queued'],
}

/**
 * The item with its next state.
 * @throws Error when the table has no such move: a bug of the caller, never a condition of the world
 */
export function transition(item: UploadItem, next: ItemState): UploadItem {
  if (!moves[item.state.status].includes(next.status)) {
    throw new Error(`Illegal move of ${item.id}: ${item.state.status} -> ${next.status}`)
  }
  return { ...item, state: next }
}

/** Its path at the server, unless its name is taken there: the copy's, or the original's where there is no copy (yet). */
export function libraryPathOf({ payload, target, relativePath }: UploadItem): string {
  return payload?.relativePath ?? target ?? relativePath
}

/** What a preview has, about, before it is made; bytes. */
const usualPreviewBytes = 500_000

/** Bytes to send for it: the copy's, or the original's where there is no copy (yet); of a preview that is not made yet, a guess. */
export function bytesToSend({ payload, size, isPreview }: UploadItem): number {
  return payload?.size ?? (isPreview ? Math.min(size, usualPreviewBytes) : size)
}

/** Whether it waits for its file to stand still. */
export function isMoving({ state }: Pick<UploadItem, 'state'>): boolean {
  return state.status === 'waiting' && failureKinds[state.error.code].recovery === 'stand-still'
}

/** Whether the server has confirmed what was sent for it, even if that is no byte. */
export function hasArrived(state: ItemState): state is Extract<ItemState, { status: 'done' | 'empty' }> {
  return state.status === 'done' || state.status === 'empty'
}

/**
 * Whether its source must be looked at again before its batch counts as finished. An inbox copy has no source to look at;
 * a file that an earlier version of PhotoFerry stored has an end already.
 */
export function isUnchecked(item: UploadItem): boolean {
  const { state, staged, checkedAtMs, checkedEarly, sourceGone, seenAtMs } = item
  if (!hasArrived(state) || staged || sourceGone || seenAtMs === null) return false
  return checkedEarly || (checkedAtMs ?? 0) <= state.finishedAtMs
}

/** Whether nothing but its name and size came to this machine: it can't be sent. */
export function isNameOnly({ staged, sourcePath }: Pick<UploadItem, 'staged' | 'sourcePath'>): boolean {
  return staged && sourcePath === ''
}

export const isActive = (status: UploadStatus): boolean => meanings[status].active
/** Nothing more will happen to it, by itself or by resuming. */
export const isFinished = (status: UploadStatus): boolean => meanings[status].counted !== 'to-do'
export const isPending = (status: UploadStatus): boolean => meanings[status].pending

/** Whether the item waits for its drive. */
export function isParked(state: ItemState): state is Extract<ItemState, { status: 'waiting' }> {
  return state.status === 'waiting' && failureKinds[state.error.code].recovery === 'park'
}

export const countedAs = (status: UploadStatus): StatusMeaning['counted'] => meanings[status].counted
/** Finished, and nothing is wrong that the person might still put right: it is removed with the finished files. */
export const isOver = (status: UploadStatus): boolean => isFinished(status) && countedAs(status) !== 'failed'

/** Nobody wants it sent: its bytes are in no sum. */
export function isLeftOut(status: UploadStatus): boolean {
  const counted = countedAs(status)
  return counted === 'canceled' || counted === 'skipped'
}
