/** Stage: makes the copy that a preset asks for, or finds that the original goes as it is, and says why. */
import { lstat, rm } from 'node:fs/promises'
import { basename } from 'node:path/posix'
import { UploadError } from '../../shared/errors.ts'
import type { KeptReason, PayloadFacts, PreparationNote } from '../../shared/preparation.ts'
import type { Preset } from '../../shared/presets.ts'
import type { UploadItem } from '../../shared/upload.ts'
import { isPhotoFormat, photoKind } from '../intake/photo-kind.ts'
import { assertSameVersion, stampSource } from '../intake/source-file.ts'
import type { ImageResult } from '../workers/image-protocol.ts'
import { payloadName } from './payload-name.ts'
import type { StageControl, StageDeps } from './stage.ts'

/** Null payload: the original travels. */
export interface Preparation {
  readonly payload: PayloadFacts | null
  readonly note: PreparationNote
}

/**
 * Whether nothing is to be made: there is no preset, or what was decided at an earlier attempt still stands, so that a
 * resume never switches to other bytes (promise R8).
 */
export async function isPrepared({ preset, payload, note }: UploadItem): Promise<boolean> {
  if (preset === null || note?.kind === 'original-kept' || note?.kind === 'empty') return true
  const copy = payload && (await lstat(payload.path).catch(() => null))
  return copy?.isFile() === true && copy.size === payload?.size && copy.mtimeMs === payload.mtimeMs
}

/**
 * @param item its size and time say which version of the original is meant
 * @throws UploadError `not-convertible` where the preset says so, `source-changed`, `source-missing`,
 *   `source-unreadable`, `disk-full`
 */
export async function prepare(
  item: UploadItem,
  preset: Preset,
  control: StageControl,
  deps: Pick<StageDeps, 'imagePool' | 'payloads'>,
): Promise<Preparation> {
  const kind = await photoKind(item)
  if (!isPhotoFormat(kind)) return kept(item, preset, kind)
  if (!preset.convert.includes(kind)) return kept(item, preset, 'left-alone')
  const draft = deps.payloads.draftOf(item.id)
  try {
    const job = { ...preset, sourceFormat: kind, sourcePath: item.sourcePath, targetPath: draft }
    const result = await deps.imagePool.convert(job, control)
    // What was read while the file changed is the picture of neither version.
    assertSameVersion(item, await stampSource(item))
    if (result.kind === 'unwritable') throw unwritable(result)
    if (result.kind === 'problem') return kept(item, preset, result.problem)
    // A place that must not be told is worth a few more bytes, and so is a format that everybody can open: whoever
    // converts HEIC does not do it for its size.
    const isWorthBytes = result.locationRemoved || kind === 'heic'
    if (result.size >= item.size && !isWorthBytes) return kept(item, preset, 'would-be-larger')
    const path = await deps.payloads.publish(item.id, preset.format)
    const { size, mtimeMs } = await lstat(path)
    const relativePath = payloadName(item.relativePath, preset.format)
    return {
      payload: { path, size, mtimeMs, relativePath },
      note: { kind: 'converted', originalSize: item.size },
    }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Why a photo of a kind that presets are for cannot become a copy. */
const hindrances = {
  mislabelled: 'its content is not what its name says',
  damaged: 'it is damaged or of an unusual make',
  hdr: 'its brightness is more than usual formats can say',
  'several-images': 'it holds several pictures',
  'too-many-pixels': 'it has too many pixels',
  'timed-out': 'it took too long',
  'out-of-memory': 'it took too much memory',
  crashed: 'the converter ended unexpectedly',
  'not-faithful': 'a copy would lack something of the original',
} as const satisfies Partial<Record<KeptReason, string>>

const isHindrance = (reason: KeptReason): reason is keyof typeof hindrances => reason in hindrances

function kept(item: UploadItem, preset: Preset, reason: KeptReason): Preparation {
  if (!isHindrance(reason) || preset.whenUnconvertible === 'send-original') {
    return { payload: null, note: { kind: 'original-kept', reason } }
  }
  throw new UploadError(
    'not-convertible',
    `No copy of ${basename(item.relativePath)} can be made: ${hindrances[reason]}. Add it again without this preset to send the original.`,
    { facts: { kind: 'no-copy', name: basename(item.relativePath), problem: reason } },
  )
}

function unwritable({ errno, message }: Extract<ImageResult, { kind: 'unwritable' }>): UploadError {
  if (errno !== 'ENOSPC' && errno !== 'EDQUOT') {
    return new UploadError('internal', `The converted copy could not be written: ${message}`)
  }
  const words = 'There is no room on this computer for the converted copy. Make room, then press Retry.'
  return new UploadError('disk-full', words, { facts: { kind: 'no-room-for-copy' } })
}
