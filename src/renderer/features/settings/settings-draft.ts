/** What the settings window holds while a person types: the settings as text and numbers that may not be right yet. Pure. */
import type { BandwidthRule } from '../../../shared/bandwidth.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type SkipDraft, skipDraftOf } from './skip-rules-draft.ts'

export const bytesPerMegabyte = 1_000_000

/** Number inputs give a string while what is typed is no number; empty where nothing is set. */
export type TypedNumber = number | string

export interface ServerDraft {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly token: string
  /** Of a certificate that the person trusts; empty for none. */
  readonly fingerprint: string
}

export interface RuleDraft {
  /** Tells rules apart while they are moved and removed. */
  readonly key: string
  /** 0 for Sunday to 6 for Saturday. */
  readonly days: readonly number[]
  readonly from: string
  readonly to: string
  readonly kind: 'limit' | 'unlimited' | 'pause'
  /** Megabytes a second, for `limit`. */
  readonly megabytes: TypedNumber
}

type Kept = 'defaultServerId' | 'reviewDrops' | 'preset' | 'theme' | 'language'
type DesktopOnly = 'startAtLogin' | 'keepAwake' | 'notifications' | 'atQuit'

export interface SettingsDraft extends Pick<Settings, Kept | DesktopOnly> {
  readonly servers: readonly ServerDraft[]
  /** Empty for the usual folder. */
  readonly libraryDir: string
  readonly parallelFiles: TypedNumber
  readonly parallelChunks: TypedNumber
  readonly maxRetries: TypedNumber
  readonly maxMegabytes: TypedNumber
  readonly skip: SkipDraft
  /** Megabytes a second. */
  readonly limit: TypedNumber
  readonly timetable: readonly RuleDraft[]
  /** 1 to 100; empty for the preset's own. */
  readonly qualityPercent: TypedNumber
}

export function draftOf(settings: Settings): SettingsDraft {
  const { servers, libraryDir, maxFileSize, skipRules, quality, bandwidth, ownPresets, ...rest } = settings
  return {
    ...rest,
    servers: servers.map((server) => ({ ...server, fingerprint: server.fingerprint ?? '' })),
    libraryDir: libraryDir ?? '',
    maxMegabytes: inMegabytes(maxFileSize),
    skip: skipDraftOf(skipRules),
    limit: inMegabytes(bandwidth.limitBytesPerSecond),
    timetable: bandwidth.timetable.map((rule, place) => ({ key: `kept ${place}`, ...ruleDraftOf(rule) })),
    qualityPercent: quality === null ? '' : Math.round(quality * 100),
  }
}

function ruleDraftOf({ days, from, to, limit }: BandwidthRule): Omit<RuleDraft, 'key'> {
  if (limit === 'pause') return { days, from, to, kind: 'pause', megabytes: '' }
  return { days, from, to, kind: limit === null ? 'unlimited' : 'limit', megabytes: inMegabytes(limit) }
}

const inMegabytes = (bytes: number | null) => (bytes === null ? '' : bytes / bytesPerMegabyte)

/** Working days, when the studio's line is needed for other things. */
export const newRule = (): RuleDraft => ({
  key: crypto.randomUUID(),
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '18:00',
  kind: 'limit',
  megabytes: 2,
})

export const newServer = (): ServerDraft => ({
  id: crypto.randomUUID(),
  name: '',
  url: '',
  token: '',
  fingerprint: '',
})
