/** One card while it is connected: from its first sight over its upload and the check to the day it may be formatted. */
import { randomUUID } from 'node:crypto'
import type { DropRoot } from '../../shared/batch.ts'
import type { CardCertificate, CardRow, CardState } from '../../shared/cards.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { Volume } from '../volumes/volume.ts'
import type { CardCheckDeps } from './check-card.ts'
import { checkCard } from './check-card.ts'
import { findingsOf } from './findings.ts'
import { type CardContent, differences, walkCard } from './walk-card.ts'

export interface CardSessionDeps extends Pick<CardCheckDeps, 'hashPool' | 'api' | 'isThere' | 'reasonFor'> {
  /** What the list alone says, see `CardBatches.known`. */
  readonly known: (content: CardContent) => ReturnType<typeof findingsOf> | null
  readonly server: () => CardCertificate['server']
  readonly serverId: () => string
  /** Writes a certificate; durable when it fulfils. */
  readonly keep: (certificate: CardCertificate) => Promise<void>
  readonly onChange: () => void
}

/** Its files were being sent, or it was being read once more, perhaps in vain: the person waits for what comes of it. */
const unproven: readonly CardState['phase'][] = ['uploading', 'checking', 'unknown', 'away']

/** How often a card that is safe is looked at again, by its names and times. */
const lookAgainMs = 10_000

export class CardSession {
  readonly id = randomUUID()
  readonly volume: Volume
  /** The person wants to see nothing of it. */
  dismissed = false
  /** Whether it may be uploaded without asking: once for each time that it is connected. */
  mayBegin = true
  readonly #deps: CardSessionDeps
  #connected = true
  #found: CardRow['found'] = null
  #state: CardState = { phase: 'found' }
  /** What was proven. */
  #content: CardContent | null = null
  #lookedAtMs = 0
  #work: { readonly stop: AbortController; readonly done: Promise<void> } | null = null

  constructor(volume: Volume, deps: CardSessionDeps) {
    this.volume = volume
    this.#deps = deps
    this.#start((signal) => this.#count(signal))
  }

  get row(): CardRow {
    const { name, mountPoint } = this.volume
    const serverId = this.#deps.serverId()
    const [connected, found, state] = [this.#connected, this.#found, this.#state]
    return { id: this.id, name, mountPoint, connected, found, serverId, state }
  }

  get state(): CardState {
    return this.#state
  }

  get isConnected(): boolean {
    return this.#connected
  }

  /** Files of it are being sent: whatever was known of it before is no longer so. */
  onUploading(filesLeft: number): void {
    this.mayBegin = false
    this.#stopWork()
    this.#content = null
    this.#show({ phase: this.#connected ? 'uploading' : 'away', filesLeft })
  }

  /** Everything that was added of it is over: proves it, unless the list says already that something is not stored. */
  conclude(): void {
    this.#start(async (signal) => {
      const content = await walkCard(this.volume.mountPoint, signal)
      this.#found = totalOf(content)
      const findings = this.#deps.known(content)
      if (findings) this.#show({ phase: 'unsafe', findings })
      else await this.#prove(signal)
    })
  }

  /** Reads all of it once more. */
  check(): void {
    this.#start((signal) => this.#prove(signal))
  }

  /** It was taken out. */
  onGone(filesLeft: number | null): void {
    this.#connected = false
    this.#stopWork()
    const isUnproven = unproven.includes(this.#state.phase)
    if (filesLeft !== null || isUnproven) this.#show({ phase: 'away', filesLeft: filesLeft ?? 0 })
    else this.#deps.onChange()
  }

  /** Whether there is nothing to say of it once it is out. */
  get isOver(): boolean {
    return !this.#connected && this.#state.phase !== 'safe' && this.#state.phase !== 'away'
  }

  /** Looks now and then whether a card that is safe is still what was read. */
  async lookAgain(): Promise<void> {
    if (this.#work === null && performance.now() - this.#lookedAtMs >= lookAgainMs) await this.assertSame()
  }

  /**
   * Nothing has come to the card, or changed on it, since it was read; else it is no longer safe.
   * @returns whether that is so
   */
  async assertSame(): Promise<boolean> {
    const content = this.#content
    if (content === null || this.#state.phase !== 'safe' || !this.#connected) return true
    this.#lookedAtMs = performance.now()
    const now = await walkCard(this.volume.mountPoint, new AbortController().signal)
    const isThere = await this.#deps.isThere()
    // Meanwhile it may have been taken out, or be uploaded again.
    if (!isThere || this.#content !== content) return isThere
    const other = differences(content, now)
    if (other.length === 0) return true
    this.#content = null
    this.#found = totalOf(now)
    const reasons = new Map(other.map((path) => [path, 'new'] as const))
    this.#show({ phase: 'unsafe', findings: findingsOf(reasons, now.files.length, false) })
    return false
  }

  /** @param eject fulfils when the volume is gone @throws what it throws; the card stands where it stood then */
  async eject(eject: () => Promise<void>): Promise<void> {
    await this.#stopWork()
    const before: CardState = this.#state.phase === 'checking' ? { phase: 'found' } : this.#state
    this.#show({ phase: 'ejecting' })
    try {
      await eject()
      this.#connected = false
    } finally {
      this.#show(before)
    }
  }

  stop(): Promise<void> {
    return this.#stopWork()
  }

  async #count(signal: AbortSignal): Promise<void> {
    this.#found = totalOf(await walkCard(this.volume.mountPoint, signal))
    this.#deps.onChange()
  }

  async #prove(signal: AbortSignal): Promise<void> {
    const { name, mountPoint, id } = this.volume
    const root: DropRoot = { root: mountPoint, name, mountPoint, id }
    const beganAtMs = Date.now()
    this.#content = null
    const onProgress: CardCheckDeps['onProgress'] = (progress) => {
      if (!signal.aborted) this.#show({ phase: 'checking', ...progress })
    }
    onProgress({ checkedFiles: 0, files: 0, readBytes: 0, bytes: 0, waiting: false })
    const checked = await checkCard(root, { ...this.#deps, onProgress }, signal)
    if (checked.kind === 'unsafe') return this.#show({ phase: 'unsafe', findings: checked.findings })
    const { content, lines, emptyFiles, pastMemory } = checked
    const certificate: CardCertificate = {
      id: randomUUID(),
      card: { name, volumeId: id, mountPoint },
      server: this.#deps.server(),
      beganAtMs,
      checkedAtMs: Date.now(),
      pastMemory,
      leftOut: [...content.leftOut],
      emptyFiles: [...emptyFiles],
      lines: [...lines],
    }
    await this.#deps.keep(certificate)
    signal.throwIfAborted()
    this.#content = content
    this.#found = totalOf(content)
    this.#lookedAtMs = performance.now()
    const { id: certificateId, checkedAtMs: atMs } = certificate
    this.#show({ phase: 'safe', certificateId, atMs, leftOut: content.leftOut.length })
  }

  /** Begins work on the card, and ends what was begun before. */
  #start(work: (signal: AbortSignal) => Promise<void>): void {
    const before = this.#stopWork()
    const stop = new AbortController()
    const done = before
      .then(() => work(stop.signal))
      .catch((thrown) => {
        if (!stop.signal.aborted) this.#show({ phase: 'unknown', error: toUploadError(thrown).info })
      })
      .finally(() => {
        if (this.#work?.stop === stop) this.#work = null
      })
    this.#work = { stop, done }
  }

  async #stopWork(): Promise<void> {
    this.#work?.stop.abort()
    await this.#work?.done
  }

  #show(state: CardState): void {
    this.#state = state
    this.#deps.onChange()
  }
}

/** @throws UploadError for a card that is no longer connected */
export function cardGone(): UploadError {
  return new UploadError('not-found', 'This card is no longer connected.', { facts: { kind: 'card-gone' } })
}

function totalOf({ files }: CardContent): NonNullable<CardRow['found']> {
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) }
}
