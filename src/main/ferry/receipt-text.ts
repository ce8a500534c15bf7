/** Writes a receipt down: what the server confirmed, and what is not stored there. Pure. */
import type { ReceiptFile, ReceiptFormat, ReceiptLine } from '../../shared/history.ts'
import { bytesToSend, type UploadItem } from '../../shared/upload.ts'

/** A file that a card must not be formatted for: the server has not confirmed it. */
export interface Unstored {
  readonly sourcePath: string
  readonly relativePath: string
  /** Bytes of the original. */
  readonly size: number
  readonly status: Exclude<UploadItem['state']['status'], 'done'>
  /** Why; empty where there is nothing to say. */
  readonly reason: string
}

export interface Receipt {
  readonly name: string
  readonly server: { readonly name: string; readonly url: string | null }
  /** ms since 1970. */
  readonly writtenAtMs: number
  readonly stored: readonly ReceiptLine[]
  readonly unstored: readonly Unstored[]
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
  const reason = state.status === 'failed' || state.status === 'waiting' ? state.error.message : ''
  return { sourcePath, relativePath, size, status: state.status, reason }
}

export function writeReceipt(receipt: Receipt, format: ReceiptFormat): ReceiptFile {
  const day = new Date(receipt.writtenAtMs).toISOString().slice(0, 10)
  const fileName = `${fileNamePart(receipt.name)} ${day} receipt.${format}`
  return { fileName, text: format === 'csv' ? csvOf(receipt) : jsonOf(receipt) }
}

function jsonOf({ name, server, writtenAtMs, stored, unstored }: Receipt): string {
  const content = {
    receipt: 'PhotoFerry',
    batch: name,
    server,
    writtenAt: timeText(writtenAtMs),
    storedFiles: stored.length,
    storedBytes: stored.reduce((sum, { size }) => sum + size, 0),
    notStoredFiles: unstored.length,
    stored: stored.map(({ storedAtMs, confirmedAtMs, ...line }) => ({
      ...line,
      storedAt: timeText(storedAtMs),
      confirmedAt: timeText(confirmedAtMs),
    })),
    notStored: unstored,
  }
  return `${JSON.stringify(content, null, 2)}\n`
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
function csvOf({ stored, unstored }: Receipt): string {
  const rows = [
    columns,
    ...stored.map((line) => [
      'stored',
      line.sourcePath,
      line.relativePath,
      line.size,
      line.md5,
      line.url,
      timeText(line.storedAtMs),
      timeText(line.confirmedAtMs),
      line.converted ? 'converted copy' : 'original',
      '',
    ]),
    ...unstored.map((file) => [
      `NOT STORED (${file.status})`,
      file.sourcePath,
      file.relativePath,
      file.size,
      ...['', '', '', '', ''],
      file.reason,
    ]),
  ]
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

function cell(value: string | number | null): string {
  // A spreadsheet would run a file name that begins like a formula; JSON has every name as it is.
  const text = String(value ?? '').replace(/^[=+\-@\t\r]/, "'$&")
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}

/** What every file system takes; a batch's name is whatever its folder was called. */
function fileNamePart(name: string): string {
  const safe = name.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, ' ').trim()
  return safe.slice(0, 80) || 'PhotoFerry'
}
