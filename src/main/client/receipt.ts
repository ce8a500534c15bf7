/** The text of a receipt: what the server confirmed, and what is not stored there. No side effects. */
import { basename } from 'node:path'
import type { DropRoot, NeverArrived } from '../../shared/batch.ts'
import type { ReceiptFormat, ReceiptLine, RemovedLine } from '../../shared/history.ts'
import { skipReasonText } from '../../shared/skip-rules.ts'
import { storedName } from '../../shared/stored-name.ts'
import { bytesToSend, type ItemState, isPending, type UploadItem } from '../../shared/upload.ts'
import type { SourceStamp } from '../intake/source-file.ts'

/** A file that the server has not confirmed: as long as there is one, the card must not be formatted. */
export interface Unstored {
  readonly sourcePath: string
  readonly relativePath: string
  /** Bytes of the original; null where nobody knows them. */
  readonly size: number | null
  /** `changed`: an earlier version of it is stored, not what is there now. `not-read`: a folder, with all that is in it. */
  readonly status: Exclude<ItemState['status'], 'done'> | 'removed' | 'changed' | 'not-read'
  /** Why, as a sentence. */
  readonly reason: string
}

export interface Receipt {
  readonly name: string
  readonly server: { readonly name: string; readonly url: string | null }
  /** ms since 1970. */
  readonly writtenAtMs: number
  readonly stored: readonly ReceiptLine[]
  readonly unstored: readonly Unstored[]
  /** Further files that are not stored, whose names were not kept: earlier versions only counted them. */
  readonly unnamed: number
  /** System files and folders that were left out of the batch; see system-files.ts. */
  readonly leftOut?: number
  /** Files that a page announced and never sent: they are not stored either. */
  readonly neverArrived?: Missing | null
}

/** What a page announced and has not sent; `still-coming`: not yet. */
type Missing = Pick<NeverArrived, 'files' | 'names'> & { readonly why: NeverArrived['why'] | 'still-coming' }

/** The line of a file that is done; null for any other. */
function receiptLineOf(item: UploadItem, root: DropRoot | undefined): ReceiptLine | null {
  const { state, payload } = item
  if (state.status !== 'done') return null
  return {
    sourcePath: item.sourcePath,
    relativePath: payload?.relativePath ?? item.relativePath,
    size: bytesToSend(item),
    md5: state.md5,
    sha256: state.sha256 ?? null,
    url: state.url,
    storedAtMs: state.storedAtMs ?? null,
    verifiedAtMs: state.verifiedAtMs ?? null,
    confirmedAtMs: state.finishedAtMs,
    converted: payload !== null,
    source: item.staged ? null : stampOf(item),
    drive: root ?? null,
    // An inbox copy was made of what the original was when it was added; nothing else of it can be seen.
    sourceCheckedAtMs: item.staged ? item.addedAtMs : item.checkedAtMs,
    sourceGone: item.sourceGone,
  }
}

/** Item -> line, of the items that are done. @param rootOf the dropped folder or drive that an item lies in */
export function linesOf(
  items: readonly UploadItem[],
  rootOf: (item: UploadItem) => DropRoot | undefined,
): Map<string, ReceiptLine> {
  return new Map(
    items.flatMap((item) => {
      const line = receiptLineOf(item, rootOf(item))
      return line ? [[item.id, line] as const] : []
    }),
  )
}

function stampOf({ size, mtimeMs, ctimeMs, inode }: UploadItem): SourceStamp {
  return { size, mtimeMs, ctimeMs, inode }
}

/** What a receipt says of a file that is not done; null for one that is. */
export function unstoredOf(item: UploadItem): Unstored | null {
  const { state, sourcePath, relativePath, size } = item
  if (state.status === 'done') return null
  if (item.changedAtMs !== null) {
    return changedSince(item, isPending(state.status) ? 'It is uploaded again.' : reasonOf(state))
  }
  return { sourcePath, relativePath, size, status: state.status, reason: reasonOf(state) }
}

/** What is kept of a file that is not done and leaves the list. */
export function removedLineOf({ state, sourcePath, relativePath, size }: UploadItem): RemovedLine {
  return { sourcePath, relativePath, size, reason: `Removed from the list. ${reasonOf(state)}` }
}

export function removedOf(line: RemovedLine): Unstored {
  return { ...line, status: 'removed' }
}

/** What a receipt says of a dropped path that was not read to its end. @param path absolute */
export function unreadOf(path: string): Unstored {
  const reason = 'The folder was not read to its end: files in it may be missing from this receipt.'
  return { sourcePath: path, relativePath: basename(path) || path, size: null, status: 'not-read', reason }
}

/** Why a file is not stored, in a sentence. */
function reasonOf(state: ItemState): string {
  switch (state.status) {
    case 'failed':
    case 'waiting':
      return state.error.message
    case 'skipped':
      return `Skipped by ${skipReasonText(state.reason)}.`
    case 'empty':
      return 'The original has 0 bytes. Check it on the card.'
    case 'canceled':
      return 'Canceled before it was uploaded.'
    default:
      return 'Not uploaded yet.'
  }
}

/**
 * What a receipt says of a file that has changed since it was stored.
 * @param advice one sentence
 */
export function changedSince(
  file: Pick<Unstored, 'sourcePath' | 'relativePath' | 'size'>,
  advice: string,
): Unstored {
  const { sourcePath, relativePath, size } = file
  const reason = `Changed since it was stored. ${advice}`
  return { sourcePath, relativePath, size, status: 'changed', reason }
}

/** A receipt as a file to keep. */
export interface WrittenReceipt {
  /** A name to save it under. */
  readonly fileName: string
  /** Its text in order, to be written as UTF-8 while it is made: 100,000 files are 40 megabytes. */
  readonly parts: Iterable<string>
}

export function writeReceipt(receipt: Receipt, format: ReceiptFormat): WrittenReceipt {
  const day = new Date(receipt.writtenAtMs).toISOString().slice(0, 10)
  const fileName = `${fileNamePart(receipt.name)} ${day} receipt.${format}`
  return { fileName, parts: format === 'csv' ? csvOf(receipt) : jsonOf(receipt) }
}

/** Lines in one part. */
const linesPerPart = 500

/** One object; each file stands on a line of its own. */
function* jsonOf({ name, server, writtenAtMs, stored, unstored, ...rest }: Receipt): Generator<string> {
  const { unnamed, leftOut = 0, neverArrived = null } = rest
  const copies = stored.filter(({ converted }) => converted).length
  const notStored = unstored.length + unnamed + (neverArrived?.files ?? 0)
  const head = {
    receipt: 'PhotoFerry',
    batch: name,
    server,
    writtenAt: timeText(writtenAtMs),
    droppedFiles: stored.length + notStored,
    storedFiles: stored.length,
    storedBytes: stored.reduce((sum, { size }) => sum + size, 0),
    notStoredFiles: notStored,
    notStoredFilesWithoutName: unnamed,
    systemFilesLeftOut: leftOut,
    neverArrived: neverArrived && { files: neverArrived.files, reason: whyMissing[neverArrived.why] },
    ...(copies > 0 ? { storedCopies: copies, note: copiesNote(copies) } : {}),
  }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "stored": [`
  yield* joined(stored, ',', (line) => {
    const { storedAtMs, verifiedAtMs, confirmedAtMs, ...others } = line
    const { source, drive, sourceCheckedAtMs, sourceGone, ...facts } = others
    const stored = { storedAt: timeText(storedAtMs), verifiedAt: timeText(verifiedAtMs) }
    const times = { ...stored, confirmedAt: timeText(confirmedAtMs) }
    const look = { sourceCheck: checkText(line), sourceCheckedAt: timeText(sourceCheckedAtMs) }
    const name = storedName(line.relativePath, line.url)
    return `\n    ${JSON.stringify({ ...facts, ...(name === null ? {} : { storedAs: name }), ...times, ...look })}`
  })
  yield '\n  ],\n  "notStored": ['
  const missing = (neverArrived?.names ?? []).map((relativePath) => ({
    relativePath,
    status: 'never-arrived',
    reason: missingReason(relativePath, neverArrived?.why ?? 'not-sent'),
  }))
  yield* joined([...unstored, ...missing], ',', (file) => `\n    ${JSON.stringify(file)}`)
  yield '\n  ]\n}\n'
}

/** @param copies stored files that are converted copies, at least 1 */
export function copiesNote(copies: number): string {
  return copies === 1
    ? '1 copy stored; its original was not uploaded'
    : `${copies} copies stored; their originals were not uploaded`
}

/** The text of each item, several in one part, with `between` between any two. */
function* joined<Item>(
  items: readonly Item[],
  between: string,
  write: (item: Item) => string,
): Generator<string> {
  for (let start = 0; start < items.length; start += linesPerPart) {
    const some = items.slice(start, start + linesPerPart).map(write)
    yield (start > 0 ? between : '') + some.join(between)
  }
}

const whyMissing: Readonly<Record<Missing['why'], string>> = {
  'still-coming': 'The page has not copied it into PhotoFerry yet.',
  'page-closed': 'The page that was copying it into PhotoFerry was closed.',
  'not-sent': 'The page could not copy it into PhotoFerry.',
}

/** @param name path inside the drop; of a folder that the page could not read it ends with `/` */
function missingReason(name: string, why: Missing['why']): string {
  return name.endsWith('/') ? 'The page could not read this folder to its end.' : whyMissing[why]
}

const columns = [
  'status',
  'source_path',
  'relative_path',
  'size_bytes',
  'md5_confirmed_by_server',
  'sha256_confirmed_by_server',
  'url',
  'stored_at_by_server_clock',
  'confirmed_at',
  'stored_content',
  'reason',
  'stored_as',
  'source_check',
  'source_checked_at',
  'verified_at_by_server_clock',
]

/** What a row of a file that is not stored has after its reason. */
const nothingStored = ['', '', '', '']

/** RFC 4180, with the byte order mark that spreadsheets know UTF-8 by. */
function* csvOf({ stored, unstored, unnamed, neverArrived = null }: Receipt): Generator<string> {
  yield `\uFEFF${row(columns)}`
  yield* joined(stored, '', (line) =>
    row([
      'stored',
      line.sourcePath,
      line.relativePath,
      line.size,
      line.md5,
      line.sha256,
      line.url,
      timeText(line.storedAtMs),
      timeText(line.confirmedAtMs),
      line.converted ? 'converted copy; original not uploaded' : 'original',
      '',
      storedName(line.relativePath, line.url),
      checkText(line),
      timeText(line.sourceCheckedAtMs),
      timeText(line.verifiedAtMs),
    ]),
  )
  yield* joined(unstored, '', (file) =>
    row([
      `NOT STORED (${statusTexts[file.status] ?? file.status})`,
      file.sourcePath,
      file.relativePath,
      file.size,
      ...['', '', '', '', '', ''],
      file.reason,
      ...nothingStored,
    ]),
  )
  for (let index = 0; index < unnamed; index++) yield unnamedRow
  yield* missingRows(neverArrived)
}

/** Where the status itself would not be understood. */
const statusTexts: Partial<Record<Unstored['status'], string>> = {
  changed: 'changed since it was stored',
  'not-read': 'folder not read to its end',
}

/** A row for each file that is known by name, and one for the others together. */
function* missingRows(missing: Missing | null): Generator<string> {
  if (missing === null) return
  const unnamed = missing.files - missing.names.length
  const names = unnamed > 0 ? [...missing.names, `(${unnamed} more files)`] : missing.names
  yield* joined(names, '', (name) =>
    row([
      `NOT STORED (${missing.why === 'still-coming' ? 'not arrived yet' : 'never arrived'})`,
      '',
      name,
      ...Array(7).fill(''),
      missingReason(name, missing.why),
      ...nothingStored,
    ]),
  )
}

/** What the last look at the source found; its date is that of the last look that found the stored version. */
function checkText({ sourceGone, sourceCheckedAtMs }: ReceiptLine): string {
  return sourceGone || sourceCheckedAtMs === null ? 'not rechecked' : 'unchanged'
}

/** Of a file that an earlier version removed from the list and only counted: every dropped file has its row. */
const unnamedRow = row([
  'NOT STORED',
  ...Array(9).fill(''),
  'Skipped by a rule on the page, or removed from the list; its name was not kept.',
  ...nothingStored,
])

function row(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: string | number | null): string {
  // A spreadsheet would run a file name that begins like a formula; the JSON receipt has every name unchanged.
  const text = String(value ?? '').replace(/^[=+\-@\t\r]/, "'$&")
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}

/** A name that every file system accepts: a batch is named after a folder, which may hold anything. */
function fileNamePart(name: string): string {
  const safe = name.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, ' ').trim()
  return safe.slice(0, 80) || 'PhotoFerry'
}
