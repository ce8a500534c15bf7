/** Stage: makes the copy that a preset asks for, or finds that the original goes as it is, and says why. */
import { lstat } from 'node:fs/promises'
import type { Preset } from '../../shared/presets.ts'
import type { UploadItem } from '../../shared/upload.ts'
import { isPhotoFormat, photoKind } from '../intake/photo-kind.ts'
import { keepOriginal, type Preparation } from './keep-original.ts'
import { PhotoPreparation } from './prepare-photo.ts'
import type { StageControl, StageDeps } from './stage.ts'

/**
 * Whether nothing is to be made: there is no preset, or what was decided at an earlier attempt still stands, so that a
 * resume never switches to other bytes (promise R8).
 */
export async function isPrepared({ preset, payload, note }: UploadItem): Promise<boolean> {
  if (preset === null || note?.kind === 'empty') return true
  if (note?.kind === 'original-kept' && payload === null) return true
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
  if (!isPhotoFormat(kind)) return keepOriginal(item, preset, kind)
  return new PhotoPreparation(item, preset, kind, control, deps).run()
}
