/** When a photo was taken: from EXIF, else from XMP or IPTC, as ISO 8601 with the offset from UTC where it is stated. Pure. */
import { valueIfMalformed } from '../formats/bytes.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import type { DirectoryKind, TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { type IptcField, iptcFields } from '../metadata/iptc.ts'

/** The first value in the directories of a kind; one that cannot be read is skipped. */
export async function firstOf<Value>(
  directories: readonly TiffDirectory[],
  kind: DirectoryKind,
  read: (directory: TiffDirectory) => Promise<Value | null>,
): Promise<Value | null> {
  for (const directory of directories) {
    const value = directory.kind === kind ? await read(directory).catch(valueIfMalformed(null)) : null
    if (value !== null) return value
  }
  return null
}

/** Fields of EXIF, the date and its offset; TIFF/EP, which some RAW formats follow, has them beside the picture's. */
const originalTags = [tiffTags.dateTimeOriginal, tiffTags.offsetTimeOriginal] as const
const digitizedTags = [tiffTags.dateTimeDigitized, tiffTags.offsetTimeDigitized] as const

export async function exifTime(
  directories: readonly TiffDirectory[],
  which: 'original' | 'digitized',
): Promise<string | null> {
  const [dateTag, offsetTag] = which === 'original' ? originalTags : digitizedTags
  for (const kind of ['exif', 'image'] as const) {
    const text = (tag: number) => firstOf(directories, kind, (directory) => directory.text(tag))
    const time = timeOf(await text(dateTag), await text(offsetTag))
    if (time !== null) return time
  }
  return null
}

/** The time of the directory's last change, which in a RAW file is the exposure. */
export async function lastChange(directories: readonly TiffDirectory[]): Promise<string | null> {
  return timeOf(await firstOf(directories, 'image', (directory) => directory.text(tiffTags.dateTime)), null)
}

function timeOf(text: string | null, offset: string | null): string | null {
  const parts = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? '')
  if (parts === null) return null
  const zone = /^[+-]\d\d:\d\d$/.test(offset ?? '') ? offset : ''
  return possible(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}${zone}`)
}

/** Clocks that were never set write zeros or spaces. */
function possible(time: string): string | null {
  return time.startsWith('0000') || Number.isNaN(Date.parse(time)) ? null : time
}

/** Properties for when a photo was taken, the surest first (XMP part 2; IPTC Photo Metadata Standard). */
const originalProperties = ['exif:DateTimeOriginal', 'photoshop:DateCreated'] as const
const digitizedProperties = ['exif:DateTimeDigitized', 'xmp:CreateDate', 'xap:CreateDate'] as const

/** @param xmp a packet */
export function xmpTime(xmp: string, which: 'original' | 'digitized'): string | null {
  for (const property of which === 'original' ? originalProperties : digitizedProperties) {
    const [, inAttribute, inElement] =
      new RegExp(
        `[\\s<]${property}(?:\\s{0,40}=\\s{0,40}["']([^"'<]{4,40})["']|>\\s{0,40}([^<]{4,40})<)`,
      ).exec(xmp) ?? []
    const time = isoTime((inAttribute ?? inElement ?? '').trim())
    if (time !== null) return time
  }
  return null
}

/** The forms of ISO 8601 that XMP allows, a day at least; fractions of a second are left out. A day begins at midnight. */
function isoTime(text: string): string | null {
  const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  if (parts === null) return null
  const [, day, minute = '00:00', second = '00', zone = ''] = parts
  return possible(`${day}T${minute}:${second}${zone === 'Z' ? '+00:00' : zone}`)
}

/** Datasets of record 2 (IIM 4): the date as CCYYMMDD, the time as HHMMSS±HHMM. */
const iptcDatasets = { original: [55, 60], digitized: [62, 63] } as const

/** @param records of IPTC */
export function iptcTime(records: Buffer, which: 'original' | 'digitized'): string | null {
  const fields = iptcFields(records)
  const [dateDataset, timeDataset] = iptcDatasets[which]
  const date = /^(\d{4})-?(\d\d)-?(\d\d)/.exec(textIn(fields, dateDataset))
  if (date === null) return null
  const [, hours = '00', minutes = '00', seconds = '00', zone] =
    /^(\d\d):?(\d\d):?(\d\d)(?:([+-]\d\d):?(\d\d))?/.exec(textIn(fields, timeDataset)) ?? []
  const zoneMinutes = /[+-]\d\d:?(\d\d)$/.exec(textIn(fields, timeDataset))?.[1]
  const offset = zone === undefined ? '' : `${zone}:${zoneMinutes ?? '00'}`
  return possible(`${date[1]}-${date[2]}-${date[3]}T${hours}:${minutes}:${seconds}${offset}`)
}

const application = 2
const textIn = (fields: readonly IptcField[], dataset: number) =>
  fields
    .find((field) => field.record === application && field.dataset === dataset)
    ?.value.toString('latin1') ?? ''
