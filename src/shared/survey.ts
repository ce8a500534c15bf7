/**
 * What a drop holds, before anything of it is sent: counts by kind, what a preset would convert, what is wrong or doubled.
 * Counted by main for paths and by the page for files that are dropped onto it. Pure.
 */
import type { ErrorInfo } from './errors.ts'
import { namedKind } from './photo-names.ts'
import { type PhotoFormat, type Preset, photoFormats } from './presets.ts'
import { type FileGroup, fileGroups, groupOf, type Skip, type SkipReason } from './skip-rules.ts'

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

export interface FormatAmount extends Amount {
  readonly overLimit: Named
}

export interface NamedProblem {
  readonly relativePath: string
  readonly error: ErrorInfo
}

export interface SurveyedFile {
  /** Parts joined by `/`. */
  readonly relativePath: string
  /** Bytes. */
  readonly size: number
}

/** More names than this help nobody. */
export const mostNames = 50

class NamedTally implements Named {
  files = 0
  bytes = 0
  readonly names: string[] = []

  add({ relativePath, size }: SurveyedFile): void {
    this.files++
    this.bytes += size
    if (this.names.length < mostNames) this.names.push(relativePath)
  }
}

interface TallyOptions {
  readonly name: string
  readonly skip: Skip
  /** Bytes; null for none. */
  readonly maxFileSize: number | null
  /** Whether it can be told which files are on the list. */
  readonly knowsList: boolean
}

/** Counts a drop file by file; `snapshot` can be asked for at any time. */
export class SurveyTally {
  phase: DropSurvey['phase'] = 'reading'
  readonly #options: TallyOptions
  readonly #total = { files: 0, bytes: 0 }
  readonly #groups = recordOf(fileGroups, () => ({ files: 0, bytes: 0 }))
  readonly #formats = recordOf(photoFormats, () => ({ files: 0, bytes: 0, overLimit: new NamedTally() }))
  readonly #overLimit = new NamedTally()
  readonly #empty = new NamedTally()
  readonly #duplicates = new NamedTally()
  readonly #skipped = new Map<string, { readonly reason: SkipReason; readonly tally: NamedTally }>()
  readonly #known = { waiting: 0, finished: 0 }
  readonly #problems: NamedProblem[] = []
  #unreadable = 0

  constructor(options: TallyOptions) {
    this.#options = options
  }

  /** All that may be sent so far. */
  get total(): Amount {
    return this.#total
  }

  /** @returns whether the file may be sent, and so be compared with others */
  add(file: SurveyedFile, known: 'waiting' | 'finished' | null = null): boolean {
    const reason = this.#options.skip(file)
    if (reason !== null) {
      this.#skip(file, reason)
      return false
    }
    if (known !== null) this.#known[known]++
    count(this.#total, file)
    count(this.#groups[groupOf(file.relativePath)], file)
    if (file.size === 0) this.#empty.add(file)
    this.#addFormat(file)
    return true
  }

  addUnreadable(problem: NamedProblem): void {
    this.#unreadable++
    if (this.#problems.length < mostNames) this.#problems.push(problem)
  }

  addDuplicate(file: SurveyedFile): void {
    this.#duplicates.add(file)
  }

  snapshot(): DropSurvey {
    return structuredClone({
      phase: this.phase,
      name: this.#options.name,
      total: this.#total,
      groups: this.#groups,
      formats: this.#formats,
      overLimit: this.#overLimit,
      empty: this.#empty,
      skipped: [...this.#skipped.values()].map(({ reason, tally }) => ({ ...tally, reason })),
      unreadable: { files: this.#unreadable, problems: this.#problems },
      duplicates: this.#duplicates,
      known: this.#options.knowsList ? this.#known : null,
    })
  }

  #addFormat(file: SurveyedFile): void {
    const { maxFileSize } = this.#options
    const isOver = maxFileSize !== null && file.size > maxFileSize
    const kind = namedKind(file.relativePath)
    if (kind === 'raw' || kind === 'video' || kind === 'no-photo') {
      if (isOver) this.#overLimit.add(file)
      return
    }
    count(this.#formats[kind], file)
    if (isOver) this.#formats[kind].overLimit.add(file)
  }

  #skip(file: SurveyedFile, reason: SkipReason): void {
    const key = JSON.stringify(reason)
    const entry = this.#skipped.get(key) ?? { reason, tally: new NamedTally() }
    entry.tally.add(file)
    this.#skipped.set(key, entry)
  }
}

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
export const largeDrop: Amount = { files: 5_000, bytes: 200e9 }

export const isLarge = ({ files, bytes }: Amount) => files >= largeDrop.files || bytes >= largeDrop.bytes

/** Bytes at either end of a file by which duplicates are told. */
export const comparedEndBytes = 64 * 1024

function count(amount: { files: number; bytes: number }, { size }: SurveyedFile): void {
  amount.files++
  amount.bytes += size
}

function recordOf<Key extends string, Value>(keys: readonly Key[], make: () => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Value>
}
