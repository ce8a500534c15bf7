/** What presets and photo formats are called in the window. */
import { isBuiltIn, type Preset, type PresetChoice } from '../../shared/presets.ts'
import type { Translate } from './use-text.ts'

/** Presets that come with PhotoFerry have translated names; the user's own are shown as they typed them. */
export function presetName({ id, preset }: Pick<PresetChoice, 'id' | 'preset'>, t: Translate): string {
  return isBuiltIn(id) ? t(`presets.names.${id}`) : (preset?.name ?? id)
}

/** As `presetName`, where only the preset is known: those that come with PhotoFerry are named by their id. */
export function namedPreset(preset: Preset, t: Translate): string {
  return presetName({ id: preset.name, preset }, t)
}

/** The same in every language. */
export const formatNames = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  tiff: 'TIFF',
  heic: 'HEIC',
} as const
