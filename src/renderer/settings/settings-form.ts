/** What the settings dialog holds while a person types, and its way into a patch that main accepts. Pure. */
import { bundledServerId, serverAddressSchema } from '../../shared/servers.ts'
import { type Settings, type SettingsPatch, serverOf, settingsSchema } from '../../shared/settings.ts'
import { t } from '../text/text.ts'

const bytesPerMegabyte = 1_000_000

/** Number inputs give a string while what is typed is no number. */
export interface SettingsDraft {
  readonly where: 'here' | 'elsewhere'
  readonly url: string
  readonly token: string
  readonly parallelFiles: number | string
  readonly parallelChunks: number | string
  readonly maxRetries: number | string
  readonly maxMegabytes: number | string
  readonly preset: Settings['preset']
  readonly ownPresets: Settings['ownPresets']
  /** 1 to 100; empty for the preset's own. */
  readonly qualityPercent: number | string
  readonly theme: Settings['theme']
  readonly language: Settings['language']
}

export type DraftErrors = Partial<Record<keyof SettingsDraft, string>>

export type Checked =
  | { readonly ok: true; readonly patch: SettingsPatch }
  | { readonly ok: false; readonly errors: DraftErrors }

export function draftOf(settings: Settings): SettingsDraft {
  const server = serverOf(settings, settings.defaultServerId) ?? null
  return {
    where: server === null ? 'here' : 'elsewhere',
    url: server?.url ?? '',
    token: server?.token ?? '',
    parallelFiles: settings.parallelFiles,
    parallelChunks: settings.parallelChunks,
    maxRetries: settings.maxRetries,
    maxMegabytes: settings.maxFileSize === null ? '' : settings.maxFileSize / bytesPerMegabyte,
    preset: settings.preset,
    ownPresets: settings.ownPresets,
    qualityPercent: settings.quality === null ? '' : Math.round(settings.quality * 100),
    theme: settings.theme,
    language: settings.language,
  }
}

const numberFields = ['parallelFiles', 'parallelChunks', 'maxRetries'] as const
type NumberField = (typeof numberFields)[number]

/** Bounds of a number, as the schema has them. */
export function boundsOf(field: NumberField): { readonly min: number; readonly max: number } {
  const { minValue, maxValue } = settingsSchema.shape[field].unwrap()
  return { min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER }
}

export function checkDraft(draft: SettingsDraft): Checked {
  const errors: DraftErrors = {}
  for (const field of numberFields) {
    const { min, max } = boundsOf(field)
    if (!settingsSchema.shape[field].unwrap().safeParse(draft[field]).success) {
      errors[field] = t('settings.numberBetween', { least: min, most: max })
    }
  }
  const server = draft.where === 'here' ? null : serverAddressSchema.safeParse(addressOf(draft))
  if (server?.success === false) errors.url = t('settings.urlInvalid')
  const maxFileSize = maxFileSizeOf(draft.maxMegabytes)
  if (maxFileSize === undefined) errors.maxMegabytes = t('settings.sizeInvalid')
  const quality = qualityOf(draft.qualityPercent)
  if (quality === undefined) errors.qualityPercent = t('settings.numberBetween', { least: 1, most: 100 })
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return {
    ok: true,
    patch: {
      ...(server?.data === undefined
        ? { defaultServerId: bundledServerId }
        : {
            servers: [{ id: 'server', name: new URL(server.data.url).host, ...server.data }],
            defaultServerId: 'server',
          }),
      parallelFiles: Number(draft.parallelFiles),
      parallelChunks: Number(draft.parallelChunks),
      maxRetries: Number(draft.maxRetries),
      maxFileSize,
      preset: draft.preset,
      quality,
      theme: draft.theme,
      language: draft.language,
    },
  }
}

export function addressOf(draft: SettingsDraft) {
  return { url: draft.url.trim(), token: draft.token.trim() }
}

/** Null for no limit, undefined for what is no size. */
function maxFileSizeOf(megabytes: number | string): number | null | undefined {
  if (megabytes === '') return null
  const bytes = Math.round(Number(megabytes) * bytesPerMegabyte)
  return settingsSchema.shape.maxFileSize.unwrap().safeParse(bytes).success ? bytes : undefined
}

/** Null for the preset's own, undefined for what is no quality. */
function qualityOf(percent: number | string): number | null | undefined {
  if (percent === '') return null
  const quality = Number(percent) / 100
  return settingsSchema.shape.quality.unwrap().safeParse(quality).success ? quality : undefined
}
