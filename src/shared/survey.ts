/**
 * The survey of a drop before anything of it is sent: counts by kind, what a preset would convert, problems and duplicates.
 * survey-tally.ts counts it.
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

/** A number of files with the first of their names. */
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
  /** Photos by the format that their names say; those that a preset would convert are among them. */
  readonly formats: Readonly<Record<PhotoFormat, FormatAmount>>
  /** Files above the size limit that no preset can make smaller: RAW files, videos and all others. */
  readonly overLimit: Named
  /** Of the operating system, a NAS or a catalog program: never uploaded; see system-files.ts. */
  readonly leftOut: LeftOut
  /** Worth mentioning: a camera does not write empty files on purpose. */
  readonly empty: Named
  readonly skipped: readonly (Named & { readonly reason: SkipReason })[]
  readonly unreadable: { readonly files: number; readonly problems: readonly NamedProblem[] }
  /** Further copies within the drop: of the same size, and alike in their first and last 64 KiB. */
  readonly duplicates: Named
  /** Already on the list; null where that is not known. */
  readonly known: { readonly waiting: number; readonly finished: number } | null
}

/** What was left out of dropped folders as litter. */
export interface LeftOut {
  /** Files and folders; a folder counts as one, whatever is in it. */
  readonly entries: number
  /** Paths inside the drop, `mostNames` at most. */
  readonly names: readonly string[]
}

interface FormatAmount extends Amount {
  readonly overLimit: Named
}

export interface NamedProblem {
  readonly relativePath: string
  readonly error: ErrorInfo
}

/** More names than this are of no use. */
export const mostNames = 50

/** What a preset would do with the photos of a drop. */
export interface SurveyOutcome {
  /** Photos of which a smaller or converted copy is to be made. */
  readonly converted: Amount
  /** Files that would be refused for their size. */
  readonly overLimit: Named
}

/** @param preset null: everything is uploaded as it is */
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

/** From this on a drop counts as large: more than a long day's shoot, most likely a whole disk by mistake. */
const largeDrop: Amount = { files: 5_000, bytes: 200e9 }

export const isLarge = ({ files, bytes }: Amount) => files >= largeDrop.files || bytes >= largeDrop.bytes

/** Bytes at each end of a file that are compared to find duplicates. */
export const comparedEndBytes = 64 * 1024
