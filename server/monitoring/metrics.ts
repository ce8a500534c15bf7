/** What Prometheus may ask of the server: counts and times of this process, never a name, a path or a token. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Ledger } from '../ledger/ledger.ts'
import type { Store } from '../storage/store.ts'
import type { JobEnd } from '../uploads/coordination/jobs.ts'
import type { Libraries } from '../uploads/library.ts'

/** One request, once it was answered or cut off. */
export interface AnsweredRequest {
  readonly method: string
  /** The template of its route, such as `/api/task/:taskId`; undefined when no route took it. */
  readonly route: string | undefined
  /** Undefined when the connection was lost before the end of the answer. */
  readonly status: number | undefined
  readonly seconds: number
  /** Bytes that came for it, headers included. */
  readonly receivedBytes: number
  /** Folder of the library of who sent it; undefined when nobody was let in. */
  readonly library: string | undefined
}

/** Counted since the start of this process. */
export interface Totals {
  /** Over HTTP, headers included. */
  receivedBytes: number
  finishedUploads: number
  failedUploads: number
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Histogram({
    name: 'photoferry_http_request_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [this.#registry],
  })
  readonly #received = new Counter({
    name: 'photoferry_received_bytes_total',
    help: 'Bytes that came over HTTP, headers included.',
    registers: [this.#registry],
  })
  readonly #finished = new Counter({
    name: 'photoferry_uploads_finished_total',
    help: 'Uploads that were verified and stored.',
    registers: [this.#registry],
  })
  readonly #failed = new Counter({
    name: 'photoferry_uploads_failed_total',
    help: 'Verifications that failed, by error code; the client may try again.',
    labelNames: ['code'],
    registers: [this.#registry],
  })
  readonly #verification = new Histogram({
    name: 'photoferry_verification_seconds',
    help: 'Time to verify and publish one file.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600],
    registers: [this.#registry],
  })
  /** By library: the whole, which is the empty folder, and those that tokens have of their own. */
  readonly #totals: ReadonlyMap<string, Totals>

  constructor(store: Store, ledger: Ledger, libraries: Libraries) {
    const nothing = () => ({ receivedBytes: 0, finishedUploads: 0, failedUploads: 0 })
    this.#totals = new Map(['', ...libraries.folders].map((folder) => [folder, nothing()]))
    const registers = [this.#registry]
    new Gauge({
      name: 'photoferry_uploads_open',
      help: 'Unfinished uploads.',
      registers,
      async collect() {
        this.set(await ledger.countOpenTasks())
      },
    })
    new Gauge({
      name: 'photoferry_free_bytes',
      help: 'Bytes that may still be stored, the reserve taken off; absent where nobody knows.',
      registers,
      async collect() {
        const bytes = await store.freeBytes()
        if (bytes < Number.MAX_SAFE_INTEGER) this.set(bytes)
        else this.reset()
      },
    })
  }

  /** @param library folder of one that a token has; empty for the whole */
  totalsOf(library: string): Readonly<Totals> {
    const totals = this.#totals.get(library)
    if (totals === undefined) throw new Error(`no token has the library ${library}`)
    return { ...totals }
  }

  /** Counts a request; labels come from short lists only, whatever a client sends. */
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

  verified({ seconds, code, library }: JobEnd): void {
    this.#verification.observe(seconds)
    if (code === undefined) {
      this.#finished.inc()
      this.#count('finishedUploads', library)
    } else {
      this.#failed.inc({ code })
      this.#count('failedUploads', library)
    }
  }

  /** For the whole, and for the library that is a part of it. */
  #count(what: keyof Totals, library: string | undefined, by = 1): void {
    for (const folder of new Set(['', library ?? ''])) {
      const totals = this.#totals.get(folder)
      if (totals) totals[what] += by
    }
  }

  /** All of it in Prometheus' text format. @throws UploadError while ledger or store cannot be asked */
  async text(): Promise<{ readonly type: string; readonly body: string }> {
    const body = (await Promise.all([this.#registry.metrics(), processRegistry().metrics()])).join('\n')
    return { type: this.#registry.contentType, body }
  }
}

let ofProcess: Registry | undefined

/** Memory, processor time and the like belong to the process, however many servers it runs. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}
