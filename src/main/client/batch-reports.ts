/**
 * Tells the server of each batch: when its first file is sent, and which files of it are stored once nothing is left to do.
 * Whether the batch is complete is for the server to say. No file waits for any of it, and no failure of it is one of a file.
 */
import type { NamedFile } from '../../shared/protocol/batches.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { bundledServerId } from '../../shared/servers.ts'
import { isActive, type UploadItem } from '../../shared/upload.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { isOver } from './batch-end.ts'
import type { Connections } from './connections.ts'
import type { History } from './history.ts'
import { nameAll, namesOf, unstoredOf } from './name-batch.ts'

export interface BatchReportDeps {
  readonly list: ItemList
  readonly connections: Pick<Connections, 'of' | 'serverIdOf'>
  readonly history: Pick<History, 'storedLines'>
  /** Batches of which the end is still to be told, over restarts. */
  readonly untold: { read(): readonly string[]; write(batchIds: readonly string[]): void }
  /** Whether files of the batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  readonly onProblem: (thrown: unknown) => void
}

/** What the server was told of a batch, and what it is still to be told. */
interface Report {
  /** What was announced last; null: not begun yet. */
  announced: { readonly files: number; readonly atMs: number } | null
  running: Promise<void> | null
  /** Failures in a row. */
  failures: number
  /** Not before then, monotonic ms. */
  nextMs: number
}

const lookEveryMs = 500
/** A batch that grows is announced anew so often, ms. */
const announceEveryMs = 10_000
const firstPauseMs = 2_000
const longestPauseMs = 120_000
/** Nobody waits longer for one answer, ms. */
const mostMs = 20_000

export class BatchReports implements ListListener {
  readonly #deps: BatchReportDeps
  /** Of batches that are begun, or to begin, and whose end is not told. */
  readonly #reports = new Map<string, Report>()
  /** Servers of before, which know no batches. */
  readonly #unaware = new WeakSet<ServerApi>()
  readonly #stopping = new AbortController()
  #stopListening: () => void = () => {}
  #timer: NodeJS.Timeout | undefined

  constructor(deps: BatchReportDeps) {
    this.#deps = deps
  }

  /** Begins with what an earlier run could not tell. */
  start(): void {
    const { list, untold } = this.#deps
    this.#stopListening = list.listen(this)
    for (const batchId of untold.read()) if (list.batch(batchId)) this.#open(batchId)
    this.#timer = setInterval(() => this.#lookAtAll(), lookEveryMs).unref()
  }

  /** What could not be told is told by the next run. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopListening()
    this.#stopping.abort()
    await Promise.all([...this.#reports.values()].map(({ running }) => running))
  }

  /** Whether the end of a batch is about to be told: one try is worth waiting for, a server that is away is not. */
  get isDue(): boolean {
    const { list, isReceiving } = this.#deps
    return [...this.#reports].some(([batchId, { failures }]) => {
      if (failures > 0 || this.#apiOf(batchId) === null) return false
      return isOver(list, batchId, isReceiving)
    })
  }

  onItem({ batchId, state }: UploadItem): void {
    const { list, isReceiving } = this.#deps
    if (!this.#reports.has(batchId)) {
      if (isActive(state.status)) this.#open(batchId)
      // A command ends as soon as its last batch is told.
    } else if (isOver(list, batchId, isReceiving)) this.#look(batchId)
  }

  onBatch(): void {}
  onItemRemoved(): void {}

  onBatchRemoved(batchId: string): void {
    if (this.#reports.delete(batchId)) this.#keep()
  }

  #open(batchId: string): void {
    // Of a shoot the originals are told: its previews being there says nothing of it.
    if (this.#deps.list.batch(batchId)?.previewsOf) return
    this.#reports.set(batchId, { announced: null, running: null, failures: 0, nextMs: 0 })
    this.#keep()
    this.#look(batchId)
  }

  #lookAtAll(): void {
    for (const batchId of this.#reports.keys()) this.#look(batchId)
  }

  /** Tells what there is to tell, unless that is under way. */
  #look(batchId: string): void {
    const report = this.#reports.get(batchId)
    const api = this.#apiOf(batchId)
    if (!report || !api || report.running || performance.now() < report.nextMs) return
    const { list, isReceiving } = this.#deps
    const isEnd = isOver(list, batchId, isReceiving)
    if (!isEnd && !this.#isNews(batchId, report)) return
    report.running = this.#tell(batchId, report, api, isEnd)
      .then(() => {
        report.failures = 0
      })
      .catch((thrown: unknown) => this.#onFailure(batchId, report, thrown))
      .finally(() => {
        report.running = null
        // It may have ended while its beginning was told.
        if (report.failures === 0 && !this.#stopping.signal.aborted) this.#look(batchId)
      })
  }

  #isNews(batchId: string, { announced }: Report): boolean {
    if (announced === null) return true
    const files = this.#deps.list.batchTotals(batchId)?.files ?? 0
    return files !== announced.files && performance.now() - announced.atMs >= announceEveryMs
  }

  async #tell(batchId: string, report: Report, api: ServerApi, isEnd: boolean): Promise<void> {
    const { list } = this.#deps
    const batch = list.batch(batchId)
    const totals = list.batchTotals(batchId)
    if (!batch || !totals) return
    if (!isEnd || report.announced === null) {
      const { files, bytesTotal: bytes } = totals
      const begun = await api.beginBatch(
        batchId,
        { name: batchName(batch.name), files, bytes },
        this.#signal(),
      )
      if (!begun) return this.#giveUp(batchId, api)
      report.announced = { files, atMs: performance.now() }
    }
    if (isEnd) await this.#tellEnd(batchId, report, api)
  }

  async #tellEnd(batchId: string, report: Report, api: ServerApi): Promise<void> {
    const { list, connections, history, isReceiving } = this.#deps
    const isBundled = connections.serverIdOf(batchId) === bundledServerId
    const lines = [...(await history.storedLines(batchId)).values()]
    const names: NamedFile[] = namesOf(lines, api.address, isBundled)
    const { failed, leftOut } = unstoredOf(list, batchId)
    // What is stored and cannot be named is none of what the server can vouch for.
    const end = { failed: failed + lines.length - names.length, leftOut }
    try {
      await nameAll(names, end, (page) => api.nameFiles(batchId, page, this.#signal()))
    } catch (thrown) {
      // The server has lost its ledger, or the batch is too old for it.
      if (thrown instanceof UploadError && thrown.code === 'not-found') report.announced = null
      throw thrown
    }
    // A file that changed meanwhile goes again: then its end is still to be told.
    if (!isOver(list, batchId, isReceiving)) return
    this.#reports.delete(batchId)
    this.#keep()
  }

  #giveUp(batchId: string, api: ServerApi): void {
    this.#unaware.add(api)
    this.#reports.delete(batchId)
    this.#keep()
  }

  #onFailure(batchId: string, report: Report, thrown: unknown): void {
    if (this.#stopping.signal.aborted) return
    // What the server refuses, it refuses again.
    if (thrown instanceof UploadError && ['bad-request', 'name-invalid', 'forbidden'].includes(thrown.code)) {
      this.#reports.delete(batchId)
      this.#keep()
      return
    }
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(report.failures, 10))
    report.failures += 1
    report.nextMs = performance.now() + pauseMs
  }

  /** Null while the server can't be asked, or knows no batches. */
  #apiOf(batchId: string): ServerApi | null {
    if (this.#deps.list.batch(batchId)?.unconfirmed !== false) return null
    const { api } = this.#deps.connections.of(batchId)
    return api === null || this.#unaware.has(api) ? null : api
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(mostMs)])
  }

  #keep(): void {
    try {
      this.#deps.untold.write([...this.#reports.keys()])
    } catch (thrown) {
      this.#deps.onProblem(thrown)
    }
  }
}

/** A batch has a name at the server, and none that is too long for it. */
function batchName(name: string): string {
  return name.slice(0, 500) || '…'
}
