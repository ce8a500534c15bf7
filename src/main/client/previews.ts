/**
 * Previews first: small copies of all photos of a batch are a batch of their own, in the place before it, and the originals
 * wait until the previews that can be sent have arrived. A preview never stands for its original.
 */
import { randomUUID } from 'node:crypto'
import { type Batch, noneRemoved, previewsSuffix } from '../../shared/batch.ts'
import { legalPart } from '../../shared/destination.ts'
import { hasPicture, kindOf } from '../../shared/file-kinds.ts'
import { setKeyOf } from '../../shared/file-sets.ts'
import { previewPreset } from '../../shared/presets.ts'
import { isFinished, type UploadItem } from '../../shared/upload.ts'
import type { Journal } from '../journal/journal.ts'
import { payloadName } from '../pipeline/payload.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import { newBatch } from '../queue/new-batch.ts'

export interface PreviewDeps {
  readonly list: ItemList
  readonly journal: Pick<Journal, 'nextOrder'>
  /** Whether more files of a batch are being found, or come from a page: their previews are to come first too. */
  readonly isGrowing: (batchId: string) => boolean
  /** Batches that waited need not wait any longer. */
  readonly onFree: () => void
}

/** The last previews end within moments of each other. */
const pauseMs = 20

export class Previews implements ListListener {
  readonly #deps: PreviewDeps
  /** Batch of originals -> that of their previews. */
  readonly #byOriginals = new Map<string, string>()
  /** Batches that waited when they were last asked about. */
  readonly #held = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: PreviewDeps) {
    this.#deps = deps
    for (const id of deps.list.batchIds()) {
      const previewsOf = deps.list.batch(id)?.previewsOf ?? null
      if (previewsOf !== null) this.#byOriginals.set(previewsOf, id)
    }
    deps.list.listen(this)
  }

  /** The batch of previews of a batch; undefined where it has none. */
  of(batchId: string): Batch | undefined {
    return this.#deps.list.batch(this.#byOriginals.get(batchId) ?? '')
  }

  /** Adds the previews of originals that were just listed. The caller has the journal written. */
  add(batchId: string, originals: readonly UploadItem[]): void {
    const { list, journal } = this.#deps
    const batch = list.batch(batchId)
    if (batch?.destination?.previews !== true) return
    const raws = new Set(list.select({ batchIds: [batchId] }).flatMap((item) => rawKey(item) ?? []))
    const wanted = originals.filter((item) => isWanted(item, raws))
    if (wanted.length === 0) return
    const previews = this.of(batchId) ?? this.#open(batch)
    list.put(wanted.map((item) => previewOf(item, batch, previews.id, journal.nextOrder())))
  }

  /** Whether originals wait: more are being found, or previews of them can be sent now. What waits for something holds nobody. */
  isHeld(batchId: string): boolean {
    const { list, isGrowing } = this.#deps
    if (list.batch(batchId)?.destination?.previews !== true) return false
    const previews = this.#byOriginals.get(batchId)
    const sendable = previews === undefined ? 0 : (list.batchRemaining(previews)?.sendableFiles ?? 0)
    const isHeld = sendable > 0 || isGrowing(batchId)
    if (isHeld) this.#held.add(batchId)
    else this.#held.delete(batchId)
    return isHeld
  }

  /** The person wants the batch. */
  confirm(batchId: string): void {
    const previews = this.of(batchId)
    if (previews) this.#deps.list.changeBatch(previews.id, { unconfirmed: false })
  }

  /** Takes the previews of a batch off the list. */
  withdraw(batchId: string): void {
    const { list } = this.#deps
    const previews = this.of(batchId)
    if (previews) list.remove(list.select({ batchIds: [previews.id] }))
    this.#byOriginals.delete(batchId)
  }

  onItem({ isPreview }: UploadItem): void {
    if (isPreview) this.#checkSoon()
  }

  onItemRemoved(): void {
    this.#checkSoon()
  }

  onBatch(): void {
    this.#checkSoon()
  }

  onBatchRemoved(): void {
    this.#checkSoon()
  }

  #checkSoon(): void {
    if (this.#held.size === 0) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if ([...this.#held].filter((batchId) => !this.isHeld(batchId)).length > 0) this.#deps.onFree()
    }, pauseMs).unref()
  }

  #open({ id, name, serverId, drives, unconfirmed }: Batch): Batch {
    const { list, journal } = this.#deps
    const batch = newBatch({
      name: `${name}${previewsSuffix}`,
      order: journal.nextOrder(),
      ...{ serverId, drives, unconfirmed },
      preset: previewPreset,
      previewsOf: id,
      removed: noneRemoved,
    })
    list.addBatchBefore(batch, id)
    this.#byOriginals.set(id, batch.id)
    return batch
  }
}

/** A photo that will be sent; a JPEG beside a RAW of its name gets no preview of its own. */
function isWanted({ relativePath, state, size }: UploadItem, raws: ReadonlySet<string>): boolean {
  const kind = kindOf(relativePath)
  if (isFinished(state.status) || size === 0 || !hasPicture(kind) || kind.group === 'video') return false
  return kind.group === 'raw' || !raws.has(setKeyOf(relativePath) ?? '')
}

function rawKey({ relativePath }: UploadItem): string | null {
  return kindOf(relativePath).group === 'raw' ? setKeyOf(relativePath) : null
}

function previewOf(original: UploadItem, batch: Batch, batchId: string, order: number): UploadItem {
  return {
    ...original,
    ...{ id: randomUUID(), batchId, order },
    isPreview: true,
    // An inbox copy belongs to the original.
    staged: false,
    preset: previewPreset,
    target: pathOf(original.relativePath, batch),
    sequence: null,
    ...{ md5: null, sha256: null, payload: null, note: null, taskId: null },
    state: { status: 'queued' },
  }
}

/** Batches of one name must not share a folder: a link to it would show the others' previews too. */
function pathOf(relativePath: string, { name, createdAtMs, destination }: Batch): string {
  const below = relativePath.startsWith(`${name}/`) ? relativePath.slice(name.length + 1) : relativePath
  const own = legalPart(`${name} ${timeOf(createdAtMs)}`)
  const folder = destination?.folder ? `${destination.folder}/` : ''
  return payloadName(`${folder}previews/${own}/${below}`, 'jpeg')
}

/** By this computer's clock, as a name can have it: `2026-06-13 142305`. */
function timeOf(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString()
  return `${local.slice(0, 10)} ${local.slice(11, 19).replaceAll(':', '')}`
}
