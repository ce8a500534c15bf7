/** When a clip was recorded, as ISO 8601: by QuickTime's keys, the head of the movie, or what AVCHD cameras write into each frame. */
import { boxesIn } from '../formats/boxes.ts'
import { type Bytes, valueIfMalformed } from '../formats/bytes.ts'

/** @param text of a date with its time; a day alone may be that of an edit */
export function statedTime(text: string): string | null {
  const parts = /^(\d{4})[-:](\d\d)[-:](\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?/.exec(
    text.trim(),
  )
  if (parts === null) return null
  const [, year, month, day, clock, zone = ''] = parts
  const offset = zone === 'Z' ? '+00:00' : zone.replace(/^(.\d\d):?(\d\d)$/, '$1:$2')
  return possible(`${year}-${month}-${day}T${clock}${offset}`)
}

function possible(time: string): string | null {
  const ms = Date.parse(time)
  return Number.isNaN(ms) || ms <= 0 ? null : time
}

/** Seconds from 1904, from which movies count, to 1970, from which some cameras do. */
const secondsFrom1904 = 2_082_844_800

/**
 * The creation time in a movie's head (ISO/IEC 14496-12, 8.2.2). It should be in UTC, which many cameras do not know: it
 * has the offset that the standard says.
 */
export async function movieTime(bytes: Bytes): Promise<string | null> {
  const movie = (await boxesIn(bytes)).find(({ type }) => type === 'moov')
  const head = movie && (await boxesIn(movie.content)).find(({ type }) => type === 'mvhd')
  const raw = head && (await head.content.read(0, 12).catch(valueIfMalformed(null)))
  if (!raw) return null
  const seconds = raw[0] === 1 ? Number(raw.readBigUInt64BE(4)) : raw.readUInt32BE(4)
  const since1970 = seconds >= secondsFrom1904 ? seconds - secondsFrom1904 : seconds
  // A clock that was never set, or numbers that are no time.
  if (since1970 <= 0 || since1970 > 0xffffffff) return null
  return `${new Date(since1970 * 1000).toISOString().slice(0, 19)}+00:00`
}

/** The message that AVCHD cameras put into each frame: its id, and `MDPM` (exiftool's H264). */
const messageId = Buffer.from('17ee8c60f84d11d98cd60800200c9a664d44504d', 'hex')
const searchedBytes = 64 << 10
const maxFields = 40
const [dateField, timeField] = [0x18, 0x19]

/** @param frame H.264, as it stands in the stream */
export function frameTime(frame: Buffer): string | null {
  const plain = withoutEscapes(frame.subarray(0, searchedBytes))
  const at = plain.indexOf(messageId)
  if (at < 0) return null
  const start = at + messageId.length
  const fields = new Map<number, Buffer>()
  // A count, then fields of a tag and four bytes.
  for (let nth = 0; nth < Math.min(plain[start] ?? 0, maxFields); nth++) {
    const field = plain.subarray(start + 1 + nth * 5, start + 6 + nth * 5)
    if (field.length === 5) fields.set(field[0] ?? 0, field.subarray(1))
  }
  const [date, time] = [fields.get(dateField), fields.get(timeField)]
  if (!date || !time) return null
  // Digits of decimal numbers, two in each byte: zone, century, year, month; day, hour, minute, second.
  const digits = Buffer.concat([date.subarray(1), time]).toString('hex')
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? []
  if (year === undefined) return null
  return possible(`${year}-${month}-${day}T${hour}:${minute}:${second}${zoneOf(date[0] ?? 0)}`)
}

/** Bits: sign, hours, half an hour. Empty for a camera that does not say. */
function zoneOf(zone: number): string {
  const hours = (zone >> 1) & 15
  if (zone >= 0x80 || hours > 14) return ''
  return `${zone & 0x20 ? '-' : '+'}${String(hours).padStart(2, '0')}:${zone & 1 ? '30' : '00'}`
}

/** Within a stream, a 3 stands between two zeros and whatever could be taken for a start code (ITU-T H.264, 7.4.1). */
function withoutEscapes(stream: Buffer): Buffer {
  const parts: Buffer[] = []
  let start = 0
  for (let at = stream.indexOf('000003', 0, 'hex'); at >= 0; at = stream.indexOf('000003', at + 3, 'hex')) {
    parts.push(stream.subarray(start, at + 2))
    start = at + 3
  }
  return Buffer.concat([...parts, stream.subarray(start)])
}
