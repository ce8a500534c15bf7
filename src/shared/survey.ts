/**
 * What a drop holds, before anything of it is sent: counts by kind, what a preset would convert, what is wrong or doubled.
 * Pure; survey-tally.ts counts it.
 */

import type { FileGroup } from './file-kinds.ts'
import { type PhotoFormat, type Preset, photoFormats } from './presets.ts'
import type { ErrorInfo } from './protocol/errors.ts'
import type { SkipReason } from './skip-rules.ts'

/** A number of files, and what they weigh. */
export interface Amount {
  readonly files: number
  readonly bytes: number
}

/** Files that share a fate, with the first names of them. */
export interface Named extends Amount {
  /** Paths inside the drop, `mostNames` at most. */
  readonly names: readonly string[]
}

export interface DropSurvey {
  /** `reading` names, `comparing` files of the same size, then `ready`. */
  readonly phase: 'reading' | 'comparing' | 'ready'
  readonly name: string
  /** All that was found and may be sent. */
  readonly total: Amount
  readonly groups: Readonly<Record<FileGroup, Amount>>
  /** Photos by the format that their names promise; what a preset would convert is among them. */
  readonly formats: Readonly<Record<PhotoFormat, FormatAmount>>
  /** Files above the size limit that no preset could make smaller: RAW, clips and all else. */
  readonly overLimit: Named
  /** Sent as they are: a camera does not write empty files on purpose. */
  readonly empty: Named
  readonly skipped: readonly (Named & { readonly reason: SkipReason })[]
  readonly unreadable: { readonly files: number; readonly problems: readonly NamedProblem[] }
  /** Further copies within the drop: of the same size, and alike in their first and last 64 KiB. */
  readonly duplicates: Named
  /** Already on the list; null where that is not known. */
  readonly known: { readonly waiting: number; readonly finished: number } | null
}

interface FormatAmount extends Amount {
  readonly overLimit: Named
}

export interface NamedProblem {
  readonly relativePath: string
  readonly error: ErrorInfo
}

/** More names than this help nobody. */
export const mostNames = 50

/** What becomes of the photos of a drop under a preset. */
export interface SurveyOutcome {
  /** Photos of which a smaller or converted copy is to be made. */
  readonly converted: Amount
  /** Files that would be refused for their size. */
  readonly overLimit: Named
}

/** @param preset null: everything goes as it is */
export function outcomeUnder(survey: DropSurvey, preset: Preset | null): SurveyOutcome {
  const converted = { files: 0, bytes: 0 }
  const overLimit = [survey.overLimit]
  for (const format of photoFormats) {
    const amount = survey.formats[format]
    if (preset?.convert.includes(format)) {
      converted.files += amount.files
      converted.bytes += amount.bytes
    } else overLimit.push(amount.overLimit)
  }
  return {
    converted,
    overLimit: {
      files: overLimit.reduce((sum, { files }) => sum + files, 0),
      bytes: overLimit.reduce((sum, { bytes }) => sum + bytes, 0),
      names: overLimit.flatMap(({ names }) => names).slice(0, mostNames),
    },
  }
}

/** From when on a drop counts as large: more than a long day's shoot; most likely a whole disk by mistake. */
const largeDrop: Amount = { files: 5_000, bytes: 200e9 }

export const isLarge = ({ files, bytes }: Amount) => files >= largeDrop.files || bytes >= largeDrop.bytes

/** Bytes at either end of a file by which duplicates are told. */
export const comparedEndBytes = 64 * 1024
