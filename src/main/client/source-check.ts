/**
 * Looks at the source of a stored file once more, on the drive that it was read from. Where its times say less than its bytes
 * (another program changed a flag or the name and back, or nobody can tell two cards apart) the bytes are compared.
 */
import type { Digests } from '../../shared/protocol/digests.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import type { Freshness, Presence } from '../intake/drives.ts'
import {
  hasSameContentTime,
  isSameVersion,
  type SourceRef,
  type SourceStamp,
  stampSource,
} from '../intake/source-file.ts'

/** The version of a source that is stored. */
export interface StoredSource extends SourceRef, SourceStamp {
  /** Digests of its bytes, SHA-256 where it is known; null where only a copy of it is stored. */
  readonly digests: { readonly md5: string; readonly sha256: string | null } | null
}

/**
 * What was found; `gone` also where something that is no file has taken its place, where another card may be in the place of
 * its own, or where it can't be read any more.
 */
export type SourceFound =
  | { readonly found: 'same' | 'changed'; readonly stamp: SourceStamp }
  | { readonly found: 'gone' }

const gone: SourceFound = { found: 'gone' }

export class SourceCheck {
  readonly #openPool: () => HashPool
  #pool: HashPool | null = null
  #uses = 0
  readonly #stop = new AbortController()

  /** @param openPool threads for the few files whose bytes are compared; closed when none is left */
  constructor(openPool: () => HashPool) {
    this.#openPool = openPool
  }

  /**
   * Never rejects.
   * @param presence whether its drive is in its place
   */
  async check(
    stored: StoredSource,
    presence: (freshness: Freshness) => Promise<Presence>,
  ): Promise<SourceFound> {
    const before = await presence('lately').catch(() => 'away')
    const stamp = before === 'away' ? null : await stampSource(stored).catch(() => null)
    if (stamp === null) return gone
    const isSame = isSameVersion(stored, stamp)
    const mayBeSame = hasSameContentTime(stored, stamp)
    const bytes = mayBeSame && (!isSame || before === 'unsure') ? await this.#compare(stored, stamp) : null
    // Asked after the look: what lies at the path of a card that was taken out says nothing about the file.
    const after = await presence('now').catch(() => 'away')
    if (after === 'away' || bytes === 'unreadable') return gone
    if (after === 'unsure') return bytes === 'equal' ? { found: 'same', stamp } : gone
    const isStored = bytes === null ? isSame : bytes === 'equal' || (bytes === 'unknown' && isSame)
    return { found: isStored ? 'same' : 'changed', stamp }
  }

  /** Compares no bytes any more, and cuts short what is being compared: those files count as gone. */
  stop(): void {
    this.#stop.abort()
  }

  async #compare(
    stored: StoredSource,
    stamp: SourceStamp,
  ): Promise<'equal' | 'differ' | 'unknown' | 'unreadable'> {
    const { digests } = stored
    if (digests === null) return 'unknown'
    const found = await this.#digestsOf(stored)
    const now = await stampSource(stored).catch(() => null)
    if (found === null || now === null) return 'unreadable'
    const agree = found.md5 === digests.md5 && found.sha256 === (digests.sha256 ?? found.sha256)
    return agree && isSameVersion(stamp, now) ? 'equal' : 'differ'
  }

  async #digestsOf({ sourcePath: path, size }: StoredSource): Promise<Digests | null> {
    const { signal } = this.#stop
    this.#pool ??= this.#openPool()
    const pool = this.#pool
    this.#uses++
    try {
      const result = await pool.hash({ path, size, checkpoint: null }, { signal, onProgress: () => {} })
      return 'md5' in result ? result : null
    } catch {
      return null
    } finally {
      this.#uses--
      if (this.#uses === 0) {
        this.#pool = null
        await pool.close()
      }
    }
  }
}
