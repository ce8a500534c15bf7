/** The text of a receipt: what the server confirmed, and what is not stored there. No side effects. */
import type { ReceiptFormat, ReceiptLine, RemovedLine } from '../../shared/history.ts'
import { skipReasonText } from '../../shared/skip-rules.ts'
import { bytesToSend, type ItemState, type UploadItem } from '../../shared/upload.ts'

/** A file that the server has not confirmed: as long as there is one, the card must not be formatted. */
export interface Unstored {
  readonly sourcePath: string
  readonly relativePath: string
  /** Bytes of the original. */
  readonly size: number
  readonly status: Exclude<ItemState['status'], 'done'> | 'removed'
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
}

/** The line of a file that is done; null for any other. */
export function receiptLineOf(item: UploadItem): ReceiptLine | null {
  const { state, payload } = item
  if (state.status !== 'done') return null
  return {
    sourcePath: item.sourcePath,
    relativePath: payload?.relativePath ?? item.relativePath,
    size: bytesToSend(item),
    md5: state.md5,
    url: state.url,
    storedAtMs: state.storedAtMs ?? null,
    confirmedAtMs: state.finishedAtMs,
    converted: payload !== null,
  }
}

/** What a receipt says of a file that is not done; null for one that is. */
export function unstoredOf({ state, sourcePath, relativePath, size }: UploadItem): Unstored | null {
  if (state.status === 'done') return null
  return { sourcePath, relativePath, size, status: state.status, reason: reasonOf(state) }
}

/** What is kept of a file that is not done and leaves the list. */
export function removedLineOf({ state, sourcePath, relativePath, size }: UploadItem): RemovedLine {
  return { sourcePath, relativePath, size, reason: `Removed from the list. ${reasonOf(state)}` }
}

export function removedOf(line: RemovedLine): Unstored {
  return { ...line, status: 'removed' }
}

/** Why a file is not stored, in a sentence. */
export function reasonOf(state: ItemState): string {
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
function* jsonOf({ name, server, writtenAtMs, stored, unstored, unnamed }: Receipt): Generator<string> {
  const copies = stored.filter(({ converted }) => converted).length
  const head = {
    receipt: 'PhotoFerry',
    batch: name,
    server,
    writtenAt: timeText(writtenAtMs),
    droppedFiles: stored.length + unstored.length + unnamed,
    storedFiles: stored.length,
    storedBytes: stored.reduce((sum, { size }) => sum + size, 0),
    notStoredFiles: unstored.length + unnamed,
    notStoredFilesWithoutName: unnamed,
    ...(copies > 0 ? { storedCopies: copies, note: copiesNote(copies) } : {}),
  }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "stored": [`
  yield* joined(stored, ',', ({ storedAtMs, confirmedAtMs, ...line }) => {
    const times = { storedAt: timeText(storedAtMs), confirmedAt: timeText(confirmedAtMs) }
    return `\n    ${JSON.stringify({ ...line, ...times })}`
  })
  yield '\n  ],\n  "notStored": ['
  yield* joined(unstored, ',', (file) => `\n    ${JSON.stringify(file)}`)
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

const columns = [
  'status',
  'source_path',
  'relative_path',
  'size_bytes',
  'md5_confirmed_by_server',
  'url',
  'stored_at_by_server_clock',
  'confirmed_at',
  'stored_content',
  'reason',
]

/** RFC 4180, with the byte order mark that spreadsheets know UTF-8 by. */
function* csvOf({ stored, unstored, unnamed }: Receipt): Generator<string> {
  yield `\uFEFF${row(columns)}`
  yield* joined(stored, '', (line) =>
    row([
      'stored',
      line.sourcePath,
      line.relativePath,
      line.size,
      line.md5,
      line.url,
      timeText(line.storedAtMs),
      timeText(line.confirmedAtMs),
      line.converted ? 'converted copy; original not uploaded' : 'original',
      '',
    ]),
  )
  yield* joined(unstored, '', (file) =>
    row([
      `NOT STORED (${file.status})`,
      file.sourcePath,
      file.relativePath,
      file.size,
      ...['', '', '', '', ''],
      file.reason,
    ]),
  )
  for (let index = 0; index < unnamed; index++) yield unnamedRow
}

/** Of a file that an earlier version removed from the list and only counted: every dropped file has its row. */
const unnamedRow = row([
  'NOT STORED (removed)',
  ...['', '', '', '', '', '', '', ''],
  'Removed from the list; its name was not kept.',
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
