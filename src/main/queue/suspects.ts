/**
 * Whether a failure of a connection is one file's own: the files that met such a failure again although others got through,
 * and their marks.
 */
import type { ErrorCode, UploadError } from '../../shared/protocol/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'

/**
 * How far an attempt came at the server: its offer was answered at most, or its bytes were. An answer proves only that
 * requests of the same kind get through: the bytes of a large file may go on over connections that stand, while no offer
 * gets through over a new one.
 */
export type Depth = 'offer' | 'bytes'

/** A file with this many marks has met the failure once, and then so many times again. */
const mostMarks = 3

/**
 * A failure is put down to a file that others overtook as often between two failures of it. Once may be chance: an answer
 * to a request that was sent before a trouble arrives after it began.
 */
const leastOvertaken = 2

/** A failure that only one file meets is put down to it no sooner, ms awake: short troubles happen at the end of a batch too. */
const aloneMs = 30_000

/** What no filter on the way does because of one file, and no server. */
const neverOneFiles: ReadonlySet<ErrorCode> = new Set([
  'server-unreachable',
  'tls-untrusted',
  'certificate-changed',
  'too-many-requests',
  'unauthorized',
  'server-closing',
  'storage-full',
])

export interface SuspectFailure {
  readonly item: UploadItem
  readonly error: UploadError
  readonly depth: Depth
  /** It was the one file that went first after a probe that succeeded. */
  readonly onTrial: boolean
  /** The server acknowledged bytes of it during the attempt. */
  readonly progressed: boolean
  /** How long the connection has been in trouble, ms awake. */
  readonly troubleMs: number
  /** Whether no other file is left to try over this connection. */
  readonly isAlone: () => boolean
}

export interface Judgement {
  /** The marks that the file has now. */
  readonly marks: number
  /** The failure is the file's own. */
  readonly guilty: boolean
}

export class Suspects {
  /** Answers so far that prove a depth. */
  readonly #answers: Record<Depth, number> = { offer: 0, bytes: 0 }
  /** Item -> the answers when it failed last, and how often others got through between two failures of it. */
  readonly #failed = new Map<string, { readonly answers: number; readonly overtaken: number }>()

  onAnswer(depth: Depth): void {
    this.#answers[depth]++
  }

  /** The file has arrived, or is not to be sent any more. */
  forget(itemId: string): void {
    this.#failed.delete(itemId)
  }

  judge(failure: SuspectFailure): Judgement {
    const { item, error, depth, onTrial, progressed } = failure
    const answers = this.#answers[depth]
    const before = progressed ? undefined : this.#failed.get(item.id)
    const overtakenNow = before !== undefined && answers > before.answers
    const overtaken = (before?.overtaken ?? 0) + (overtakenNow ? 1 : 0)
    this.#failed.set(item.id, { answers, overtaken })
    const met = (progressed ? 0 : item.marks) + (onTrial || overtakenNow ? 1 : 0)
    const marks = Math.min(met, mostMarks)
    if (marks < mostMarks || neverOneFiles.has(error.code)) return { marks, guilty: false }
    const isAlone = () => failure.troubleMs >= aloneMs && failure.isAlone()
    return { marks, guilty: overtaken >= leastOvertaken || isAlone() }
  }
}
