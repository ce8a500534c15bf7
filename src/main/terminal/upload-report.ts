/** The result of `photoferry upload`: one JSON object for programs, a few lines for people. */
import { sep } from 'node:path'
import { noneRemoved } from '../../shared/batch.ts'
import type { FeedEvent, ItemRow } from '../../shared/feed.ts'
import { setsOf } from '../../shared/file-sets.ts'
import { type Outcome, outcomeOf } from '../../shared/outcome.ts'
import type { PreparationNote } from '../../shared/preparation.ts'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import { isLeftOut, type UploadStatus, uploadStatuses } from '../../shared/upload.ts'
import type { Client } from '../client/client.ts'
import {
  failureLines,
  type IncompleteSet,
  incompleteLines,
  leftOutLine,
  outcomeLine,
  preparationLines,
  previewLines,
  renamedLines,
  unreadLines,
} from './report-lines.ts'

export interface ReportItem {
  /** Absolute path on this machine. */
  readonly path: string
  readonly relativePath: string
  readonly status: UploadStatus
  /** Bytes that are uploaded: a converted copy's where there is one. */
  readonly size: number
  /** What was done to the file before the upload, such as a conversion; null for nothing. */
  readonly note: PreparationNote | null
  /** MD5, lowercase hex; null for a file that was never hashed. */
  readonly hash: string | null
  /** SHA-256 of the same bytes. */
  readonly sha256: string | null
  readonly url: string | null
  /** When the server last verified the stored bytes, by its clock, ISO 8601; null where it does not say. */
  readonly verifiedAt: string | null
  readonly error: ErrorInfo | null
  /** Path in the drop of the main file of its set; null for a file of its own. */
  readonly set: string | null
}

/** Numbers of files: all but `copies` and `leftOut` add up to `dropped`. */
export interface UploadSummary {
  readonly dropped: number
  /** Stored and verified; files that the server already had are among them. */
  readonly done: number
  /** Of those: converted copies, whose originals were not uploaded. */
  readonly copies: number
  readonly failed: number
  /** Kept at the server too, but without a byte in them. */
  readonly empty: number
  /** Left out by the person's own rules. */
  readonly skipped: number
  /** System files and folders that were left out of the folders; they are in no other number. */
  readonly leftOut: number
  readonly canceled: number
  readonly removed: number
  /** Folders that were not read to their end, each counted as one: nobody knows how many files in them are missing here. */
  readonly unread: number
  /** Their absolute paths. */
  readonly unreadPaths: readonly string[]
  /** Left for the next run by an interruption. */
  readonly unfinished: number
  /** Sets of files that belong together, such as a RAW with its XMP. */
  readonly sets: number
  /** Of those: not all of whose files are stored. */
  readonly incompleteSets: readonly IncompleteSet[]
  /** Of all but the skipped and canceled ones. */
  readonly bytesTotal: number
  /** Small copies that arrive before the originals; they are in no other number, but for `bytesSent`. */
  readonly previews: { readonly stored: number; readonly files: number }
  /** Bytes of file content that this run sent, repeated ones and previews included. */
  readonly bytesSent: number
  readonly seconds: number
  readonly items: readonly ReportItem[]
}

/** Follows the feed from the start of a run, to tell this run's items from those of earlier runs. */
export class UploadReport {
  readonly #client: Client
  readonly #roots: readonly string[]
  readonly #rows = new Map<string, ItemRow>()
  /** Items of this run: of its paths, and whatever an earlier run left unfinished. A drive may change its path meanwhile. */
  readonly #ours = new Set<string>()
  #removed = noneRemoved
  readonly #sentBefore = new Map<string, number>()
  /** Batch id -> system files and folders that were left out of it. */
  readonly #leftOut = new Map<string, number>()
  /** Batches of earlier runs. */
  readonly #earlier = new Set<string>()
  /** True until the feed has listed everything that was in the queue before this run. */
  #listing = true

  /** @param paths absolute paths of this run */
  constructor(client: Client, paths: readonly string[]) {
    this.#client = client
    this.#roots = paths
    client.feed.subscribe((event) => this.#follow(event))
  }

  /** @param seconds duration of the run */
  summarize(seconds: number): UploadSummary {
    const ours = this.#ownRows()
    const sent = ours.filter(({ state }) => !isLeftOut(state.status))
    const sets = setsOfRows(ours)
    const previews = this.#ownWith(true)
    const items = ours.map((row) => this.#item(row, sets.mainOf.get(row.id) ?? null))
    const { dropped, stored: done, copies, notSent, toDo: unfinished } = this.#outcome(ours)
    return {
      dropped,
      done,
      copies,
      ...notSent,
      unreadPaths: this.#client.files.unreadPaths(),
      unfinished,
      leftOut: this.#leftOutOf(ours),
      sets: sets.sets,
      incompleteSets: sets.incomplete,
      bytesTotal: sent.reduce((sum, { size }) => sum + size, 0),
      previews: {
        stored: previews.filter(({ state }) => state.status === 'done').length,
        files: previews.length,
      },
      bytesSent: [...ours, ...previews].reduce((sum, row) => sum + this.#sentNow(row), 0),
      seconds: Math.round(seconds * 1000) / 1000,
      items,
    }
  }

  /** Ids of this run's items. */
  itemIds(): string[] {
    return this.#ownRows().map(({ id }) => id)
  }

  /** Prints the result for people on stderr. */
  print(summary: UploadSummary, interrupted: boolean): void {
    const because = (status: UploadStatus) =>
      summary.items.flatMap(({ relativePath, status: own, error }) =>
        error && own === status ? [{ relativePath, reason: error.message }] : [],
      )
    for (const line of failureLines(because('failed'))) console.error(line)
    for (const line of failureLines(because('waiting'), 'WAITING')) console.error(line)
    for (const line of unreadLines(summary.unreadPaths)) console.error(line)
    if (summary.dropped > 0 || !interrupted) console.error(outcomeLine(summary))
    for (const line of incompleteLines(summary.incompleteSets)) console.error(line)
    for (const line of previewLines(summary.previews)) console.error(line)
    for (const line of preparationLines(summary)) console.error(line)
    for (const line of renamedLines(summary.items)) console.error(line)
    for (const line of leftOutLine(summary.leftOut)) console.error(line)
    if (interrupted) console.error('Interrupted. Run the same command again to resume.')
    else if (summary.failed > 0) console.error('Run the same command again to retry.')
  }

  #follow(event: FeedEvent): void {
    for (const row of event.items) {
      if (!this.#sentBefore.has(row.id)) this.#register(row)
      this.#rows.set(row.id, row)
    }
    for (const itemId of event.removedItemIds) this.#remove(itemId)
    for (const { id, leftOut } of event.batches) {
      this.#leftOut.set(id, leftOut)
      if (this.#listing) this.#earlier.add(id)
    }
    // One that only found what is on the list already: the batch of before has the same system files.
    for (const batchId of event.removedBatchIds) this.#leftOut.delete(batchId)
    this.#listing &&= event.more
  }

  #register(row: ItemRow): void {
    const { sentBytes, sourcePath } = this.#client.files.details(row.id)
    this.#sentBefore.set(row.id, this.#listing ? sentBytes : 0)
    const isLeftOver = this.#listing && (row.state.status === 'queued' || row.state.status === 'waiting')
    const isBelow = (root: string) => sourcePath === root || sourcePath.startsWith(root + sep) || root === sep
    // What is found now was dropped now, also on a card that was pulled out and came back under another path.
    if (!this.#listing || isLeftOver || this.#roots.some(isBelow)) this.#ours.add(row.id)
  }

  /** It is still one of the files that were dropped. */
  #remove(itemId: string): void {
    const row = this.#rows.get(itemId)
    this.#rows.delete(itemId)
    if (row === undefined || row.isPreview || !this.#ours.has(itemId)) return
    const { stored, notStored } = this.#removed
    this.#removed =
      row.state.status === 'done'
        ? { ...this.#removed, stored: stored + 1 }
        : { ...this.#removed, notStored: notStored + 1 }
  }

  #outcome(rows: readonly ItemRow[]): Outcome {
    const counts = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Record<
      UploadStatus,
      number
    >
    for (const { state } of rows) counts[state.status]++
    const isCopy = ({ id, state }: ItemRow) =>
      state.status === 'done' && this.#client.files.details(id).isCopy
    const copies = rows.filter(isCopy).length
    const unread = this.#client.files.unreadPaths().length
    return outcomeOf({ counts, copies, removed: this.#removed, neverArrived: 0, unread })
  }

  /** Of the batches of this run, and of earlier ones whose files belong to it too. */
  #leftOutOf(ours: readonly ItemRow[]): number {
    const batches = new Set(ours.map(({ batchId }) => batchId))
    const counts = [...this.#leftOut].filter(([id]) => batches.has(id) || !this.#earlier.has(id))
    return counts.reduce((sum, [, count]) => sum + count, 0)
  }

  #ownRows(): ItemRow[] {
    return this.#ownWith(false)
  }

  /** @param previews those that are previews, or all others */
  #ownWith(previews: boolean): ItemRow[] {
    return [...this.#rows.values()]
      .filter(({ id, isPreview }) => isPreview === previews && this.#ours.has(id))
      .sort((a, b) => a.order - b.order)
  }

  #sentNow(row: ItemRow): number {
    return this.#client.files.details(row.id).sentBytes - (this.#sentBefore.get(row.id) ?? 0)
  }

  #item(row: ItemRow, set: string | null): ReportItem {
    const { state } = row
    const { sourcePath, md5, sha256, confirmed } = this.#client.files.details(row.id)
    const verifiedAtMs = confirmed?.verifiedAtMs ?? null
    return {
      path: sourcePath,
      relativePath: row.relativePath,
      status: state.status,
      size: row.size,
      note: row.note,
      hash: md5,
      sha256,
      url: state.status === 'done' ? state.url : null,
      verifiedAt: verifiedAtMs === null ? null : new Date(verifiedAtMs).toISOString(),
      error: state.status === 'failed' || state.status === 'waiting' ? state.error : null,
      set,
    }
  }
}

/** The sets of a run: those of each of its batches. */
function setsOfRows(rows: readonly ItemRow[]) {
  const mainOf = new Map<string, string>()
  const incomplete: IncompleteSet[] = []
  let sets = 0
  for (const own of Map.groupBy(rows, ({ batchId }) => batchId).values()) {
    for (const members of setsOf(own, ({ relativePath }) => relativePath)) {
      const main = members[0]?.relativePath ?? ''
      for (const { id } of members) mainOf.set(id, main)
      const count = (status: UploadStatus) => members.filter(({ state }) => state.status === status).length
      const [stored, skipped] = [count('done'), count('skipped')]
      sets += 1
      if (stored < members.length) incomplete.push({ main, stored, skipped, files: members.length })
    }
  }
  return { sets, incomplete, mainOf }
}
