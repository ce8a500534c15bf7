/**
 * Proves that a card may be formatted, or says why not: every byte on it is read once more, from the card, and each file is
 * looked for at the server by its SHA-256, which reads its own bytes of it just then. What the list says counts for nothing.
 */
import PQueue from 'p-queue'
import type { DropRoot } from '../../shared/batch.ts'
import type { UnsafeFindings, UnsafeReason } from '../../shared/cards.ts'
import type { ReceiptLine } from '../../shared/history.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { type ListedFile, routes } from '../../shared/protocol/wire.ts'
import type { ReadOnceMore } from '../hashing/hash-job.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { askServer } from './ask-server.ts'
import { findingsOf } from './findings.ts'
import { type CardContent, type CardFile, differences, isMedia, walkCard } from './walk-card.ts'

/** How far a check is; bytes are those of the card. */
interface CheckProgress {
  readonly checkedFiles: number
  readonly files: number
  readonly readBytes: number
  readonly bytes: number
  /** Whether the server is away, and waited for. */
  readonly waiting: boolean
}

export interface CardCheckDeps {
  readonly hashPool: Pick<HashPool, 'readOnceMore'>
  /** The server to ask; null while it is away. */
  readonly api: () => ServerApi | null
  /** Whether the very card is in its place. */
  readonly isThere: () => Promise<boolean>
  /** What the list says of a file that the server lacks. */
  readonly reasonFor: (file: CardFile) => UnsafeReason
  readonly onProgress: (progress: CheckProgress) => void
}

/** What a check came to. */
export type CheckedCard =
  | {
      readonly kind: 'safe'
      /** What is on the card: it is safe for as long as that is all. */
      readonly content: CardContent
      readonly lines: readonly ReceiptLine[]
      readonly emptyFiles: readonly string[]
      readonly pastMemory: boolean
    }
  | { readonly kind: 'unsafe'; readonly findings: UnsafeFindings }

/** A card reads one after the other; a second file hides the time between them. */
const readAtOnce = 2
const askedAtOnce = 8

/**
 * @param root of the card
 * @throws UploadError `drive-away` when it was taken out meanwhile, and of the server; the signal's reason
 */
export async function checkCard(
  root: DropRoot,
  deps: CardCheckDeps,
  signal: AbortSignal,
): Promise<CheckedCard> {
  const before = await walkCard(root.root, signal)
  const check = new Check(root, before, deps, signal)
  await check.run()
  await assertThere(root, deps)
  const now = await walkCard(root.root, signal)
  const { reasons, lines, emptyFiles, pastMemory } = check
  for (const path of now.unreadable) reasons.set(path, 'unreadable')
  for (const path of now.leftOutMedia) reasons.set(path, 'left-out')
  for (const path of differences(before, now)) reasons.set(path, 'new')
  // Another card of the same name may have been walked.
  await assertThere(root, deps)
  return reasons.size === 0
    ? { kind: 'safe', content: now, lines, emptyFiles, pastMemory }
    : { kind: 'unsafe', findings: findingsOf(reasons, now.files.length, true) }
}

async function assertThere({ name }: DropRoot, { isThere }: CardCheckDeps): Promise<void> {
  if (await isThere()) return
  const message = `${name} was taken out while it was being checked. Connect it again, then check it again.`
  throw new UploadError('drive-away', message, { facts: { kind: 'card-taken-out', name } })
}

class Check {
  readonly reasons = new Map<string, UnsafeReason>()
  readonly lines: ReceiptLine[] = []
  readonly emptyFiles: string[] = []
  pastMemory = true
  readonly #root: DropRoot
  readonly #content: CardContent
  readonly #deps: CardCheckDeps
  readonly #signal: AbortSignal
  readonly #sinceMs = performance.now()
  readonly #bytes: number
  #checkedFiles = 0
  #readBytes = 0
  #isWaiting = false
  #failure: unknown

  constructor(root: DropRoot, content: CardContent, deps: CardCheckDeps, signal: AbortSignal) {
    this.#root = root
    this.#content = content
    this.#deps = deps
    this.#signal = signal
    this.#bytes = content.files.reduce((sum, { size }) => sum + size, 0)
  }

  /** @throws what could not be mended by waiting, the first */
  async run(): Promise<void> {
    const reading = new PQueue({ concurrency: readAtOnce })
    const asking = new PQueue({ concurrency: askedAtOnce })
    const guarded = (work: Promise<void>) =>
      work.catch((thrown) => {
        this.#failure ??= thrown
      })
    for (const file of this.#content.files) {
      if (this.#failure !== undefined) break
      await reading.onSizeLessThan(readAtOnce)
      await asking.onSizeLessThan(askedAtOnce)
      void reading.add(() =>
        guarded(
          this.#read(file).then((read) => {
            if (read !== null) void asking.add(() => guarded(this.#ask(file, read)))
          }),
        ),
      )
    }
    await reading.onIdle()
    await asking.onIdle()
    if (this.#failure !== undefined) throw this.#failure
  }

  /** @returns null where the file needs no answer of the server, or can have none */
  async #read(file: CardFile): Promise<ReadOnceMore | null> {
    if (this.#failure !== undefined) return null
    if (file.size === 0) {
      if (isMedia(file.path)) return this.#conclude(file, 'empty')
      this.emptyFiles.push(file.path)
      return this.#conclude(file, null)
    }
    const { sourcePath: path, realFolder = null, inode, size } = file
    let seen = 0
    const onProgress = ({ hashedBytes }: { readonly hashedBytes: number }) => {
      this.#readBytes += hashedBytes - seen
      seen = hashedBytes
      this.#tell()
    }
    const options = { signal: this.#signal, onProgress }
    const read = await this.#deps.hashPool.readOnceMore({ path, realFolder, inode, size }, options)
    this.#readBytes += size - seen
    if ('errno' in read) {
      await assertThere(this.#root, this.#deps)
      return this.#conclude(file, 'unreadable')
    }
    this.pastMemory &&= read.pastMemory
    return read.size === size ? read : this.#conclude(file, 'new')
  }

  async #ask(file: CardFile, read: ReadOnceMore): Promise<void> {
    if (this.#failure !== undefined) return
    const onWaiting = (isWaiting: boolean) => {
      this.#isWaiting = isWaiting
      this.#tell()
    }
    const { api } = this.#deps
    const asked = { api, sinceMs: this.#sinceMs, onWaiting, signal: this.#signal }
    const found = await askServer({ sha256: read.sha256, size: read.size }, asked)
    if (found) this.lines.push(this.#lineOf(file, read, found))
    this.#conclude(file, found ? null : this.#deps.reasonFor(file))
  }

  #lineOf(
    { sourcePath, size, mtimeMs, ctimeMs, inode }: CardFile,
    read: ReadOnceMore,
    at: ListedFile,
  ): ReceiptLine {
    const path = routes.file(at.path)
    return {
      sourcePath,
      relativePath: at.path,
      size: at.size,
      md5: at.md5,
      sha256: read.sha256,
      url: this.#deps.api()?.absolute(path) ?? path,
      storedAtMs: Date.parse(at.storedAt),
      verifiedAtMs: Date.parse(at.verifiedAt),
      confirmedAtMs: Date.now(),
      converted: false,
      source: { size, mtimeMs, ctimeMs, inode },
      drive: this.#root,
      sourceCheckedAtMs: Date.now(),
      sourceGone: false,
    }
  }

  #conclude({ path }: CardFile, reason: UnsafeReason | null): null {
    if (reason !== null) this.reasons.set(path, reason)
    this.#checkedFiles += 1
    this.#tell()
    return null
  }

  #tell(): void {
    this.#deps.onProgress({
      checkedFiles: this.#checkedFiles,
      files: this.#content.files.length,
      readBytes: this.#readBytes,
      bytes: this.#bytes,
      waiting: this.#isWaiting,
    })
  }
}
