/** Decides that the original travels although a preset was chosen, or fails the file where the preset says so. */
import { basename } from 'node:path/posix'
import { extensionOf } from '../../shared/file-kinds.ts'
import type { KeptReason, PayloadFacts, PreparationNote } from '../../shared/preparation.ts'
import type { Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'

/** Null payload: the original travels. */
export interface Preparation {
  readonly payload: PayloadFacts | null
  readonly note: PreparationNote
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

/**
 * Under a preset that removes the place the note says that these bytes may still tell it.
 * @throws UploadError `not-convertible` where the preset wants no original in a copy's stead
 */
export function keepOriginal(item: UploadItem, preset: Preset, reason: KeptReason): Preparation {
  if (!isHindrance(reason) || preset.whenUnconvertible === 'send-original') {
    const mayTell =
      !preset.keepLocation && (reason !== 'no-photo' || extensionOf(item.relativePath) === 'xmp')
    const note = { kind: 'original-kept', reason } as const
    return { payload: null, note: mayTell ? { ...note, place: 'may-be-told' } : note }
  }
  throw new UploadError(
    'not-convertible',
    `No copy of ${basename(item.relativePath)} can be made: ${hindrances[reason]}. Add it again without this preset to send the original.`,
    { facts: { kind: 'no-copy', name: basename(item.relativePath), problem: reason } },
  )
}
