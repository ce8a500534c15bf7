/**
 * The connection to one server: its API, and whether it may be used now. While the server is away or full, everything for
 * it waits here, and one probe, not three hundred files, finds out when it is back.
 */

import type { ServerState } from '../../shared/feed.ts'
import { failureKinds, toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { backoffMs } from './retry-policy.ts'

/** How long to wait for a server before giving up; ms, Infinity for never. */
export interface Patience {
  /** While this server was never reached: most likely its address is wrong. */
  readonly firstContactMs: number
  /** After it was reached once: most likely it comes back. */
  readonly returnMs: number
}

/** The part of a server's state that its connection knows; its name comes from the settings. */
export type ConnectionState = Pick<ServerState, 'url' | 'reachability' | 'trouble'>

export interface ConnectionEvents {
  /** The connection can be used again, or leads to another server. */
  onReady(): void
  /** Something of `state` changed. */
  onChange(): void
  /** The server was waited for as long as `Patience` allows. */
  onGiveUp(error: UploadError): void
}

const probeTimeoutMs = 10_000
const longestPauseMs = 30_000
/** Room does not come back within a second. */
const fullPauseMs = 5_000

export class Connection {
  readonly #patience: Patience
  readonly #events: ConnectionEvents
  readonly #createApi: (address: ServerAddress) => ServerApi
  #api: ServerApi | null = null
  #reached = false
  #trouble: ServerState['trouble'] = null
  /** When the present trouble began; it outlasts probes that found the server but not yet an answered upload. */
  #troubledSinceMs: number | null = null
  #probes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(
    patience: Patience,
    events: ConnectionEvents,
    createApi: (address: ServerAddress) => ServerApi,
  ) {
    this.#patience = patience
    this.#events = events
    this.#createApi = createApi
  }

  /** Null while no server is known, and while it is away or full. */
  get api(): ServerApi | null {
    return this.#trouble ? null : this.#api
  }

  /** Where links to stored files lead, and what they are signed with; also while the server is away. */
  get address(): ServerAddress | null {
    return this.#api?.address ?? null
  }

  get state(): ConnectionState {
    const known = this.#reached ? 'reachable' : 'unknown'
    return {
      url: this.address?.url ?? null,
      reachability: this.#trouble ? 'unreachable' : known,
      trouble: this.#trouble,
    }
  }

  /** Connects to a server; null while the bundled one is starting. */
  connect(address: ServerAddress | null): void {
    this.close()
    this.#api = address && this.#createApi(address)
    this.#reached = false
    this.#recover()
    void this.#checkAtOnce()
  }

  /** There is no such server: what waits for it waits for the person. */
  refuse(error: UploadError): void {
    this.close()
    this.#trouble = { error: error.info, sinceMs: Date.now(), nextTryMs: null }
    this.#events.onChange()
  }

  /** A request was answered: the server is there. */
  onAnswer(): void {
    if (this.#reached && this.#probes === 0) return
    this.#reached = true
    this.#probes = 0
    this.#troubledSinceMs = null
    this.#events.onChange()
  }

  /** The server is away or full: nothing is sent until a probe finds otherwise. */
  suspend(error: UploadError): void {
    if (this.#trouble || !this.#api) return
    this.#troubledSinceMs ??= Date.now()
    this.#trouble = { error: error.info, sinceMs: this.#troubledSinceMs, nextTryMs: null }
    this.#scheduleProbe(error)
  }

  /** Ends probes and open connections. */
  close(): void {
    clearTimeout(this.#timer)
    this.#api?.close()
    this.#api = null
    this.#trouble = null
    this.#probes = 0
    this.#troubledSinceMs = null
  }

  /** Finds out at once whether the server is there, so that a person does not learn it from the first file. */
  async #checkAtOnce(): Promise<void> {
    const api = this.#api
    if (!api) return
    const problem = await healthProblem(api)
    if (api !== this.#api) return
    if (problem === null) {
      this.#reached = true
      this.#events.onChange()
      // Any other problem is reported by the files that meet it.
    } else if (failureKinds[problem.code].recovery === 'suspend') this.suspend(problem)
  }

  #scheduleProbe(error: UploadError): void {
    const firstMs = error.code === 'storage-full' ? fullPauseMs : undefined
    const pauseMs = backoffMs(this.#probes, Math.random(), firstMs, longestPauseMs)
    this.#probes++
    // The last probe falls on the end of the patience, not a long pause after it.
    const nextMs = Math.min(pauseMs, Math.max(0, this.#patienceLeftMs()))
    if (this.#trouble) this.#trouble = { ...this.#trouble, nextTryMs: Date.now() + nextMs }
    this.#events.onChange()
    this.#timer = setTimeout(() => void this.#probe(error), nextMs)
  }

  async #probe(error: UploadError): Promise<void> {
    const api = this.#api
    if (!api) return
    if (this.#trouble) this.#trouble = { ...this.#trouble, nextTryMs: null }
    // A full disk answers its health check well: only the next real request can tell, so the files try.
    const full = error.code === 'storage-full'
    const problem = full ? error : await healthProblem(api)
    if (api !== this.#api) return
    if (!problem) this.#reached = true
    if (problem && this.#patienceLeftMs() <= 0) this.#giveUp(problem)
    else if (!problem || full) this.#recover()
    else this.#scheduleProbe(problem)
  }

  #patienceLeftMs(): number {
    const waitedMs = Date.now() - (this.#troubledSinceMs ?? Date.now())
    return (this.#reached ? this.#patience.returnMs : this.#patience.firstContactMs) - waitedMs
  }

  #giveUp(error: UploadError): void {
    this.#trouble = null
    this.#events.onGiveUp(error)
    this.#events.onChange()
  }

  #recover(): void {
    this.#trouble = null
    this.#events.onChange()
    this.#events.onReady()
  }
}

/** Null when a PhotoFerry server answers. */
async function healthProblem(api: ServerApi): Promise<UploadError | null> {
  try {
    await api.health(AbortSignal.timeout(probeTimeoutMs))
    return null
  } catch (thrown) {
    return toUploadError(thrown)
  }
}
