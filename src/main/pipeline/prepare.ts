/** Stage: makes the copy that a preset asks for, or decides that the original is uploaded as it is, and says why. */
import { lstat, rm } from 'node:fs/promises'
import { basename } from 'node:path/posix'
import { copyPath } from '../../shared/destination.ts'
import { extensionOf } from '../../shared/file-kinds.ts'
import type { KeptReason, PayloadFacts, PreparationNote } from '../../shared/preparation.ts'
import type { PhotoFormat, Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { libraryPathOf, type UploadItem } from '../../shared/upload.ts'
import { meansFull } from '../disk/disk-full.ts'
import type { CopyJob, ImageResult } from '../images/convert/image-job.ts'
import { pictureKindOf } from '../images/source-kind.ts'
import { otherFile } from '../intake/in-place.ts'
import { isPhotoFormat, photoKind } from '../intake/photo-kind.ts'
import { assertSameVersion, changedMeanwhile, fileAccessError, stampSource } from '../intake/source-file.ts'
import { otherBytes } from './check-source.ts'
import type { Journey, StageTools } from './journey.ts'
import { payloadName } from './payload.ts'
import { LeftOut } from './place.ts'

/** What was decided; a null payload means that the original travels. */
export interface Preparation {
  readonly payload: PayloadFacts | null
  readonly note: PreparationNote
}

/** Does nothing where there is no preset, or where an earlier attempt has decided. @throws UploadError as `preparationOf` */
export async function prepare(journey: Journey): Promise<void> {
  const { item, signal, deps } = journey
  if (item.preset === null || (await isPrepared(item))) return
  journey.enter({ status: 'preparing' })
  const preparation = await preparationOf(item, item.preset, signal, deps)
  // A photo whose card was pulled out while it was read is not damaged.
  await deps.drives.assertThere(item)
  journey.update({ ...preparation, ...otherBytes })
}

/** Whether what was decided at an earlier attempt still stands: a resume never switches to other bytes (R8, docs/promises.md). */
async function isPrepared({ payload, note, size, isPreview }: UploadItem): Promise<boolean> {
  // An empty file is sent as it is under every preset, and ends as `empty`.
  if (size === 0 && !isPreview) return true
  if (note?.kind === 'original-kept' && payload === null) return true
  const copy = payload && (await lstat(payload.path).catch(() => null))
  return copy?.isFile() === true && copy.size === payload?.size && copy.mtimeMs === payload.mtimeMs
}

type CopyTools = Pick<StageTools, 'imagePool' | 'payloads'> & Partial<Pick<StageTools, 'placer'>>

/**
 * @param item its size and time say which version of the original is meant
 * @throws UploadError `not-convertible` where the preset says so, `source-changed`, `source-missing`,
 *   `source-unreadable`, `disk-full`
 */
export async function preparationOf(
  item: UploadItem,
  preset: Preset,
  signal: AbortSignal,
  tools: CopyTools,
): Promise<Preparation> {
  if (item.isPreview) return previewOf(item, preset, signal, tools)
  const kind = await photoKind(item)
  if (!isPhotoFormat(kind)) return keepOriginal(item, preset, kind)
  const maker = new CopyMaker(item, preset, kind, signal, tools)
  try {
    return await maker.make()
  } finally {
    await maker.removeDraft()
  }
}

/**
 * A preview is never the original's bytes: where none can be made there is none.
 * @throws LeftOut, and as `preparationOf`
 */
async function previewOf(
  item: UploadItem,
  { longEdge, quality, format }: Preset,
  signal: AbortSignal,
  { imagePool, payloads }: CopyTools,
): Promise<Preparation> {
  const sourceKind = pictureKindOf(item)
  if (sourceKind === null || item.size === 0) throw new LeftOut({ by: 'no-preview' })
  const { sourcePath, realFolder, inode, id, size: originalSize } = item
  const source = { sourceKind, sourcePath, realFolder, inode, targetPath: payloads.draftOf(id) }
  const mark = `PhotoFerry preview ${id}`
  try {
    const job = { task: 'preview', ...source, longEdge: longEdge ?? 2_048, quality, mark } as const
    const result = await imagePool.convert(job, { signal })
    assertSameVersion(item, await stampSource(item))
    if (result.kind === 'not-there') throw notThere(item, result)
    if (result.kind === 'unwritable') throw unwritable(result)
    if (result.kind === 'problem') throw new LeftOut({ by: 'no-preview' })
    const path = await payloads.publish(id, format)
    const { size, mtimeMs } = await lstat(path)
    const payload = { path, size, mtimeMs, relativePath: libraryPathOf(item) }
    return { payload, note: { kind: 'converted', originalSize } }
  } finally {
    await rm(payloads.draftOf(id), { force: true })
  }
}

/** Makes the copy of one photo. */
class CopyMaker {
  readonly #item: UploadItem
  readonly #preset: Preset
  readonly #format: PhotoFormat
  readonly #signal: AbortSignal
  readonly #tools: CopyTools
  readonly #draft: string

  /** @param format by the file's own bytes */
  constructor(item: UploadItem, preset: Preset, format: PhotoFormat, signal: AbortSignal, tools: CopyTools) {
    this.#item = item
    this.#preset = preset
    this.#format = format
    this.#signal = signal
    this.#tools = tools
    this.#draft = tools.payloads.draftOf(item.id)
  }

  async make(): Promise<Preparation> {
    const [item, preset] = [this.#item, this.#preset]
    if (!preset.convert.includes(this.#format)) return this.#original('left-alone')
    const result = await this.#run('convert')
    if (result.kind === 'problem') return this.#original(result.problem)
    // A location that must not be told is worth a few more bytes, and so is a format that everybody can open: nobody
    // converts HEIC for its size.
    const isWorthBytes = result.place !== 'none' || this.#format === 'heic'
    if (result.size >= item.size && !isWorthBytes) {
      // The copy found no place to remove, so the original has none either.
      return { payload: null, note: { kind: 'original-kept', reason: 'would-be-larger' } }
    }
    const payload = await this.#publish(this.#copyPath(payloadName(libraryPathOf(item), preset.format)))
    const { leftOut } = result
    const note = { kind: 'converted', originalSize: item.size } as const
    return { payload, note: leftOut.length > 0 ? { ...note, leftOut } : note }
  }

  /** Apart from the originals, where the batch has a destination of its own. */
  #copyPath(path: string): string {
    const destination = this.#tools.placer?.destinationOf(this.#item.batchId)
    return destination == null ? path : copyPath(path, this.#preset.name, destination.copies)
  }

  async removeDraft(): Promise<void> {
    await rm(this.#draft, { force: true })
  }

  /** The original, without its location where the preset wants that and it can be removed. */
  async #original(reason: KeptReason): Promise<Preparation> {
    const preparation = keepOriginal(this.#item, this.#preset, reason)
    if (this.#preset.keepLocation) return preparation
    const result = await this.#run('strip-location')
    if (result.kind === 'problem') return preparation
    const note = { kind: 'original-kept', reason } as const
    if (result.place === 'none') return { payload: null, note }
    const payload = await this.#publish(libraryPathOf(this.#item))
    return { payload, note: { ...note, place: result.place } }
  }

  async #run(task: CopyJob['task']): Promise<Exclude<ImageResult, Unwritable | NotThere>> {
    const [sourceFormat, { sourcePath, realFolder, inode }] = [this.#format, this.#item]
    const source = { sourceFormat, sourcePath, realFolder, inode }
    const job = { ...this.#preset, task, ...source, targetPath: this.#draft }
    const result = await this.#tools.imagePool.convert(job, { signal: this.#signal })
    // What was read while the file changed is the picture of neither version.
    assertSameVersion(this.#item, await stampSource(this.#item))
    if (result.kind === 'not-there') throw notThere(this.#item, result)
    if (result.kind === 'unwritable') throw unwritable(result)
    return result
  }

  async #publish(relativePath: string): Promise<PayloadFacts> {
    const path = await this.#tools.payloads.publish(this.#item.id, this.#preset.format)
    const { size, mtimeMs } = await lstat(path)
    return { path, size, mtimeMs, relativePath }
  }
}

type NotThere = Extract<ImageResult, { kind: 'not-there' }>

function notThere(item: UploadItem, { errno }: NotThere): UploadError {
  return errno === otherFile ? changedMeanwhile(item) : fileAccessError(item, errno, new Error(errno))
}

type Unwritable = Extract<ImageResult, { kind: 'unwritable' }>

function unwritable({ errno, message }: Unwritable): UploadError {
  if (!meansFull(errno)) {
    return new UploadError('internal', `The converted copy could not be written: ${message}`)
  }
  const words = 'There is no room on this computer for the converted copy. Free up space, then retry.'
  return new UploadError('disk-full', words, { facts: { kind: 'no-room-for-copy' } })
}

/** Why a photo of a format that presets convert cannot become a copy. */
const hindrances = {
  mislabelled: 'its content is not what its name says',
  damaged: 'it is damaged or has an unusual structure',
  hdr: 'it is an HDR picture, which usual formats cannot hold',
  'several-images': 'it holds several pictures',
  'too-many-pixels': 'it has too many pixels',
  'timed-out': 'it took too long',
  'out-of-memory': 'it took too much memory',
  crashed: 'the converter ended unexpectedly',
  'unusual-pixels': 'its colours or its bit depth are unusual',
  'has-extras': 'it holds motion, sound or further pictures, which this preset keeps',
  'not-faithful': 'a copy would lose part of the original',
  'looks-different': 'a copy would not look like the original',
  unchecked: 'it holds no preview that a copy could be checked against',
} as const satisfies Partial<Record<KeptReason, string>>

/** Extensions of files that hold only what somebody typed; everything else may hold what a device wrote. */
const plainTexts = ['txt', 'md']

const isHindrance = (reason: KeptReason): reason is keyof typeof hindrances => reason in hindrances

/**
 * Decides that the original travels although there is a preset. Under a preset that removes the location, the note says
 * that these bytes may still contain it.
 * @throws UploadError `not-convertible` where the preset accepts no original in place of a copy
 */
function keepOriginal(item: UploadItem, preset: Preset, reason: KeptReason): Preparation {
  if (!isHindrance(reason) || preset.whenUnconvertible === 'send-original') {
    const note = { kind: 'original-kept', reason } as const
    const mayTell = !preset.keepLocation && !plainTexts.includes(extensionOf(item.relativePath))
    return { payload: null, note: mayTell ? { ...note, place: 'may-be-told' } : note }
  }
  const name = basename(item.relativePath)
  throw new UploadError(
    'not-convertible',
    `${name} can't be converted: ${hindrances[reason]}. To upload the original, add it again without this preset.`,
    { facts: { kind: 'no-copy', name, problem: reason } },
  )
}
