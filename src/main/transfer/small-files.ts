/**
 * Small files travel together: their offers by the hundred, their bytes in bundles. A bundle takes the turn of one file.
 * Nobody else knows that there are bundles: each file has its own answer.
 */
import type { BundledFile, BundleLimits, OfferedFile, OfferVerdict } from '../../shared/protocol/bundles.ts'
import { maxOffers } from '../../shared/protocol/bundles.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { Batcher } from './batcher.ts'
import type { ServerApi } from './server-api.ts'

/** A small file with all its bytes. */
export interface SmallFile {
  readonly file: OfferedFile
  readonly bytes: Buffer
  /** Called when its bytes begin to travel. */
  readonly onStart: () => void
}

/** Files above this are sent in chunks, whatever the server takes, bytes. */
const smallFileBytes = 1024 * 1024
/** Bytes of a bundle: few enough to be answered soon, and enough that three of them keep a long line busy. */
const bundleBytes = 2 * 1024 * 1024
/** What a file costs besides its bytes, in bytes: a thousand tiny files are no small request. */
const perFile = 2_000
/** A request that could be larger waits for so long for the next file, ms. */
const quietMs = 4
/** Of a server that knows no bundles. */
const noBundles: BundleLimits = { fileBytes: -1, bytes: 1, files: 1 }

export class SmallFiles {
  readonly #api: ServerApi
  readonly #offers: Batcher<OfferedFile, OfferVerdict | null>
  readonly #bundles: Batcher<SmallFile, BundledFile | null>
  /** Null before the first answer. */
  #limits: BundleLimits | null = null

  /**
   * @param inTurn runs what sends bytes as soon as it is its turn
   * @param turns how many may have their turn at once
   */
  constructor(
    api: ServerApi,
    inTurn: <Result>(send: () => Promise<Result>) => Promise<Result>,
    turns: () => number,
  ) {
    this.#api = api
    this.#offers = new Batcher({
      count: () => maxOffers,
      weight: () => Number.POSITIVE_INFINITY,
      weightOf: () => 0,
      atOnce: () => 2,
      quietMs,
      run: (files, signal) => this.#offer(files, signal),
    })
    this.#bundles = new Batcher({
      count: () => this.#limits?.files ?? 1,
      weight: () => Math.min(bundleBytes, this.#limits?.bytes ?? 1, api.chunkLimit.bytes ?? bundleBytes),
      weightOf,
      atOnce: turns,
      quietMs,
      run: (files, signal) => inTurn(() => this.#sendAll(files, signal)),
    })
  }

  /** Whether the server takes a file of this size in a bundle, as far as is known. @param size bytes */
  mayTake(size: number): boolean {
    return size <= Math.min(smallFileBytes, this.#limits?.fileBytes ?? smallFileBytes)
  }

  /**
   * What the server says of the file; null where it is to be offered as a task: it is no small one for this server.
   * @throws UploadError as server and network report it, or the signal's reason
   */
  offer(file: OfferedFile, signal: AbortSignal): Promise<OfferVerdict | null> {
    return this.#offers.add(file, signal)
  }

  /** Null where the file is to be offered as a task: not even alone does it get through in a bundle. @throws as `offer` */
  send(small: SmallFile, signal: AbortSignal): Promise<BundledFile | null> {
    return this.#bundles.add(small, signal)
  }

  async #offer(
    files: readonly OfferedFile[],
    signal: AbortSignal,
  ): Promise<readonly (OfferVerdict | null)[]> {
    const answer = this.#limits === noBundles ? null : await this.#api.offer(files, signal)
    this.#limits = answer?.bundle ?? noBundles
    return files.map((file, index) => {
      const verdict = answer?.files[index] ?? null
      return verdict?.state === 'wanted' && !this.mayTake(file.fileSize) ? null : verdict
    })
  }

  /** Where a proxy refuses a bundle for its size, what is left goes in smaller ones. */
  async #sendAll(files: readonly SmallFile[], signal: AbortSignal): Promise<readonly (BundledFile | null)[]> {
    const results: (BundledFile | null)[] = []
    while (results.length < files.length) {
      signal.throwIfAborted()
      results.push(...(await this.#sendSome(this.#fitting(files.slice(results.length)), signal)))
    }
    return results
  }

  #fitting(files: readonly SmallFile[]): readonly SmallFile[] {
    const limit = this.#api.chunkLimit.bytes ?? Number.POSITIVE_INFINITY
    let bytes = 0
    const after = files.findIndex((file, index) => {
      bytes += weightOf(file)
      return index > 0 && bytes > limit
    })
    return after < 0 ? files : files.slice(0, after)
  }

  /** @returns none where smaller bundles are to be tried */
  async #sendSome(
    files: readonly SmallFile[],
    signal: AbortSignal,
  ): Promise<readonly (BundledFile | null)[]> {
    const { chunkLimit } = this.#api
    for (const { onStart } of files) onStart()
    try {
      return await this.#api.sendBundle(files, signal)
    } catch (thrown) {
      if (!(thrown instanceof UploadError)) throw thrown
      const bytes = files.reduce((sum, file) => sum + weightOf(file), 0)
      if (thrown.code === 'connection-stalled' || thrown.code === 'request-timeout')
        chunkLimit.onTimedOut(bytes)
      if (thrown.code !== 'too-large-for-proxy') throw thrown
      // The limit is that of requests in general: chunks learn from it too.
      const isSmaller = chunkLimit.onRefused(bytes)
      return files.length > 1 && isSmaller ? [] : files.map(() => null)
    }
  }
}

function weightOf({ file, bytes }: SmallFile): number {
  return bytes.length + perFile + file.relativePath.length
}
