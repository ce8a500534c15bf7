/** A preset while it is edited: text and numbers that may not be valid yet. */
import { type Preset, photoFormats, presetSchema } from '../../../shared/presets.ts'
import { t } from '../../text/i18n.ts'
import { formatNames } from '../../text/preset-name.ts'
import type { TypedNumber } from './settings-draft.ts'
import { mergedFields, mergedSet } from './three-way.ts'

export interface PresetDraft
  extends Pick<
    Preset,
    'name' | 'format' | 'colour' | 'keepLocation' | 'convert' | 'extras' | 'whenUnconvertible'
  > {
  /** 1 to 100. */
  readonly qualityPercent: TypedNumber
  /** Pixels; empty for the full size. */
  readonly longEdge: TypedNumber
}

/** @param preset null for a new one */
export function presetDraftOf(preset: Preset | null): PresetDraft {
  const { quality, longEdge, ...rest } = preset ?? { ...presetSchema.parse({ name: 'new' }), name: '' }
  return { ...rest, qualityPercent: Math.round(quality * 100), longEdge: longEdge ?? '' }
}

/** The draft of a preset that was changed elsewhere too: fields that were not edited here are as they are there. */
export function rebasedPreset(edited: PresetDraft, base: Preset, newer: Preset): PresetDraft {
  const versions = { base: presetDraftOf(base), newer: presetDraftOf(newer), edited }
  const convert = mergedSet({
    base: base.convert,
    newer: newer.convert,
    edited: edited.convert,
  })
  return { ...mergedFields(versions), convert: photoFormats.filter((format) => convert.includes(format)) }
}

export type PresetErrors = Partial<Record<'name' | 'qualityPercent' | 'longEdge' | 'convert', string>>

/** The bounds of the longer edge, from the schema. */
const edge = presetSchema.shape.longEdge.unwrap().unwrap()
const edgeBounds = { least: edge.minValue ?? 1, most: edge.maxValue ?? Number.MAX_SAFE_INTEGER }

export function validatePreset(draft: PresetDraft): { errors: PresetErrors; preset: Preset | null } {
  const { qualityPercent, longEdge, ...rest } = draft
  const parsed = presetSchema.safeParse({
    ...rest,
    quality: qualityPercent === '' ? Number.NaN : Number(qualityPercent) / 100,
    longEdge: longEdge === '' ? null : longEdge,
  })
  if (parsed.success) return { errors: {}, preset: parsed.data }
  const invalid = new Set(parsed.error.issues.map(({ path }) => path[0]))
  const errors: PresetErrors = {
    ...(invalid.has('name') && { name: t('presets.nameMissing') }),
    ...(invalid.has('quality') && { qualityPercent: t('settings.numberBetween', { least: 1, most: 100 }) }),
    ...(invalid.has('longEdge') && { longEdge: t('presets.longEdgeInvalid', edgeBounds) }),
    ...(invalid.has('convert') && { convert: t('presets.convertMissing') }),
  }
  return { errors, preset: null }
}

/** Format, quality and size of a preset in one line. */
export function presetSummary({ format, quality, longEdge }: Preset): string {
  const facts = { format: formatNames[format], quality: Math.round(quality * 100) }
  return longEdge === null
    ? t('presets.summary', facts)
    : t('presets.summaryPixels', { ...facts, pixels: longEdge })
}
