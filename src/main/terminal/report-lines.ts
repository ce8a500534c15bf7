/** The lines that `photoferry upload` prints when it ends: what failed and why, what was stored, what was converted. */
import { formatBytes } from '../../shared/byte-size.ts'
import type { KeptReason, PreparationNote } from '../../shared/preparation.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { storedCopyName, storedName } from '../../shared/stored-name.ts'
import { copiesNote } from '../client/receipt-text.ts'
import { countFiles } from './terminal-text.ts'

export interface FailedFile {
  readonly relativePath: string
  readonly reason: string
}

/** Up to this many files with the same reason get a line each; of more, this many are named. */
const filesNamed = 3
const reasonsPrinted = 20
/** Of folders that were not read to their end, so many are named. */
const foldersNamed = 20

/**
 * Groups failed files, or those that wait, by reason.
 * @param label what each line begins with
 * @returns lines without control characters, whatever the files are called
 */
export function failureLines(failures: readonly FailedFile[], label = 'FAILED'): string[] {
  const byReason = [...Map.groupBy(failures, ({ reason }) => reason)]
  const lines = byReason.slice(0, reasonsPrinted).flatMap(([reason, files]) => linesOf(reason, files, label))
  const rest = byReason.slice(reasonsPrinted).flatMap(([, files]) => files)
  if (rest.length > 0) lines.push(`… and ${rest.length} more`)
  return lines.map(escapeControls)
}

/** Previews are no originals: what is stored of them is said by itself. */
export function previewLines({
  stored,
  files,
}: {
  readonly stored: number
  readonly files: number
}): string[] {
  return files === 0 ? [] : [`Previews: ${stored} of ${files} are stored, besides the originals.`]
}

/** A set of files that belong together, not all of which are stored. */
export interface IncompleteSet {
  /** Path in the drop of its main file. */
  readonly main: string
  readonly stored: number
  /** Left out by the person's own rules. */
  readonly skipped: number
  readonly files: number
}

/** Of incomplete sets, so many are named. */
const setsNamed = 10

/** A RAW that is stored without its XMP must not look like a finished shot; one whose XMP the person wants skipped does. */
export function incompleteLines(all: readonly IncompleteSet[]): string[] {
  const sets = all.filter(({ stored, skipped, files }) => stored + skipped < files)
  if (sets.length === 0) return []
  const named = sets
    .slice(0, setsNamed)
    .map(({ main, stored, files }) => `        ${main}: ${stored} of ${files} files stored`)
  const more = sets.length > named.length ? [`        … and ${sets.length - named.length} more`] : []
  const count = sets.length === 1 ? '1 set' : `${sets.length} sets`
  return [`INCOMPLETE  ${count} of files that belong together:`, ...named, ...more].map(escapeControls)
}

/** @param paths absolute paths of folders that were not read to their end */
export function unreadLines(paths: readonly string[]): string[] {
  const more = paths.length > foldersNamed ? [`        … and ${paths.length - foldersNamed} more`] : []
  const lines = paths
    .slice(0, foldersNamed)
    .map((path) => `NOT READ  ${path}: the folder was not read to its end. More files may be in it.`)
  return [...lines, ...more].map(escapeControls)
}

function linesOf(reason: string, files: readonly FailedFile[], label: string): string[] {
  if (files.length <= filesNamed) return files.map((file) => `${label}  ${failureText(file)}`)
  const named = files.slice(0, filesNamed).map(({ relativePath }) => `        ${relativePath}`)
  return [
    `${label}  ${countFiles(files.length)}: ${reason}`,
    ...named,
    `        … and ${files.length - filesNamed} more`,
  ]
}

/** A file with its reason; a reason that names the whole path stands alone. */
export function failureText({ relativePath, reason }: FailedFile): string {
  return reason.includes(relativePath) ? reason : `${relativePath}: ${reason}`
}

export interface RunCounts {
  readonly dropped: number
  readonly done: number
  readonly failed: number
  readonly empty: number
  readonly skipped: number
  readonly canceled: number
  readonly removed: number
  readonly unread: number
  readonly unfinished: number
}

/** How a run ended, in one line. Counts are files; sizes are bytes. */
export function outcomeLine(
  summary: RunCounts & {
    readonly bytesSent: number
    readonly bytesTotal: number
    readonly seconds: number
  },
): string {
  const { done, dropped, bytesSent, bytesTotal, seconds } = summary
  if (dropped === 0) return 'No files found. Nothing was uploaded.'
  const stored = `${done} of ${countFiles(dropped)} ${dropped === 1 ? 'is' : 'are'} stored on the server`
  const others = notStoredText(summary)
  const rest = others === '' ? '' : ` Not stored: ${others}.`
  return `${stored}.${rest} Sent ${formatBytes(bytesSent)} of ${formatBytes(bytesTotal)} in ${seconds.toFixed(1)} s.`
}

/** Every reason with its count; together with the stored files they are what was dropped. */
export function notStoredText({
  failed,
  empty,
  skipped,
  canceled,
  removed,
  unread,
  unfinished,
}: RunCounts): string {
  const parts = [
    [failed, 'failed'],
    [empty, 'empty'],
    [skipped, 'skipped by your rules'],
    [canceled, 'canceled'],
    [removed, 'removed from the list'],
    [unread, 'not read to the end'],
    [unfinished, 'still to do'],
  ] as const
  return parts.flatMap(([count, label]) => (count > 0 ? [`${count} ${label}`] : [])).join(', ')
}

/** @param names of drives that were waited for in vain */
export function missedDrivesLine(names: readonly string[]): string {
  const drives = names.join(' and ')
  return escapeControls(
    `${drives} did not come back. Connect ${names.length === 1 ? 'it' : 'them'} and run the same command again.`,
  )
}

/** Why an original was uploaded under a preset; null where nobody expects a copy. */
const keptReasons: Readonly<Record<KeptReason, string | null>> = {
  raw: null,
  video: null,
  'no-photo': null,
  'would-be-larger': null,
  'left-alone': null,
  mislabelled: 'content does not match the name',
  damaged: 'damaged',
  hdr: 'HDR',
  'several-images': 'several images in one file',
  'too-many-pixels': 'too many pixels',
  'timed-out': 'conversion took too long',
  'out-of-memory': 'conversion needed too much memory',
  crashed: 'conversion crashed',
  'unusual-pixels': 'unusual colors or bit depth',
  'has-extras': 'motion, sound or further pictures',
  'not-faithful': 'a copy would lose metadata',
  'looks-different': 'a copy would look different',
  unchecked: 'no preview inside to check a copy against',
}

interface StoredItem {
  readonly relativePath: string
  readonly url: string | null
  readonly note: PreparationNote | null
}

interface PreparedFile {
  /** Bytes that are uploaded: the copy's where there is one. */
  readonly size: number
  readonly note: PreparationNote | null
}

export interface PreparedRun {
  readonly items: readonly PreparedFile[]
  /** Of the stored files: converted copies. */
  readonly copies: number
  readonly empty: number
}

/** One line for each thing worth saying about the uploaded files: conversions, copies, originals, empty files. */
export function preparationLines({ items, copies, empty }: PreparedRun): string[] {
  const located = items.filter(
    ({ note }) => note?.kind === 'original-kept' && note.place === 'may-be-told',
  ).length
  return [
    ...conversionLine(items),
    ...(copies > 0 ? [`${copiesNote(copies)}.`] : []),
    ...originalsLine(items),
    ...lineIf(
      empty,
      empty === 1
        ? '1 file is empty: the original has 0 bytes. Check it on the card.'
        : `${empty} files are empty: the originals have 0 bytes. Check them on the card.`,
    ),
    ...lineIf(
      located,
      `${countFiles(located)} uploaded as originals may still contain a GPS location: it can't be removed from them.`,
    ),
  ]
}

/** Files that another file's name kept from their own; the first few by name. */
export function renamedLines(items: readonly StoredItem[]): string[] {
  const renamed = items.flatMap(({ relativePath, url, note }) => {
    const find = note?.kind === 'converted' ? storedCopyName : storedName
    const name = url === null ? null : find(relativePath, url)
    return name === null ? [] : [`        ${relativePath} as ${name}`]
  })
  const what = renamed.length === 1 ? '1 file is' : `${renamed.length} files are`
  const more = renamed.length > filesNamed ? [`        … and ${renamed.length - filesNamed} more`] : []
  const lines = [
    ...lineIf(renamed.length, `${what} stored under another name, since another file has that name:`),
    ...renamed.slice(0, filesNamed),
    ...more,
  ]
  return lines.map(escapeControls)
}

/** @param count of system files and folders; nothing where there are none */
export function leftOutLine(count: number): string[] {
  const what = count === 1 ? '1 system file or folder' : `${count} system files or folders`
  return lineIf(count, `${what} left out (thumbnails, recycle bins and the like).`)
}

function conversionLine(items: readonly PreparedFile[]): string[] {
  const sizes = items.flatMap(({ size, note }) =>
    note?.kind === 'converted' ? [{ before: note.originalSize, after: size }] : [],
  )
  const before = sizes.reduce((sum, size) => sum + size.before, 0)
  const after = sizes.reduce((sum, size) => sum + size.after, 0)
  const saved = before > after ? `, ${formatBytes(before - after)} saved` : ''
  const change = `${formatBytes(before)} became ${formatBytes(after)}${saved}`
  return lineIf(sizes.length, `${countPhotos(sizes.length)} converted: ${change}.`)
}

function originalsLine(items: readonly PreparedFile[]): string[] {
  const reasons = items.flatMap(({ note }) => {
    const reason = note?.kind === 'original-kept' ? keptReasons[note.reason] : null
    return reason === null ? [] : [reason]
  })
  const counts = [...Map.groupBy(reasons, (reason) => reason)].map(
    ([reason, all]) => `${reason}: ${all.length}`,
  )
  return lineIf(
    reasons.length,
    `${countPhotos(reasons.length)} uploaded as originals, without conversion (${counts.join(', ')}).`,
  )
}

function lineIf(count: number, line: string): string[] {
  return count > 0 ? [line] : []
}

function countPhotos(count: number): string {
  return count === 1 ? '1 photo' : `${count} photos`
}
