/**
 * Receipts as the tools of the trade read them: lists for `md5sum -c` and `sha256sum -c`, and a media hash list of the
 * American Society of Cinematographers (ASC MHL 2.0). Paths are those at the server.
 */
import { hostname } from 'node:os'
import type { CardCertificate } from '../../shared/cards.ts'
import type { ReceiptLine } from '../../shared/history.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { escapeMarkup, unspeakableInXml } from '../../shared/protocol/escape-markup.ts'
import { storedName } from '../../shared/stored-name.ts'
import type { Receipt } from './receipt.ts'
import { setsInReceipt } from './receipt-sets.ts'
import { joined } from './text-parts.ts'

/** Where the file is at the server, below its library: as it was sent, unless its name was taken. */
function pathOf({ relativePath, url }: ReceiptLine): string {
  const name = storedName(relativePath, url)
  return name === null ? relativePath : `${relativePath.slice(0, relativePath.lastIndexOf('/') + 1)}${name}`
}

/** How many files of the batch are not in the list. */
function missingFrom({ unstored, unnamed, neverArrived }: Receipt): number {
  return unstored.length + unnamed + (neverArrived?.files ?? 0)
}

function summaryOf(receipt: Receipt): string {
  const { name, server, stored, card } = receipt
  const missing = missingFrom(receipt)
  const rest = missing === 0 ? 'every dropped file is in this list' : `NOT STORED: ${missing} dropped files`
  if (card)
    return `PhotoFerry, ${certified(card)}, server ${server.url ?? (server.name || 'on this computer')}: ${stored.length} files`
  const previews = stored.some(({ preview }) => preview) ? '; PREVIEWS, no originals' : ''
  const { incomplete } = setsInReceipt(receipt)
  const sets = incomplete === 0 ? '' : `; INCOMPLETE: ${incomplete} sets of files that belong together`
  return `PhotoFerry, batch ${name}, server ${server.url ?? (server.name || 'on this computer')}: ${stored.length} files stored; ${rest}${sets}${previews}`
}

function certified({ card, checkedAtMs }: CardCertificate): string {
  const time = new Date(checkedAtMs).toISOString()
  return `SAFE TO FORMAT: card ${card.name} (${card.volumeId ?? 'no id'}), every byte read once more until ${time} and held against the bytes that the server read`
}

/** As `md5sum` and `sha256sum` write it; lines that begin with # are passed over by them. */
export function* digestList(receipt: Receipt, algorithm: 'md5' | 'sha256'): Generator<string> {
  const comment = (text: string) => `# ${escapeControls(text)}\n`
  yield comment(summaryOf(receipt))
  yield* joined(receipt.unstored, '', ({ relativePath, reason }) =>
    comment(`NOT STORED: ${relativePath}: ${reason}`),
  )
  yield* joined(receipt.stored, '', (line) => {
    const digest = line[algorithm]
    return digest === null
      ? comment(`${pathOf(line)}: the server did not name its SHA-256`)
      : digestLine(digest, pathOf(line))
  })
}

/** With what GNU's tools escape: a backslash at the beginning says that the name is. */
function digestLine(digest: string, path: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' }
  const name = path.replace(/[\\\n\r]/g, (character) => escapes[character] ?? '')
  return `${name === path ? '' : '\\'}${digest}  ${name}\n`
}

/** The schema knows no SHA-256: the MD5 stands for the file. A name that XML cannot hold is counted, not listed. */
export function* mediaHashList(receipt: Receipt): Generator<string> {
  const date = new Date(receipt.writtenAtMs).toISOString()
  const listed = receipt.stored.filter((line) => pathOf(line).search(unspeakableInXml) === -1)
  const odd = receipt.stored.length - listed.length
  const more = odd === 0 ? '' : `; ${odd} stored files have names that this format cannot hold`
  yield `<?xml version="1.0" encoding="UTF-8"?>
<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">
  <creatorinfo>
    <creationdate>${date}</creationdate>
    <hostname>${escapeMarkup(escapeControls(hostname()))}</hostname>
    <tool>PhotoFerry</tool>
    <comment>${escapeMarkup(escapeControls(`${summaryOf(receipt)}${more}`))}</comment>
  </creatorinfo>
  <processinfo>
    <process>transfer</process>
  </processinfo>
`
  if (listed.length === 0) return yield '</hashlist>\n'
  yield '  <hashes>\n'
  yield* joined(listed, '', hashElement)
  yield '  </hashes>\n</hashlist>\n'
}

function hashElement(line: ReceiptLine): string {
  const { size, md5, source, converted, verifiedAtMs, confirmedAtMs } = line
  const changed =
    source === null || converted ? '' : ` lastmodificationdate="${new Date(source.mtimeMs).toISOString()}"`
  const hashed = new Date(verifiedAtMs ?? confirmedAtMs).toISOString()
  return `    <hash>
      <path size="${size}"${changed}>${escapeMarkup(pathOf(line))}</path>
      <md5 action="original" hashdate="${hashed}">${md5}</md5>
    </hash>
`
}
