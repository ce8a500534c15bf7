/**
 * One server of the queue: its API, and whether to knock now. When it is away or full everything for it waits here,
 * and one probe, not three hundred files, finds out when it is back.
 */

import type { ServerState } from '../../shared/feed.ts'
import { recovery, toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { backoffMs } from './retry-policy.ts'

/** How long the link waits for a server before it gives up; ms, Infinity for never. */
export interface Patience {
  /** While this server was never reached: most likely its address is wrong. */
  readonly firstContactMs: number
  /** After it was reached once: most likely it comes back. */
  readonly returnMs: number
}

/** Where a server is and how it answers; who it is to the person others know. */
export type LinkState = Pick<ServerState, 'url' | 'reachability' | 'trouble'>

export interface LinkEvents {
  /** The link can be used again, or has another server. */
  onReady(): void
  /** Something of `state` changed. */
  onChange(): void
  /** Patience is at its end. */
  onGiveUp(error: UploadError): void
}

const probeTimeoutMs = 10_000
const longestPauseMs = 30_000
/** Room does not come back within a second. */
const fullPauseMs = 5_000

export class ServerLink {
  readonly #patience: Patience
  readonly #events: LinkEvents
  readonly #createApi: (address: ServerAddress) => ServerApi
  #api: ServerApi | null = null
  #reached = false
  #trouble: ServerState['trouble'] = null
  /** When the present trouble began; outlasts probes that found the server but not yet an answered upload. */
  #troubledSinceMs: number | null = null
  #probes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(patience: Patience, events: LinkEvents, createApi: (address: ServerAddress) => ServerApi) {
    this.#createApi = createApi
    this.#patience = patience
    this.#events = events
  }

  /** Null while no server is known or while it is away or full. */
  get api(): ServerApi | null {
    return this.#trouble ? null : this.#api
  }

  get state(): LinkState {
    const known = this.#reached ? 'reachable' : 'unknown'
    return {
      url: this.#api?.address.url ?? null,
      reachability: this.#trouble ? 'unreachable' : known,
      trouble: this.#trouble,
    }
  }

  /** Turns to a server; null while the bundled one is starting. */
  connect(address: ServerAddress | null): void {
    this.close()
    this.#api = address && this.#createApi(address)
    this.#reached = false
    this.#settle()
    void this.#introduce()
  }

  /** There is no such server: what waits for it waits for the person. */
  refuse(error: UploadError): void {
    this.close()
    this.#trouble = { error: error.info, sinceMs: Date.now(), nextTryMs: null }
    this.#events.onChange()
  }

  /** Where links to stored files lead, and what they are signed with; also while the server is away. */
  get address(): ServerAddress | null {
    return this.#api?.address ?? null
  }

  /** A request was answered: the server is there. */
  answered(): void {
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
    const { info } = error
    this.#trouble = { error: info, sinceMs: this.#troubledSinceMs, nextTryMs: null }
    this.#scheduleProbe(error)
  }

  /** Ends probing and connections. */
  close(): void {
    clearTimeout(this.#timer)
    this.#api?.close()
    this.#api = null
    this.#trouble = null
    this.#probes = 0
    this.#troubledSinceMs = null
  }

  /** Finds out at once whether the server is there: a person should not learn it from the first file. */
  async #introduce(): Promise<void> {
    const api = this.#api
    if (!api) return
    const found = await healthOf(api)
    if (api !== this.#api) return
    if (found === null) {
      this.#reached = true
      this.#events.onChange()
      // Whatever else is wrong there is the story of the files that meet it.
    } else if (recovery[found.code] === 'wait') this.suspend(found)
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
    const found = full ? error : await healthOf(api)
    if (api !== this.#api) return
    if (!found) this.#reached = true
    if (found && this.#patienceLeftMs() <= 0) this.#giveUp(found)
    else if (!found || full) this.#settle()
    else this.#scheduleProbe(found)
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

  #settle(): void {
    this.#trouble = null
    this.#events.onChange()
    this.#events.onReady()
  }
}

/** Null when a PhotoFerry server answers. */
async function healthOf(api: ServerApi): Promise<UploadError | null> {
  try {
    await api.health(AbortSignal.timeout(probeTimeoutMs))
    return null
  } catch (thrown) {
    return toUploadError(thrown)
  }
}
