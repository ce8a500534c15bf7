/** The settings while they are edited: text and numbers that may not be valid yet. */
import type { BandwidthRule } from '../../../shared/bandwidth.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type SkipDraft, skipDraftOf } from './skip-rules-draft.ts'

export const bytesPerMegabyte = 1_000_000

/** A number input gives a string while its text is not a number; empty where nothing is set. */
export type TypedNumber = number | string

export interface ServerDraft {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly token: string
  /** Fingerprint of the certificate that the user trusts; empty for none. */
  readonly fingerprint: string
}

export interface RuleDraft {
  /** Identifies the time range while ranges are moved and removed. */
  readonly key: string
  /** 0 for Sunday to 6 for Saturday. */
  readonly days: readonly number[]
  readonly from: string
  readonly to: string
  readonly kind: 'limit' | 'unlimited' | 'pause'
  /** MB/s, for `limit`. */
  readonly megabytes: TypedNumber
}

type Kept = 'defaultServerId' | 'cards' | 'reviewDrops' | 'preset' | 'theme' | 'language' | 'receiptDir'
type DesktopOnly = 'startAtLogin' | 'closeToTray' | 'keepAwake' | 'notifications' | 'atQuit'

export interface SettingsDraft extends Pick<Settings, Kept | DesktopOnly> {
  readonly servers: readonly ServerDraft[]
  /** Empty for the default folder. */
  readonly libraryDir: string
  readonly parallelFiles: TypedNumber
  readonly parallelChunks: TypedNumber
  readonly maxRetries: TypedNumber
  readonly stillSeconds: TypedNumber
  readonly maxMegabytes: TypedNumber
  readonly skip: SkipDraft
  /** MB/s; empty for no limit. */
  readonly limit: TypedNumber
  readonly timetable: readonly RuleDraft[]
  /** 1 to 100; empty for the preset's own quality. */
  readonly qualityPercent: TypedNumber
}

/** The draft that the dialog starts with. */
export function draftOf(settings: Settings): SettingsDraft {
  const {
    servers,
    libraryDir,
    maxFileSize,
    skipRules,
    quality,
    bandwidth,
    ownPresets,
    destinations,
    watchedFolders,
    ...rest
  } = settings
  return {
    ...rest,
    servers: servers.map((server) => ({ ...server, fingerprint: server.fingerprint ?? '' })),
    libraryDir: libraryDir ?? '',
    maxMegabytes: inMegabytes(maxFileSize),
    skip: skipDraftOf(skipRules),
    limit: inMegabytes(bandwidth.limitBytesPerSecond),
    timetable: bandwidth.timetable.map((rule, index) => ({ key: `saved ${index}`, ...ruleDraftOf(rule) })),
    qualityPercent: quality === null ? '' : Math.round(quality * 100),
  }
}

function ruleDraftOf({ days, from, to, limit }: BandwidthRule): Omit<RuleDraft, 'key'> {
  if (limit === 'pause') return { days, from, to, kind: 'pause', megabytes: '' }
  return { days, from, to, kind: limit === null ? 'unlimited' : 'limit', megabytes: inMegabytes(limit) }
}

const inMegabytes = (bytes: number | null) => (bytes === null ? '' : bytes / bytesPerMegabyte)

/** A new time range: working hours, when a studio needs its connection for other things. */
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
