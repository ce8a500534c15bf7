/** The cards that are connected: follows the system's volumes, and does with each card what the person or the settings say. */
import type { CardCertificate, CardChoice, CardRow } from '../../shared/cards.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { type EjectOptions, ejectVolume } from '../volumes/eject.ts'
import { isWithin } from '../volumes/paths.ts'
import type { Volume, Volumes } from '../volumes/volume.ts'
import type { CardBatches } from './card-batches.ts'
import { isCard } from './card-layout.ts'
import { CardSession, cardGone } from './card-session.ts'
import { findingsOf } from './findings.ts'

/** A server as cards see it. */
export interface CardServer {
  readonly id: string
  readonly name: string
  readonly url: string | null
  /** Null while nothing can be asked. */
  readonly api: () => ServerApi | null
}

/** What is chosen for one card; left out, what the settings say. */
export interface CardPlan {
  readonly presetId?: string | undefined
  readonly serverId?: string | undefined
}

export interface CardsDeps {
  readonly volumes: Volumes
  readonly batches: CardBatches
  readonly hashPool: Pick<HashPool, 'readOnceMore'>
  readonly choice: () => CardChoice
  /** Absolute path of the library of this computer; null where it has none. */
  readonly libraryDir: () => string | null
  /** The server that the last of these batches goes to; where there is none, the default one. */
  readonly serverOf: (batchIds: readonly string[]) => CardServer
  /** Adds all of a card. */
  readonly add: (path: string, plan: CardPlan) => Promise<unknown>
  readonly keep: (certificate: CardCertificate) => Promise<void>
  readonly onChange: () => void
  readonly onProblem: (thrown: unknown) => void
  /** Between two looks at the volumes, ms. */
  readonly lookEveryMs: number
  /** For tests. */
  readonly eject?: Partial<EjectOptions> | undefined
}

export class Cards {
  readonly #deps: CardsDeps
  /** In the order in which they were connected. */
  #sessions: CardSession[] = []
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | null = null
  #stopped = false

  constructor(deps: CardsDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#schedule(0)
  }

  /** Those that there is something to say of. */
  get rows(): readonly CardRow[] {
    const isHushed = ({ state, dismissed }: CardSession) =>
      dismissed || (state.phase === 'found' && this.#deps.choice() === 'ignore')
    return this.#sessions.filter((session) => !isHushed(session)).map(({ row }) => row)
  }

  /** Uploads what the library does not hold of a card. @throws UploadError `not-found`, and as adding does */
  async upload(cardId: string, plan: CardPlan): Promise<void> {
    const session = this.#require(cardId)
    session.dismissed = false
    await this.#begin(session, plan)
  }

  /** Reads all of a card once more. @throws UploadError `not-found` */
  check(cardId: string): void {
    const session = this.#require(cardId)
    this.#assertNothingLeft(session)
    session.check()
  }

  /** Shows no more of a card, until it is connected again or uploaded. */
  dismiss(cardId: string): void {
    const session = this.#sessions.find(({ id }) => id === cardId)
    if (!session) return
    session.dismissed = true
    session.mayBegin = false
    this.#sweep()
    this.#deps.onChange()
  }

  /** Fulfils once the system has let go of it. @throws UploadError `not-found`, `bad-request` which says what stands in the way */
  async eject(cardId: string): Promise<void> {
    const session = this.#require(cardId)
    this.#assertNothingLeft(session)
    if (!(await session.assertSame())) throw changedSince(session.volume.name)
    const { volumes, eject } = this.#deps
    const { volume } = session
    await session.eject(() => ejectVolume(volume, { volumes, device: volume.device ?? null, ...eject }))
    await this.#lookNow()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#looking
    await Promise.all(this.#sessions.map((session) => session.stop()))
  }

  #require(cardId: string): CardSession {
    const session = this.#sessions.find(({ id, isConnected }) => id === cardId && isConnected)
    if (session) return session
    throw cardGone()
  }

  #assertNothingLeft({ volume }: CardSession): void {
    const left = this.#deps.batches.left(volume)
    if (left === null) return
    const { name } = volume
    const message = `${left} files of ${name} are still to be uploaded. Wait for them, or cancel them first.`
    throw new UploadError('bad-request', message, { facts: { kind: 'card-busy', name, count: left } })
  }

  async #begin(session: CardSession, plan: CardPlan): Promise<void> {
    await this.#deps.add(session.volume.mountPoint, plan)
    session.onUploading(session.row.found?.files ?? 0)
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#lookNow()
        .catch(this.#deps.onProblem)
        .finally(() => this.#schedule(this.#deps.lookEveryMs))
    }, afterMs)
  }

  #lookNow(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const volumes = (await this.#deps.volumes.list()).filter(({ remote }) => !remote)
    for (const session of this.#sessions) {
      const isThere = volumes.some((volume) => isVery(volume, session.volume))
      if (session.isConnected && !isThere) session.onGone(this.#deps.batches.left(session.volume))
    }
    for (const volume of volumes) await this.#meet(volume)
    for (const session of this.#sessions) await this.#follow(session)
    this.#sweep()
  }

  async #meet(volume: Volume): Promise<void> {
    const isKnown = this.#sessions.some((known) => known.isConnected && isVery(known.volume, volume))
    if (isKnown || this.#holdsLibrary(volume) || !(await isCard(volume.mountPoint)) || this.#stopped) return
    const isBack = ({ volume: { id }, isConnected }: CardSession) =>
      !isConnected && id !== null && id === volume.id
    const session = this.#open(volume)
    // What was said of it before it was out is over; that it was being uploaded is not: it is proven, all the same.
    if (this.#sessions.some((before) => isBack(before) && before.state.phase === 'away'))
      session.onUploading(0)
    this.#sessions = [...this.#sessions.filter((before) => !isBack(before)), session]
    this.#deps.onChange()
  }

  /** Formatting that volume would delete the very copies. */
  #holdsLibrary({ mountPoint }: Volume): boolean {
    const folder = this.#deps.libraryDir()
    return folder !== null && isWithin(folder, mountPoint)
  }

  #open(volume: Volume): CardSession {
    const { batches, hashPool, keep, onChange, volumes, serverOf } = this.#deps
    const server = () => serverOf(batches.of(volume))
    return new CardSession(volume, {
      hashPool,
      keep,
      onChange,
      api: () => server().api(),
      server: () => ({ name: server().name, url: server().url }),
      serverId: () => server().id,
      isThere: async () => (await volumes.list()).some((now) => isVery(now, volume)),
      reasonFor: (file) => batches.reasonFor(file, volume),
      known: (content) => {
        const reasons = batches.known(content, volume)
        return reasons.size === 0 ? null : findingsOf(reasons, content.files.length, false)
      },
    })
  }

  /** What follows from what the list says of a card's files now. */
  async #follow(session: CardSession): Promise<void> {
    const { batches, choice } = this.#deps
    const left = batches.left(session.volume)
    const { phase } = session.state
    if (left !== null) {
      if (phase !== 'ejecting') session.onUploading(left)
    } else if (phase === 'away') session.onGone(null)
    else if (!session.isConnected) return
    else if (phase === 'uploading') session.conclude()
    else if (phase === 'found' && session.mayBegin && session.row.found && choice() === 'upload') {
      session.mayBegin = false
      await this.#begin(session, {}).catch(this.#deps.onProblem)
    } else await session.lookAgain().catch(() => undefined)
  }

  #sweep(): void {
    const kept = this.#sessions.filter(
      (session) => !session.isOver && (session.isConnected || !session.dismissed),
    )
    if (kept.length === this.#sessions.length) return
    this.#sessions = kept
    this.#deps.onChange()
  }
}

/** The same volume in the same place: the same volume elsewhere was out in between. */
function isVery(one: Volume, other: Volume): boolean {
  return one.mountPoint === other.mountPoint && one.id === other.id
}

function changedSince(name: string): UploadError {
  const message = `Files came to ${name} since it was checked. Upload them, or check it again, before you eject it.`
  return new UploadError('bad-request', message, { facts: { kind: 'card-changed', name } })
}
