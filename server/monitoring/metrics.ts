/** The server's metrics for Prometheus: counts and times of this process, never a name, a path or a token. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ErrorCode } from '../../src/shared/protocol/errors.ts'
import type { Damage, Ledger } from '../ledger/ledger.ts'
import type { Store } from '../storage/store.ts'

/** A request that was answered or cut off. */
interface AnsweredRequest {
  readonly method: string
  /** The template of its route, such as `/api/task/:taskId`; undefined when no route matched. */
  readonly route: string | undefined
  /** Undefined when the connection was lost before the answer was complete. */
  readonly status: number | undefined
  readonly seconds: number
  /** Bytes received for it, including headers. */
  readonly receivedBytes: number
  /** The library folder of the client; undefined when the request was not let in. */
  readonly library: string | undefined
}

/** A verification that ended, well or not. */
interface EndedVerification {
  readonly seconds: number
  /** Why it failed; undefined when the file is stored. */
  readonly code: ErrorCode | undefined
  /** The library folder of the file; empty when it is in no token's folder. */
  readonly library: string
}

/** A stored file that the scrub has read. */
interface ScrubbedFile {
  readonly result: 'verified' | 'unknown' | Damage
  readonly bytes: number
}

/** Counted since this process started. */
interface Totals {
  /** Over HTTP, including headers. */
  receivedBytes: number
  finishedUploads: number
  failedUploads: number
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Histogram({
    name: 'photoferry_http_request_seconds',
    help: 'Time from receiving a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [this.#registry],
  })
  readonly #received = new Counter({
    name: 'photoferry_received_bytes_total',
    help: 'Bytes received over HTTP, including headers.',
    registers: [this.#registry],
  })
  readonly #finished = new Counter({
    name: 'photoferry_uploads_finished_total',
    help: 'Uploads verified and stored.',
    registers: [this.#registry],
  })
  readonly #failed = new Counter({
    name: 'photoferry_uploads_failed_total',
    help: 'Failed verifications, by error code; the client may try again.',
    labelNames: ['code'],
    registers: [this.#registry],
  })
  readonly #verification = new Histogram({
    name: 'photoferry_verification_seconds',
    help: 'Time to verify and publish one file.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600],
    registers: [this.#registry],
  })
  readonly #scrubbed = new Counter({
    name: 'photoferry_scrubbed_files_total',
    help: 'Stored files that the scrub has checked, by result: verified, or what is wrong with them.',
    labelNames: ['result'],
    registers: [this.#registry],
  })
  readonly #scrubbedBytes = new Counter({
    name: 'photoferry_scrubbed_bytes_total',
    help: 'Bytes of the stored files that the scrub found to be right.',
    registers: [this.#registry],
  })
  /** By library folder; the empty one is the whole library. */
  readonly #totals = new Map<string, Totals>()

  constructor(store: Store, ledger: Ledger) {
    this.#addGauges(store, ledger)
  }

  #addGauges(store: Store, ledger: Ledger): void {
    const registers = [this.#registry]
    const totals = shared(() => ledger.totals())
    new Gauge({
      name: 'photoferry_uploads_open',
      help: 'Unfinished uploads.',
      registers,
      async collect() {
        this.set(await ledger.countOpenTasks())
      },
    })
    new Gauge({
      name: 'photoferry_damaged_files',
      help: 'Stored files that were found to be damaged and have not been replaced yet.',
      registers,
      async collect() {
        this.set((await totals()).damagedFiles)
      },
    })
    new Gauge({
      name: 'photoferry_oldest_verification_timestamp_seconds',
      help: "The oldest of the stored files' last verifications, seconds since 1970; absent without files.",
      registers,
      async collect() {
        const { oldestVerificationMs } = await totals()
        if (oldestVerificationMs === null) this.remove()
        else this.set(oldestVerificationMs / 1000)
      },
    })
    new Gauge({
      name: 'photoferry_free_bytes',
      help: 'Bytes that can still be stored, without the reserve; absent when unknown.',
      registers,
      async collect() {
        const bytes = await store.freeBytes()
        if (bytes < Number.MAX_SAFE_INTEGER) this.set(bytes)
        // Not reset, which would say that there are 0.
        else this.remove()
      },
    })
  }

  /** @param library a token's folder; empty for the whole library */
  totalsOf(library: string): Readonly<Totals> {
    return { ...this.#of(library) }
  }

  /** Only tokens bring folders, so there are few. */
  #of(library: string): Totals {
    const totals = this.#totals.get(library) ?? { receivedBytes: 0, finishedUploads: 0, failedUploads: 0 }
    this.#totals.set(library, totals)
    return totals
  }

  /** Counts a request. Labels come from short lists only, whatever a client sends. */
  answered({ method, route, status, seconds, receivedBytes, library }: AnsweredRequest): void {
    const labels = {
      method: methods.has(method) ? method : 'other',
      route: route ?? 'none',
      status: status ?? 'cut off',
    }
    this.#requests.observe(labels, seconds)
    this.#received.inc(receivedBytes)
    this.#count('receivedBytes', library, receivedBytes)
  }

  verified({ seconds, code, library }: EndedVerification): void {
    this.#verification.observe(seconds)
    if (code === undefined) {
      this.#finished.inc()
      this.#count('finishedUploads', library)
    } else {
      this.#failed.inc({ code })
      this.#count('failedUploads', library)
    }
  }

  scrubbed({ result, bytes }: ScrubbedFile): void {
    this.#scrubbed.inc({ result })
    if (result === 'verified') this.#scrubbedBytes.inc(bytes)
  }

  /** Counts for the whole library and for the folder. */
  #count(what: keyof Totals, library: string | undefined, by = 1): void {
    for (const folder of new Set(['', library ?? ''])) this.#of(folder)[what] += by
  }

  /** All metrics in Prometheus' text format. @throws UploadError while the ledger or the store is unavailable */
  async text(): Promise<{ readonly type: string; readonly body: string }> {
    const body = (await Promise.all([this.#registry.metrics(), processRegistry().metrics()])).join('\n')
    return { type: this.#registry.contentType, body }
  }
}

/** Asks once for all who want the answer while it is on its way: the totals are summed over all files. */
function shared<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | undefined
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
}

let ofProcess: Registry | undefined

/** Memory, processor time and the like belong to the process, however many servers run in it. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}
