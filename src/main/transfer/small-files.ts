/**
 * Small files travel together: their offers by the hundred, their bytes in bundles. A bundle takes the turn of one file.
 * Nobody else knows that there are bundles: each file has its own answer.
 */
import type { BundledFile, BundleLimits, OfferedFile, OfferVerdict } from '../../shared/protocol/bundles.ts'
import { maxOffers } from '../../shared/protocol/bundles.ts'
import { type ErrorCode, UploadError } from '../../shared/protocol/errors.ts'
import { Batcher } from './batcher.ts'
import type { ServerApi } from './server-api.ts'

/** A small file with all its bytes. */
export interface SmallFile {
  readonly file: OfferedFile
  readonly bytes: Buffer
  /** Called when it is about to be sent. Where it rejects, the file does not travel, and `send` throws the same. */
  readonly assertFinal: () => Promise<void>
  /** Called when its bytes begin to travel. */
  readonly onStart: () => void
}

/** A file that stayed behind, and why. */
interface Withheld {
  readonly state: 'withheld'
  readonly reason: unknown
}

/** Null: it is to be offered as a task of its own. */
type Sent = BundledFile | Withheld | null

/** Files above this are sent in chunks, whatever the server takes, bytes. */
const smallFileBytes = 1024 * 1024
/** Bytes of a bundle: enough that three of them keep a long line busy, and fewer on a slow line, so that they are answered soon. */
const bundleBytes = { least: 512 * 1024, most: 2 * 1024 * 1024 }
/**
 * What a file weighs in a bundle besides its bytes, in bytes. A thousand tiny files are no small request, and their answer
 * must stay below 1 MiB (bounded-answer.ts): for each file some 420 bytes and its path three times, percent-encoded in two
 * of them. That is less than half of this weight, so that 2 MiB of it are never answered with more than 1 MiB.
 */
const perFile = { bytes: 2_000, perPathByte: 14 }
/**
 * What an offer weighs: more than it adds to the request (two names in JSON) and to its answer (the path percent-encoded),
 * each of which must stay below 1 MiB.
 */
const perOffer = { bytes: 700, perPathByte: 5 }
/** Weight of one request of offers. */
const offersBytes = 1_000_000
/** Some requests of a hundred files keep a long line as busy as one of five hundred, and none holds up all else when it is answered. */
const filesInOffer = 125
const offersAtOnce = 4
/** A request that could be larger waits for so long for the next file, ms. */
const quietMs = 4
/** Of a server that knows no bundles. */
const noBundles: BundleLimits = { fileBytes: -1, bytes: 1, files: 1 }

export class SmallFiles {
  readonly #api: ServerApi
  readonly #offers: Batcher<OfferedFile, OfferVerdict | null>
  readonly #bundles: Batcher<SmallFile, Sent>
  /** Null before the first answer. */
  #limits: BundleLimits | null = null

  /**
   * @param inTurn runs what sends bytes as soon as it is its turn
   * @param turns how many may have their turn at once
   */
  constructor(api: ServerApi, inTurn: (send: () => Promise<void>) => Promise<void>, turns: () => number) {
    this.#api = api
    this.#offers = new Batcher({
      count: () => Math.min(filesInOffer, maxOffers),
      weight: () => Math.min(offersBytes, api.chunkLimit.bytes),
      weightOf: weightOfOffer,
      atOnce: () => offersAtOnce,
      quietMs,
      run: (files, signal) => this.#offer(files, signal),
    })
    this.#bundles = new Batcher({
      count: () => this.#limits?.files ?? 1,
      weight: () => Math.min(this.#bundleBytes(turns()), this.#limits?.bytes ?? 1, api.chunkLimit.bytes),
      weightOf: weightInBundle,
      atOnce: turns,
      quietMs,
      inTurn,
      run: (files, signal) => this.#sendAll(files, signal),
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

  /**
   * Null where the file is to be offered as a task: not even alone does it get through in a bundle.
   * @throws as `offer`, or what the file's `assertFinal` threw
   */
  async send(small: SmallFile, signal: AbortSignal): Promise<BundledFile | null> {
    const sent = await this.#bundles.add(small, signal)
    if (sent?.state === 'withheld') throw sent.reason
    return sent
  }

  /** A bundle for each turn fills the window. */
  #bundleBytes(turns: number): number {
    const { least, most } = bundleBytes
    return Math.min(most, Math.max(least, this.#api.window.bytes / turns))
  }

  #offer(files: readonly OfferedFile[], signal: AbortSignal): Promise<readonly (OfferVerdict | null)[]> {
    return this.#inParts(files, weightOfOffer, signal, async (part) => {
      const answer = this.#limits === noBundles ? null : await this.#api.offer(part, signal)
      this.#limits = answer?.bundle ?? noBundles
      return part.map((file, index) => {
        const verdict = answer?.files[index] ?? null
        return verdict?.state === 'wanted' && !this.mayTake(file.fileSize) ? null : verdict
      })
    })
  }

  async #sendAll(files: readonly SmallFile[], signal: AbortSignal): Promise<readonly Sent[]> {
    const weight = totalOf(files, weightInBundle)
    const passage = await this.#api.window.enter(weight, signal)
    let arrived = 0
    try {
      const sent = await this.#sendFinal(files, signal)
      arrived = weight
      return sent
    } finally {
      passage.end(arrived)
    }
  }

  /** A file that has changed since it was read stays behind, whatever else is in the bundle (R7, docs/promises.md). */
  async #sendFinal(files: readonly SmallFile[], signal: AbortSignal): Promise<readonly Sent[]> {
    const results = new Map<SmallFile, Sent>()
    const withhold = (small: SmallFile) => (reason: unknown) =>
      void results.set(small, { state: 'withheld', reason })
    await Promise.all(files.map((small) => small.assertFinal().catch(withhold(small))))
    const ready = files.filter((small) => !results.has(small))
    const sent = await this.#inParts(ready, weightInBundle, signal, (part) => this.#sendSome(part, signal))
    for (const [index, small] of ready.entries()) results.set(small, sent[index] ?? null)
    return files.map((small) => results.get(small) ?? null)
  }

  async #sendSome(
    files: readonly SmallFile[],
    signal: AbortSignal,
  ): Promise<readonly (BundledFile | null)[]> {
    for (const { onStart } of files) onStart()
    try {
      return await this.#api.sendBundle(files, signal)
    } catch (thrown) {
      if (isCoded(thrown, 'connection-stalled', 'request-timeout'))
        this.#api.chunkLimit.onTimedOut(totalOf(files, weightInBundle))
      // The server is an older one by now.
      if (isCoded(thrown, 'not-found')) this.#limits = noBundles
      throw thrown
    }
  }

  /**
   * Makes one request, or several where a proxy refuses it for its size.
   * @returns an answer for each file; null for those that have to travel alone
   */
  async #inParts<File, Answer>(
    files: readonly File[],
    weightOf: (file: File) => number,
    signal: AbortSignal,
    request: (part: readonly File[]) => Promise<readonly (Answer | null)[]>,
  ): Promise<readonly (Answer | null)[]> {
    const { chunkLimit } = this.#api
    const answers: (Answer | null)[] = []
    while (answers.length < files.length) {
      signal.throwIfAborted()
      const part = fitting(files.slice(answers.length), weightOf, chunkLimit.bytes)
      const alone = part.map(() => null)
      const answered = await request(part).catch((thrown: unknown) => {
        // Refused as a whole, it says nothing of any file: each gets an answer of its own.
        if (isCoded(thrown, 'bad-request', 'not-found')) return alone
        if (!isCoded(thrown, 'too-large-for-proxy')) throw thrown
        // The limit is that of requests in general: chunks learn from it too.
        const isSmaller = chunkLimit.onRefused(totalOf(part, weightOf))
        return part.length > 1 && isSmaller ? [] : alone
      })
      answers.push(...answered)
    }
    return answers
  }
}

/** The first files, as many as are not too heavy together; one at least. */
function fitting<File>(files: readonly File[], weightOf: (file: File) => number, limit: number) {
  let weight = 0
  const after = files.findIndex((file, index) => {
    weight += weightOf(file)
    return index > 0 && weight > limit
  })
  return after < 0 ? files : files.slice(0, after)
}

function totalOf<File>(files: readonly File[], weightOf: (file: File) => number): number {
  return files.reduce((sum, file) => sum + weightOf(file), 0)
}

function weightInBundle({ file, bytes }: SmallFile): number {
  return bytes.length + perFile.bytes + perFile.perPathByte * pathBytes(file)
}

function weightOfOffer(file: OfferedFile): number {
  return perOffer.bytes + perOffer.perPathByte * pathBytes(file)
}

/** As JSON, in which a control character takes six bytes. */
function pathBytes({ relativePath }: OfferedFile): number {
  return Buffer.byteLength(JSON.stringify(relativePath))
}

function isCoded(thrown: unknown, ...codes: readonly ErrorCode[]): boolean {
  return thrown instanceof UploadError && codes.includes(thrown.code)
}
