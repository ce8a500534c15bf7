/** Validates a draft of the settings: an error text for each wrong field, or else the patch that main accepts. */
import { bandwidthSchema, leastBytesPerSecond } from '../../../shared/bandwidth.ts'
import { isBareAddress, type ServerProfile, serverAddressSchema } from '../../../shared/servers.ts'
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

/** Field -> error text. `serverField` and `ruleField` name the fields of a server and of a time range. */
export type FieldErrors = ReadonlyMap<string, string>
/** Filled by the functions below. */
type FoundErrors = Map<string, string>

export const serverField = (id: string, part: 'name' | 'url') => `servers.${id}.${part}`
export const ruleField = (key: string, part: 'days' | 'from' | 'to' | 'megabytes') =>
  `timetable.${key}.${part}`

const { shape } = settingsSchema
const numberFields = ['parallelFiles', 'parallelChunks', 'maxRetries', 'stillSeconds'] as const
export type NumberField = (typeof numberFields)[number]

/** The bounds of a number, from the schema. */
export function boundsOf(field: NumberField): { readonly min: number; readonly max: number } {
  const { minValue, maxValue } = shape[field].unwrap()
  return { min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER }
}

export interface ValidatedDraft {
  readonly errors: FieldErrors
  /** All fields as they were entered, valid or not. */
  readonly entered: SettingsPatch
  /** Null if there are errors. */
  readonly patch: SettingsPatch | null
}

export function validateDraft(draft: SettingsDraft): ValidatedDraft {
  const errors: FoundErrors = new Map()
  const { defaultServerId, preset, theme, language } = draft
  const { startAtLogin, closeToTray, keepAwake, notifications, atQuit } = draft
  const entered = {
    servers: draft.servers.map((server) => serverOf(server, draft.servers, errors)),
    defaultServerId,
    libraryDir: libraryOf(draft.libraryDir, errors),
    receiptDir: receiptDirOf(draft.receiptDir, errors),
    parallelFiles: wholeNumber('parallelFiles', draft, errors),
    parallelChunks: wholeNumber('parallelChunks', draft, errors),
    maxRetries: wholeNumber('maxRetries', draft, errors),
    stillSeconds: wholeNumber('stillSeconds', draft, errors),
    maxFileSize: maxFileSizeOf(draft.maxMegabytes, errors),
    skipRules: skipRulesOf(draft.skip, errors),
    reviewDrops: draft.reviewDrops,
    cards: draft.cards,
    preset,
    quality: qualityOf(draft.qualityPercent, errors),
    bandwidth: {
      limitBytesPerSecond: draft.limit === '' ? null : speedOf(draft.limit, 'limit', errors),
      timetable: draft.timetable.map((rule) => ruleOf(rule, errors)),
    },
    theme,
    language,
    ...{ startAtLogin, closeToTray, keepAwake, notifications, atQuit },
  }
  return { errors, entered, patch: errors.size === 0 ? entered : null }
}

function serverOf(server: ServerDraft, all: readonly ServerDraft[], errors: FoundErrors): ServerProfile {
  const name = server.name.trim()
  const isTaken = all.some((other) => other.id !== server.id && other.name.trim() === name)
  if (name === '') errors.set(serverField(server.id, 'name'), t('servers.nameMissing'))
  else if (isTaken) errors.set(serverField(server.id, 'name'), t('servers.nameTaken'))
  const address = serverAddressSchema.safeParse(addressOf(server))
  if (address.success) return { id: server.id, name, ...address.data }
  errors.set(serverField(server.id, 'url'), addressError(server))
  return { id: server.id, name, url: server.url, token: server.token }
}

/** Why no address can be made of what was typed. */
export function addressError({ url }: ServerDraft): string {
  const hasNoScheme = /^[^\s/:@]+\.[^\s/:@]+(:\d+)?(\/.*)?$/.test(url.trim())
  if (hasNoScheme) return t('servers.urlNoScheme')
  const isAddress = /^https?:/i.test(url.trim()) && URL.canParse(url.trim())
  return isAddress && !isBareAddress(url.trim()) ? t('servers.urlNotBare') : t('servers.urlInvalid')
}

/** The address as main expects it, without surrounding spaces. */
export function addressOf({ url, token, fingerprint }: ServerDraft) {
  const trusted = fingerprint === '' ? {} : { fingerprint }
  return { url: url.trim(), token: token.trim(), ...trusted }
}

const absolutePath = /^(\/|[A-Za-z]:[\\/]|\\\\)/

function libraryOf(typed: string, errors: FoundErrors): string | null {
  const path = typed.trim()
  if (path !== '' && !absolutePath.test(path)) errors.set('libraryDir', t('servers.libraryInvalid'))
  return path === '' ? null : path
}

/** Of receipts that are kept the folder must be named. */
function receiptDirOf(typed: string | null, errors: FoundErrors): string | null {
  const path = typed?.trim() ?? null
  if (path !== null && !absolutePath.test(path)) errors.set('receiptDir', t('servers.libraryInvalid'))
  return path
}

function wholeNumber(field: NumberField, draft: SettingsDraft, errors: FoundErrors): number {
  const parsed = shape[field].unwrap().safeParse(draft[field])
  const { min, max } = boundsOf(field)
  if (!parsed.success) errors.set(field, t('settings.numberBetween', { least: min, most: max }))
  return Number(draft[field])
}

function maxFileSizeOf(megabytes: TypedNumber, errors: FoundErrors): number | null {
  if (megabytes === '') return null
  const bytes = Math.round(Number(megabytes) * bytesPerMegabyte)
  if (!shape.maxFileSize.unwrap().safeParse(bytes).success) {
    errors.set('maxMegabytes', t('settings.sizeInvalid'))
  }
  return bytes
}

function qualityOf(percent: TypedNumber, errors: FoundErrors): number | null {
  if (percent === '') return null
  const quality = Number(percent) / 100
  if (!shape.quality.unwrap().safeParse(quality).success) {
    errors.set('qualityPercent', t('settings.numberBetween', { least: 1, most: 100 }))
  }
  return quality
}

const speedSchema = bandwidthSchema.shape.limitBytesPerSecond.unwrap()
const bounds = { least: Math.ceil(leastBytesPerSecond / 10_000) / 100, most: 10_000 }

function speedOf(megabytes: TypedNumber, field: string, errors: FoundErrors): number {
  const bytes = Math.round(Number(megabytes) * bytesPerMegabyte)
  if (megabytes === '' || !speedSchema.safeParse(bytes).success) {
    const text =
      field === 'limit' ? t('bandwidth.limitInvalidOrEmpty', bounds) : t('bandwidth.limitInvalid', bounds)
    errors.set(field, text)
  }
  return bytes
}

const clockTime = /^([01]\d|2[0-3]):[0-5]\d$/

function ruleOf({ key, days, from, to, kind, megabytes }: RuleDraft, errors: FoundErrors) {
  if (days.length === 0) errors.set(ruleField(key, 'days'), t('bandwidth.noDays'))
  if (!clockTime.test(from)) errors.set(ruleField(key, 'from'), t('bandwidth.timeInvalid'))
  if (!clockTime.test(to)) errors.set(ruleField(key, 'to'), t('bandwidth.timeInvalid'))
  const limited = kind === 'limit' ? speedOf(megabytes, ruleField(key, 'megabytes'), errors) : null
  return { days: [...days].sort(), from, to, limit: kind === 'pause' ? ('pause' as const) : limited }
}
