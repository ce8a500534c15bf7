/** What Prometheus may ask of the server: counts and times of this process, never a name, a path or a token. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Ledger } from './ledger/ledger.ts'
import type { Store } from './storage/store.ts'
import type { JobEnd } from './uploads/jobs.ts'

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
  readonly #totals = { receivedBytes: 0, finishedUploads: 0, failedUploads: 0 }

  constructor(store: Store, ledger: Ledger) {
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

  /** Counted since the start of this process. */
  get totals() {
    return { ...this.#totals }
  }

  /** Counts a request; labels come from short lists only, whatever a client sends. */
  answered({ method, route, status, seconds, receivedBytes }: AnsweredRequest): void {
    const labels = {
      method: methods.has(method) ? method : 'other',
      route: route ?? 'none',
      status: status ?? 'cut off',
    }
    this.#requests.observe(labels, seconds)
    this.#received.inc(receivedBytes)
    this.#totals.receivedBytes += receivedBytes
  }

  verified({ seconds, code }: JobEnd): void {
    this.#verification.observe(seconds)
    if (code === undefined) {
      this.#finished.inc()
      this.#totals.finishedUploads += 1
    } else {
      this.#failed.inc({ code })
      this.#totals.failedUploads += 1
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
