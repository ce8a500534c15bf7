/** Has the copy of one photo made that its preset asks for, or finds out why the original goes; part of the stage `prepare`. */
import { lstat, rm } from 'node:fs/promises'
import type { KeptReason, PayloadFacts } from '../../shared/preparation.ts'
import type { PhotoFormat, Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { ImageJob, ImageResult } from '../images/convert/image-job.ts'
import { assertSameVersion, stampSource } from '../intake/source-file.ts'
import { keepOriginal, type Preparation } from './keep-original.ts'
import { payloadName } from './payload-name.ts'
import type { StageControl, StageDeps } from './stage.ts'

type Tools = Pick<StageDeps, 'imagePool' | 'payloads'>
type Unwritable = Extract<ImageResult, { kind: 'unwritable' }>

export class PhotoPreparation {
  readonly #item: UploadItem
  readonly #preset: Preset
  readonly #format: PhotoFormat
  readonly #control: StageControl
  readonly #tools: Tools
  readonly #draft: string

  /** @param format by the file's own bytes */
  constructor(item: UploadItem, preset: Preset, format: PhotoFormat, control: StageControl, tools: Tools) {
    this.#item = item
    this.#preset = preset
    this.#format = format
    this.#control = control
    this.#tools = tools
    this.#draft = tools.payloads.draftOf(item.id)
  }

  /** @throws UploadError as `prepare`; no draft is left in any case */
  async run(): Promise<Preparation> {
    try {
      return await this.#prepared()
    } finally {
      await rm(this.#draft, { force: true })
    }
  }

  async #prepared(): Promise<Preparation> {
    const [item, preset] = [this.#item, this.#preset]
    if (!preset.convert.includes(this.#format)) return this.#original('left-alone')
    const result = await this.#work('convert')
    if (result.kind === 'problem') return this.#original(result.problem)
    // A place that must not be told is worth a few more bytes, and so is a format that everybody can open: whoever
    // converts HEIC does not do it for its size.
    const isWorthBytes = result.locationRemoved || this.#format === 'heic'
    if (result.size >= item.size && !isWorthBytes) {
      // The copy was as placeless as the original.
      return { payload: null, note: { kind: 'original-kept', reason: 'would-be-larger' } }
    }
    const payload = await this.#published(payloadName(item.relativePath, preset.format))
    return { payload, note: { kind: 'converted', originalSize: item.size } }
  }

  /** The original, without its place where the preset wants it so and it can be taken out. */
  async #original(reason: KeptReason): Promise<Preparation> {
    const preparation = keepOriginal(this.#item, this.#preset, reason)
    if (this.#preset.keepLocation) return preparation
    const result = await this.#work('strip-location')
    if (result.kind === 'problem') return preparation
    const note = { kind: 'original-kept', reason } as const
    if (!result.locationRemoved) return { payload: null, note }
    const payload = await this.#published(this.#item.relativePath)
    return { payload, note: { ...note, place: 'removed' } }
  }

  async #work(task: ImageJob['task']): Promise<Exclude<ImageResult, Unwritable>> {
    const [sourceFormat, { sourcePath }] = [this.#format, this.#item]
    const job = { ...this.#preset, task, sourceFormat, sourcePath, targetPath: this.#draft }
    const result = await this.#tools.imagePool.convert(job, this.#control)
    // What was read while the file changed is the picture of neither version.
    assertSameVersion(this.#item, await stampSource(this.#item))
    if (result.kind === 'unwritable') throw unwritable(result)
    return result
  }

  async #published(relativePath: string): Promise<PayloadFacts> {
    const path = await this.#tools.payloads.publish(this.#item.id, this.#preset.format)
    const { size, mtimeMs } = await lstat(path)
    return { path, size, mtimeMs, relativePath }
  }
}

function unwritable({ errno, message }: Extract<ImageResult, { kind: 'unwritable' }>): UploadError {
  if (errno !== 'ENOSPC' && errno !== 'EDQUOT') {
    return new UploadError('internal', `The converted copy could not be written: ${message}`)
  }
  const words = 'There is no room on this computer for the converted copy. Make room, then retry.'
  return new UploadError('disk-full', words, { facts: { kind: 'no-room-for-copy' } })
}
