/** Finds what is wrong in a draft of the settings, in sentences at their fields; or makes of it what main accepts. Pure. */
import { bandwidthSchema, leastBytesPerSecond } from '../../../shared/bandwidth.ts'
import { type ServerProfile, serverAddressSchema } from '../../../shared/servers.ts'
import { type SettingsPatch, settingsSchema } from '../../../shared/settings.ts'
import { t } from '../../text/i18n.ts'
import {
  bytesPerMegabyte,
  type RuleDraft,
  type ServerDraft,
  type SettingsDraft,
  type TypedNumber,
} from './settings-draft.ts'
import { skipRulesOf } from './skip-rules-draft.ts'

/** Field -> what is wrong with it. Fields of a server or a rule are named by `serverField` and `ruleField`. */
export type FieldErrors = ReadonlyMap<string, string>
type Faults = Map<string, string>

export const serverField = (id: string, part: 'name' | 'url') => `servers.${id}.${part}`
export const ruleField = (key: string, part: 'days' | 'from' | 'to' | 'megabytes') =>
  `timetable.${key}.${part}`

const { shape } = settingsSchema
const numberFields = ['parallelFiles', 'parallelChunks', 'maxRetries'] as const
export type NumberField = (typeof numberFields)[number]

/** Bounds of a number, as the schema has them. */
export function boundsOf(field: NumberField): { readonly min: number; readonly max: number } {
  const { minValue, maxValue } = shape[field].unwrap()
  return { min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER }
}

export interface Checked {
  readonly errors: FieldErrors
  /** Null where there are errors. */
  readonly patch: SettingsPatch | null
}

export function checkDraft(draft: SettingsDraft): Checked {
  const faults: Faults = new Map()
  const { defaultServerId, preset, theme, language, startAtLogin, keepAwake, notifications, atQuit } = draft
  const patch = {
    servers: draft.servers.map((server) => serverOf(server, draft.servers, faults)),
    defaultServerId,
    libraryDir: libraryOf(draft.libraryDir, faults),
    parallelFiles: wholeNumber('parallelFiles', draft, faults),
    parallelChunks: wholeNumber('parallelChunks', draft, faults),
    maxRetries: wholeNumber('maxRetries', draft, faults),
    maxFileSize: maxFileSizeOf(draft.maxMegabytes, faults),
    skipRules: skipRulesOf(draft.skip, faults),
    reviewDrops: draft.reviewDrops,
    preset,
    quality: qualityOf(draft.qualityPercent, faults),
    bandwidth: {
      limitBytesPerSecond: draft.limit === '' ? null : speedOf(draft.limit, 'limit', faults),
      timetable: draft.timetable.map((rule) => ruleOf(rule, faults)),
    },
    theme,
    language,
    ...{ startAtLogin, keepAwake, notifications, atQuit },
  }
  return { errors: faults, patch: faults.size === 0 ? patch : null }
}

function serverOf(server: ServerDraft, all: readonly ServerDraft[], faults: Faults): ServerProfile {
  const name = server.name.trim()
  const isTaken = all.some((other) => other.id !== server.id && other.name.trim() === name)
  if (name === '') faults.set(serverField(server.id, 'name'), t('servers.nameMissing'))
  else if (isTaken) faults.set(serverField(server.id, 'name'), t('servers.nameTaken'))
  const address = serverAddressSchema.safeParse(addressOf(server))
  if (address.success) return { id: server.id, name, ...address.data }
  faults.set(serverField(server.id, 'url'), addressFault(server))
  return { id: server.id, name, url: server.url, token: server.token }
}

/** What is wrong with the address; as typed before the test of a connection too. */
function addressFault({ url }: ServerDraft): string {
  const bare = /^[^\s/:@]+\.[^\s/:@]+(:\d+)?(\/.*)?$/.test(url.trim())
  return bare ? t('servers.urlNoScheme') : t('servers.urlInvalid')
}

export function addressOf({ url, token, fingerprint }: ServerDraft) {
  const trusted = fingerprint === '' ? {} : { fingerprint }
  return { url: url.trim(), token: token.trim(), ...trusted }
}

function libraryOf(typed: string, faults: Faults): string | null {
  const path = typed.trim()
  if (path !== '' && !/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path)) {
    faults.set('libraryDir', t('servers.libraryInvalid'))
  }
  return path === '' ? null : path
}

function wholeNumber(field: NumberField, draft: SettingsDraft, faults: Faults): number {
  const parsed = shape[field].unwrap().safeParse(draft[field])
  const { min, max } = boundsOf(field)
  if (!parsed.success) faults.set(field, t('settings.numberBetween', { least: min, most: max }))
  return Number(draft[field])
}

function maxFileSizeOf(megabytes: TypedNumber, faults: Faults): number | null {
  if (megabytes === '') return null
  const bytes = Math.round(Number(megabytes) * bytesPerMegabyte)
  if (!shape.maxFileSize.unwrap().safeParse(bytes).success) {
    faults.set('maxMegabytes', t('settings.sizeInvalid'))
  }
  return bytes
}

function qualityOf(percent: TypedNumber, faults: Faults): number | null {
  if (percent === '') return null
  const quality = Number(percent) / 100
  if (!shape.quality.unwrap().safeParse(quality).success) {
    faults.set('qualityPercent', t('settings.numberBetween', { least: 1, most: 100 }))
  }
  return quality
}

const speedSchema = bandwidthSchema.shape.limitBytesPerSecond.unwrap()
const bounds = { least: Math.ceil(leastBytesPerSecond / 10_000) / 100, most: 10_000 }

function speedOf(megabytes: TypedNumber, field: string, faults: Faults): number {
  const bytes = Math.round(Number(megabytes) * bytesPerMegabyte)
  if (megabytes === '' || !speedSchema.safeParse(bytes).success) {
    const sentence =
      field === 'limit' ? t('bandwidth.limitInvalidOrEmpty', bounds) : t('bandwidth.limitInvalid', bounds)
    faults.set(field, sentence)
  }
  return bytes
}

const clockTime = /^([01]\d|2[0-3]):[0-5]\d$/

function ruleOf({ key, days, from, to, kind, megabytes }: RuleDraft, faults: Faults) {
  if (days.length === 0) faults.set(ruleField(key, 'days'), t('bandwidth.noDays'))
  if (!clockTime.test(from)) faults.set(ruleField(key, 'from'), t('bandwidth.timeInvalid'))
  if (!clockTime.test(to)) faults.set(ruleField(key, 'to'), t('bandwidth.timeInvalid'))
  const limited = kind === 'limit' ? speedOf(megabytes, ruleField(key, 'megabytes'), faults) : null
  return { days: [...days].sort(), from, to, limit: kind === 'pause' ? ('pause' as const) : limited }
}
