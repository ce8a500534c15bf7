/** The result of `photoferry upload`: one JSON object for programs, a few lines for people. */
import { sep } from 'node:path'
import type { FeedEvent, ItemRow } from '../../shared/feed.ts'
import type { PreparationNote } from '../../shared/preparation.ts'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import type { UploadStatus } from '../../shared/upload.ts'
import type { Client } from '../client/client.ts'
import { failureLines, leftOutLine, outcomeLine, preparationLines, renamedLines } from './report-lines.ts'

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
  readonly error: ErrorInfo | null
}

export interface UploadSummary {
  /** Number of files, like `failed` and `skipped`; files that the server already had count as done. */
  readonly done: number
  readonly failed: number
  /** Neither done nor failed: canceled, or left for the next run by an interruption. */
  readonly skipped: number
  /** System files and folders that were left out of the folders; they are in no other number. */
  readonly leftOut: number
  readonly bytesTotal: number
  /** Bytes of file content that this run sent, repeated ones included. */
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
  readonly #ourIds = new Set<string>()
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
    const ours = this.#ours()
    const done = ours.filter(({ state }) => state.status === 'done').length
    const failed = ours.filter(({ state }) => state.status === 'failed').length
    return {
      done,
      failed,
      skipped: ours.length - done - failed,
      leftOut: this.#leftOutOf(ours),
      bytesTotal: ours.reduce((sum, { size }) => sum + size, 0),
      bytesSent: ours.reduce((sum, row) => sum + this.#sentNow(row), 0),
      seconds: Math.round(seconds * 1000) / 1000,
      items: ours.map((row) => this.#item(row)),
    }
  }

  /** Ids of this run's items. */
  itemIds(): string[] {
    return this.#ours().map(({ id }) => id)
  }

  /** Prints the result for people on stderr. */
  print(summary: UploadSummary, interrupted: boolean): void {
    const failures = summary.items.flatMap(({ relativePath, error }) =>
      error ? [{ relativePath, reason: error.message }] : [],
    )
    for (const line of failureLines(failures)) console.error(line)
    if (summary.items.length > 0 || !interrupted)
      console.error(outcomeLine({ ...summary, files: summary.items.length }))
    for (const line of preparationLines(summary.items)) console.error(line)
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
    for (const itemId of event.removedItemIds) this.#rows.delete(itemId)
    for (const { id, leftOut } of event.batches) {
      this.#leftOut.set(id, leftOut)
      if (this.#listing) this.#earlier.add(id)
    }
    this.#listing &&= event.more
  }

  #register(row: ItemRow): void {
    this.#sentBefore.set(row.id, this.#listing ? this.#client.files.details(row.id).sentBytes : 0)
    const isLeftOver = this.#listing && (row.state.status === 'queued' || row.state.status === 'waiting')
    if (isLeftOver || this.#isBelowRoot(row.id)) this.#ourIds.add(row.id)
  }

  /** Of the batches of this run, and of earlier ones whose files belong to it too. */
  #leftOutOf(ours: readonly ItemRow[]): number {
    const batches = new Set(ours.map(({ batchId }) => batchId))
    const counts = [...this.#leftOut].filter(([id]) => batches.has(id) || !this.#earlier.has(id))
    return counts.reduce((sum, [, count]) => sum + count, 0)
  }

  #ours(): ItemRow[] {
    return [...this.#rows.values()].filter(({ id }) => this.#ourIds.has(id)).sort((a, b) => a.order - b.order)
  }

  #isBelowRoot(itemId: string): boolean {
    const { sourcePath } = this.#client.files.details(itemId)
    return this.#roots.some(
      (root) => sourcePath === root || sourcePath.startsWith(root + sep) || root === sep,
    )
  }

  #sentNow(row: ItemRow): number {
    return this.#client.files.details(row.id).sentBytes - (this.#sentBefore.get(row.id) ?? 0)
  }

  #item(row: ItemRow): ReportItem {
    const { state } = row
    const { sourcePath, md5, sha256 } = this.#client.files.details(row.id)
    return {
      path: sourcePath,
      relativePath: row.relativePath,
      status: state.status,
      size: row.size,
      note: row.note,
      hash: md5,
      sha256,
      url: state.status === 'done' ? state.url : null,
      error: state.status === 'failed' || state.status === 'waiting' ? state.error : null,
    }
  }
}
