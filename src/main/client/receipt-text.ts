/** The text of a receipt, in each format. */
import type { CardCertificate } from '../../shared/cards.ts'
import type { ReceiptFormat, ReceiptLine } from '../../shared/history.ts'
import { storedName } from '../../shared/stored-name.ts'
import { csvRow as row } from './csv-row.ts'
import type { Missing, Receipt, Unstored } from './receipt.ts'
import { digestList, mediaHashList } from './receipt-lists.ts'
import { type ReceiptSets, type SetNote, setsInReceipt } from './receipt-sets.ts'
import { joined } from './text-parts.ts'

/** A receipt as a file to keep. */
export interface WrittenReceipt {
  /** A name to save it under. */
  readonly fileName: string
  /** Its text in order, to be written as UTF-8 while it is made: 100,000 files are 40 megabytes. */
  readonly parts: Iterable<string>
}

const writers: Readonly<Record<ReceiptFormat, (receipt: Receipt) => Iterable<string>>> = {
  csv: csvOf,
  json: jsonOf,
  md5: (receipt) => digestList(receipt, 'md5'),
  sha256: (receipt) => digestList(receipt, 'sha256'),
  mhl: mediaHashList,
}

export function writeReceipt(receipt: Receipt, format: ReceiptFormat): WrittenReceipt {
  const day = new Date(receipt.writtenAtMs).toISOString().slice(0, 10)
  const what = receipt.card ? 'safe to format' : 'receipt'
  const fileName = `${fileNamePart(receipt.name)} ${day} ${what}.${format}`
  return { fileName, parts: writers[format](receipt) }
}

/** One object; each file stands on a line of its own. */
function* jsonOf(receipt: Receipt): Generator<string> {
  const { name, server, writtenAtMs, stored, unstored, ...rest } = receipt
  const { unnamed, leftOut = 0, neverArrived = null, card } = rest
  const { sets, incomplete, noteOf } = setsInReceipt(receipt)
  const set: SetPart = (line) => {
    const note = noteOf(line)
    return note && { set: note }
  }
  const previews = stored.filter(({ preview }) => preview).length
  const copies = stored.filter(({ converted }) => converted).length - previews
  const notStored = unstored.length + unnamed + (neverArrived?.files ?? 0)
  const head = {
    receipt: 'PhotoFerry',
    batch: name,
    ...(card ? { safeToFormat: provenOf(card) } : {}),
    server,
    writtenAt: timeText(writtenAtMs),
    droppedFiles: stored.length + notStored,
    storedFiles: stored.length,
    storedBytes: stored.reduce((sum, { size }) => sum + size, 0),
    notStoredFiles: notStored,
    notStoredFilesWithoutName: unnamed,
    systemFilesLeftOut: leftOut,
    ...(sets > 0 ? { sets, incompleteSets: incomplete } : {}),
    neverArrived: neverArrived && { files: neverArrived.files, reason: whyMissing[neverArrived.why] },
    ...(previews > 0 ? { storedPreviews: previews, note: previewsNote } : {}),
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
    return `\n    ${JSON.stringify({ ...facts, ...(name === null ? {} : { storedAs: name }), ...times, ...look, ...set(line) })}`
  })
  yield '\n  ],\n  "notStored": ['
  yield* joined(notStoredIn(receipt, set), ',', (file) => `\n    ${JSON.stringify(file)}`)
  yield '\n  ]\n}\n'
}

type SetPart = (line: Parameters<ReceiptSets['noteOf']>[0]) => { readonly set: SetNote } | null

/** @param set what a file's line says of its set */
function notStoredIn({ unstored, neverArrived }: Receipt, set: SetPart): readonly object[] {
  const missing = (neverArrived?.names ?? []).map((relativePath) => ({
    relativePath,
    status: 'never-arrived',
    reason: missingReason(relativePath, neverArrived?.why ?? 'not-sent'),
    ...set(relativePath),
  }))
  return [...unstored.map((file) => ({ ...file, ...set(file) })), ...missing]
}

/** What a certificate says besides its files: when each byte was read on the card, and what is not among them. */
function provenOf({ card, beganAtMs, checkedAtMs, pastMemory, leftOut, emptyFiles }: CardCertificate) {
  return {
    card: card.name,
    volumeId: card.volumeId,
    readFrom: card.mountPoint,
    everyByteReadBetween: [timeText(beganAtMs), timeText(checkedAtMs)],
    bytesCameFrom: pastMemory ? 'the card' : "the card, or the system's memory of it",
    systemFilesNotLookedFor: leftOut,
    filesWithoutBytes: emptyFiles,
  }
}

/** What a receipt of previews says of them. */
const previewsNote = 'These files are previews. Their originals are in another receipt, if they are stored.'

/** @param copies stored files that are converted copies, at least 1 */
export function copiesNote(copies: number): string {
  return copies === 1
    ? '1 copy stored; its original was not uploaded'
    : `${copies} copies stored; their originals were not uploaded`
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
  'set',
  'set_files_stored',
]

/** Two values: the main file of its set, and how many of the set's files are stored. */
function setValues(note: SetNote | null): readonly string[] {
  return note === null ? ['', ''] : [note.main, `${note.stored} of ${note.files}`]
}

/** What a row of a file that is not stored has between its reason and its set. */
const nothingStored = ['', '', '', '']

/** RFC 4180, with the byte order mark that spreadsheets know UTF-8 by. */
function* csvOf(receipt: Receipt): Generator<string> {
  const { stored, unstored, unnamed, neverArrived = null } = receipt
  const { noteOf } = setsInReceipt(receipt)
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
      contentText(line),
      '',
      storedName(line.relativePath, line.url),
      checkText(line),
      timeText(line.sourceCheckedAtMs),
      timeText(line.verifiedAtMs),
      ...setValues(noteOf(line)),
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
      ...setValues(noteOf(file)),
    ]),
  )
  for (let index = 0; index < unnamed; index++) yield unnamedRow
  yield* missingRows(neverArrived, noteOf)
}

function contentText({ converted, preview }: ReceiptLine): string {
  if (preview) return 'preview; the original is in another receipt'
  return converted ? 'converted copy; original not uploaded' : 'original'
}

/** Where the status itself would not be understood. */
const statusTexts: Partial<Record<Unstored['status'], string>> = {
  changed: 'changed since it was stored',
  'not-read': 'folder not read to its end',
}

/** A row for each file that is known by name, and one for the others together. */
function* missingRows(missing: Missing | null, noteOf: (name: string) => SetNote | null): Generator<string> {
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
      ...setValues(noteOf(name)),
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
  ...setValues(null),
])

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}

/** A name that every file system accepts: a batch is named after a folder, which may hold anything. */
function fileNamePart(name: string): string {
  const safe = name.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, ' ').trim()
  return safe.slice(0, 80) || 'PhotoFerry'
}
