/**
 * The connection to one server: its API, and what may be sent over it now. While the server, or the way to it, is in
 * trouble, everything for it waits here, and one probe, not three hundred files, finds out when it is over. Then one file
 * goes first; when the server has answered it, all go. See docs/failures.md.
 */

import type { ServerState } from '../../shared/feed.ts'
import type { UploadError } from '../../shared/protocol/errors.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import type { AwakeClock } from './awake-clock.ts'
import { isWrongAddress, probe } from './connection-problem.ts'
import { type Patience, type ReachedBefore, ServerPatience } from './patience.ts'
import { ProbeSchedule } from './probe-schedule.ts'
import { type Depth, type Judgement, type SuspectFailure, Suspects } from './suspects.ts'
import { shown, suspends, type Trouble, troubleAfter } from './trouble.ts'

/** The part of a server's state that its connection knows; its name comes from the settings. */
export type ConnectionState = Pick<ServerState, 'url' | 'reachability' | 'trouble'>

interface ConnectionEvents {
  /** More may be sent than before, or the connection leads to another server. */
  onReady(): void
  /** Something of `state` changed. */
  onChange(): void
  /** The server was waited for as long as `Patience` allows. */
  onGiveUp(error: UploadError): void
}

export interface ConnectionDeps {
  readonly patience: Patience
  readonly clock: AwakeClock
  readonly events: ConnectionEvents
  readonly createApi: (address: ServerAddress) => ServerApi
  /** Addresses at which a server has answered before; left out where nobody is ever given up. */
  readonly reachedBefore?: ReachedBefore | undefined
}

/** How many files may start: none while it is suspended, one that goes first after a probe, or any number. */
export type Admission = 'none' | 'one' | 'all'

/** A first file that is still being read, or on a slow connection, does not hold the others any longer than that. */
const longestTrialMs = 5_000

/** How often files are given up that were added although the patience is over and Retry-After is not, ms. */
const giveUpAgainMs = 500

export class Connection {
  readonly #deps: ConnectionDeps
  readonly #suspects = new Suspects()
  readonly #schedule = new ProbeSchedule()
  readonly #patience: ServerPatience
  #api: ServerApi | null = null
  #trouble: Trouble | null = null
  #admission: Admission = 'none'
  /** The file that goes first. */
  #trialItemId: string | null = null
  /** Whether the token was refused and nothing has shown since that it is accepted. */
  #tokenRefused = false
  /** Whether the server has accepted this token. */
  #tokenAccepted = false
  /** Rises with every probe, so that the answer to an older one counts for nothing. */
  #probeRun = 0
  #timer: NodeJS.Timeout | undefined

  constructor(deps: ConnectionDeps) {
    this.#deps = deps
    this.#patience = new ServerPatience(deps.patience, deps.reachedBefore)
    deps.clock.listen(() => this.#onWake())
  }

  /** Null while no server is known, and while nothing may be sent. */
  get api(): ServerApi | null {
    return this.#admission === 'none' ? null : this.#api
  }

  get admission(): Admission {
    return this.#admission
  }

  /** Whether one file may start, to go first. */
  get awaitsTrial(): boolean {
    return this.#admission === 'one' && this.#trialItemId === null
  }

  /** Where links to stored files lead, and what they are signed with; also while the server is away. */
  get address(): ServerAddress | null {
    return this.#api?.address ?? null
  }

  get state(): ConnectionState {
    const known = this.#patience.reached ? 'reachable' : 'unknown'
    return {
      url: this.address?.url ?? null,
      reachability: this.#trouble ? 'unreachable' : known,
      trouble: this.#trouble && shown(this.#trouble),
    }
  }

  /** Connects to a server; null while the bundled one is starting. */
  connect(address: ServerAddress | null): void {
    this.close()
    this.#api = address && this.#deps.createApi(address)
    this.#patience.begin(address?.url ?? null)
    this.#tokenRefused = false
    this.#tokenAccepted = false
    if (this.#api) this.#open()
    else this.#deps.events.onChange()
    void this.#checkAtOnce()
  }

  /** There is no such server: what waits for it waits for the person. */
  refuse(error: UploadError): void {
    this.close()
    this.#trouble = this.#troubleOf(error, 'offer')
    this.#deps.events.onChange()
  }

  /** A file is started to go first. */
  beginTrial(itemId: string): void {
    this.#trialItemId = itemId
  }

  /** The attempt at a file is over. */
  endAttempt(itemId: string): void {
    if (this.#trialItemId === itemId) this.#trialItemId = null
  }

  /** No file is being sent over it, and none could be: after a probe that succeeded, nothing is known to be wrong. */
  endTrouble(): void {
    if (this.#trouble && this.#admission !== 'none') this.#open()
  }

  /** The server has answered a file. */
  onAnswer(depth: Depth): void {
    this.#suspects.onAnswer(depth)
    const isNews = !this.#patience.reached
    this.#patience.onAnswer()
    this.#tokenAccepted = true
    if (this.#trouble && this.#api && this.#proves(depth)) {
      this.#schedule.reset()
      this.#tokenRefused = false
      this.#open()
    } else if (isNews) this.#deps.events.onChange()
  }

  /** Decides whether a failure of the connection is one file's own. */
  judge(failure: Omit<SuspectFailure, 'troubleMs' | 'onTrial'>): Judgement {
    const onTrial = this.#trialItemId === failure.item.id
    const judgement = this.#suspects.judge({ ...failure, onTrial, troubleMs: this.#troubleMs() })
    // That it failed says nothing about the connection: the next file need not wait.
    if (judgement.guilty) this.#schedule.restart()
    return judgement
  }

  /** A file will not be sent over it any more. */
  forget(itemId: string): void {
    this.#suspects.forget(itemId)
  }

  /**
   * Nothing more starts until a probe finds that the trouble is over.
   * @param itemId the file that met the error; null for none
   */
  suspend(error: UploadError, depth: Depth, itemId: string | null): void {
    if (!this.#api) return
    this.#schedule.hold(error)
    if (error.code === 'unauthorized') this.#tokenRefused = true
    if (this.#admission === 'none') return
    // It was sent before the trouble, or beside the file that goes first, which decides.
    if (this.#admission === 'one' && itemId !== this.#trialItemId && !this.#schedule.isHeld) return
    this.#admission = 'none'
    this.#trialItemId = null
    this.#api.window.forget()
    this.#trouble = this.#troubleOf(error, depth)
    this.#continue(error)
  }

  /** Ends probes and open connections. */
  close(): void {
    clearTimeout(this.#timer)
    this.#probeRun++
    this.#api?.close()
    this.#api = null
    this.#trouble = null
    this.#admission = 'none'
    this.#trialItemId = null
    this.#schedule.reset()
  }

  /** Finds out at once whether the server is there, so that a person does not learn it from the first file. */
  async #checkAtOnce(): Promise<void> {
    const api = this.#api
    if (!api) return
    const problem = await probe(api, false)
    if (api !== this.#api) return
    if (problem === null) {
      this.#patience.onReached()
      this.#deps.events.onChange()
      // Any other problem is reported by the files that meet it.
    } else if (suspends(problem)) this.suspend(problem, 'offer', null)
  }

  /** Bytes that go on while offers fail prove nothing, unless the probe succeeded and no offer has failed since. */
  #proves(depth: Depth): boolean {
    const isLike = depth === this.#trouble?.depth || (depth === 'bytes' && this.#admission === 'all')
    return isLike && !this.#schedule.isHeld
  }

  #troubleOf(error: UploadError, depth: Depth): Trouble {
    return troubleAfter(this.#trouble, error, {
      depth,
      nowAwakeMs: this.#deps.clock.nowMs,
      tokenAccepted: this.#tokenAccepted,
    })
  }

  /** After a first file that failed, or a probe that took so long, ms: waits for the next probe, or no longer. */
  #continue(error: UploadError, probedMs = 0): void {
    const isHopeless = this.#patience.endsAtWrongAddress && isWrongAddress(error)
    if (isHopeless || (this.#schedule.probes > 0 && this.#patience.leftMs(this.#troubleMs()) <= 0))
      this.#giveUp(error)
    else this.#scheduleProbe(probedMs)
  }

  #scheduleProbe(probedMs = 0): void {
    clearTimeout(this.#timer)
    const pauseMs = this.#schedule.next(this.#troubleMs(), Math.random(), probedMs)
    // The last probe falls on the end of the patience, not a long pause after it, but never before Retry-After.
    const leftMs = Math.max(0, this.#patience.leftMs(this.#troubleMs()))
    const nextMs = Math.max(this.#schedule.heldMs, Math.min(pauseMs, leftMs))
    if (this.#trouble) this.#trouble = { ...this.#trouble, nextTryMs: Date.now() + nextMs }
    this.#deps.events.onChange()
    if (nextMs > leftMs) this.#timer = setTimeout(() => this.#endPatience(), leftMs)
    else this.#timer = setTimeout(() => void this.#probe(), nextMs)
  }

  /** The patience was to end before Retry-After; it has not where this computer was not awake all the time. */
  #endPatience(): void {
    if (!this.#trouble) return
    if (this.#patience.leftMs(this.#troubleMs()) <= 0) this.#giveUp(this.#trouble.met)
    else this.#scheduleProbe()
  }

  async #probe(): Promise<void> {
    const api = this.#api
    if (!api || !this.#trouble) return
    const run = ++this.#probeRun
    const sinceMs = performance.now()
    this.#trouble = { ...this.#trouble, nextTryMs: null }
    const problem = await probe(api, this.#tokenRefused)
    if (run !== this.#probeRun || api !== this.#api || !this.#trouble || this.#admission !== 'none') return
    // Any other refusal is an answer of the server, which is there: what it means for a file, the first one finds out.
    if (problem === null || !suspends(problem)) return this.#startTrial()
    this.#schedule.hold(problem)
    this.#trouble = this.#troubleOf(problem, this.#trouble.depth)
    this.#continue(problem, performance.now() - sinceMs)
  }

  /** The trouble stays until a file was answered: that the probe got through proves little. */
  #startTrial(): void {
    // What has been silent since before the trouble went over a connection that nobody answers on any more.
    this.#api?.breakOffSilent(this.#troubleMs())
    this.#patience.onReached()
    this.#tokenRefused = false
    this.#admission = 'one'
    if (this.#trouble) this.#trouble = { ...this.#trouble, question: null }
    this.#deps.events.onChange()
    this.#timer = setTimeout(() => this.#endTrial(), longestTrialMs)
    this.#deps.events.onReady()
  }

  #endTrial(): void {
    if (this.#admission !== 'one') return
    this.#admission = 'all'
    this.#deps.events.onReady()
  }

  #onWake(): void {
    if (!this.#trouble || !this.#api || this.#admission !== 'none') return
    this.#schedule.restart()
    this.#probeRun++
    this.#scheduleProbe()
  }

  #troubleMs(): number {
    return this.#trouble ? this.#deps.clock.nowMs - this.#trouble.sinceAwakeMs : 0
  }

  /** What is added later tries once more, but not before Retry-After: until then it is given up too. */
  #giveUp(error: UploadError): void {
    this.#patience.giveUp()
    this.#schedule.restart()
    if (this.#schedule.isHeld) {
      const nextMs = Math.min(giveUpAgainMs, this.#schedule.heldMs)
      this.#timer = setTimeout(() => this.#giveUp(error), nextMs)
    } else {
      this.#trouble = null
      this.#admission = 'all'
    }
    this.#deps.events.onGiveUp(error)
    this.#deps.events.onChange()
  }

  #open(): void {
    clearTimeout(this.#timer)
    this.#probeRun++
    this.#trouble = null
    this.#admission = 'all'
    this.#deps.events.onChange()
    this.#deps.events.onReady()
  }
}
