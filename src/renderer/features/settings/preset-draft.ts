/** A preset while a person edits it: as text and numbers that may not be right yet. Pure. */
import { isBuiltIn, type Preset, type PresetChoice, presetSchema } from '../../../shared/presets.ts'
import { t } from '../../text/i18n.ts'
import type { Words } from '../../text/use-text.ts'
import type { TypedNumber } from './settings-draft.ts'

export interface PresetDraft
  extends Pick<Preset, 'name' | 'format' | 'colour' | 'keepLocation' | 'convert' | 'whenUnconvertible'> {
  /** 1 to 100. */
  readonly qualityPercent: TypedNumber
  /** Pixels; empty for all there are. */
  readonly longEdge: TypedNumber
}

export function presetDraftOf(preset: Preset | null): PresetDraft {
  const { quality, longEdge, ...rest } = preset ?? { ...presetSchema.parse({ name: 'new' }), name: '' }
  return { ...rest, qualityPercent: Math.round(quality * 100), longEdge: longEdge ?? '' }
}

export type PresetErrors = Partial<Record<'name' | 'qualityPercent' | 'longEdge' | 'convert', string>>

/** Bounds of the longer edge, as the schema has them. */
const edge = presetSchema.shape.longEdge.unwrap().unwrap()
const edgeBounds = { least: edge.minValue ?? 1, most: edge.maxValue ?? Number.MAX_SAFE_INTEGER }

export function checkPreset(draft: PresetDraft): { errors: PresetErrors; preset: Preset | null } {
  const { qualityPercent, longEdge, ...rest } = draft
  const parsed = presetSchema.safeParse({
    ...rest,
    quality: qualityPercent === '' ? Number.NaN : Number(qualityPercent) / 100,
    longEdge: longEdge === '' ? null : longEdge,
  })
  if (parsed.success) return { errors: {}, preset: parsed.data }
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]))
  const errors: PresetErrors = {
    ...(wrong.has('name') && { name: t('presets.nameMissing') }),
    ...(wrong.has('quality') && { qualityPercent: t('settings.numberBetween', { least: 1, most: 100 }) }),
    ...(wrong.has('longEdge') && { longEdge: t('presets.longEdgeInvalid', edgeBounds) }),
    ...(wrong.has('convert') && { convert: t('presets.convertMissing') }),
  }
  return { errors, preset: null }
}

/** Names of presets that come with PhotoFerry are words of the window; all others are the person's own. */
export function presetName({ id, preset }: Pick<PresetChoice, 'id' | 'preset'>, words: Words): string {
  return isBuiltIn(id) ? words(`presets.names.${id}`) : (preset?.name ?? id)
}

export function presetSummary({ format, quality, longEdge }: Preset, words: Words): string {
  const facts = { format: formatNames[format], quality: Math.round(quality * 100) }
  return longEdge === null
    ? words('presets.summary', facts)
    : words('presets.summaryPixels', { ...facts, pixels: longEdge })
}

/** Names of formats are the same in every language. */
export const formatNames = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  tiff: 'TIFF',
  heic: 'HEIC',
} as const
