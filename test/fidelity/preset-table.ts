/** What presets keep of a photo and what they change, as exiftool reads it before and after: the table in the README. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExifTool } from 'exiftool-vendored'
import { ImagePool } from '../../src/main/images/convert/image-pool.ts'
import { stampSource } from '../../src/main/intake/source-file.ts'
import { PayloadStore } from '../../src/main/pipeline/payload-store.ts'
import { type Preparation, preparationOf } from '../../src/main/pipeline/prepare.ts'
import { imageWorkerEntry } from '../../src/main/program-files.ts'
import { type Preset, presets } from '../../src/shared/presets.ts'
import { anItem } from '../main/an-item.ts'
import { type PhotoSize, writeRawPhotos, writeRealPhotos } from './real-photos.ts'

/** Row -> exiftool's names of its fields. */
const fields: Readonly<Record<string, readonly string[]>> = {
  'Date and time zone': ['ExifIFD:DateTimeOriginal', 'ExifIFD:OffsetTimeOriginal'],
  'Camera and lens': ['IFD0:Make', 'IFD0:Model', 'ExifIFD:LensModel'],
  'Exposure, aperture, ISO, focal length': [
    'ExifIFD:ExposureTime',
    'ExifIFD:FNumber',
    'ExifIFD:ISO',
    'ExifIFD:FocalLength',
  ],
  'Artist and copyright': ['IFD0:Artist', 'IFD0:Copyright'],
  Location: ['Composite:GPSPosition'],
  'Rating, caption, keywords (XMP)': ['XMP-xmp:Rating', 'XMP-dc:Description', 'XMP-dc:Subject'],
  'Caption (IPTC)': ['IPTC:Caption-Abstract'],
  'Colour profile': ['ICC_Profile:ProfileDescription'],
}

type Tags = Readonly<Record<string, unknown>>

export interface Prepared {
  /** File name of the original. */
  readonly name: string
  readonly preparation: Preparation
  readonly before: Tags
  /** Null: the original is uploaded. */
  readonly after: Tags | null
}

/** The presets that come with PhotoFerry, and one that removes the location and asks for sRGB. */
const tried: Readonly<Record<string, Preset>> = {
  ...Object.fromEntries(Object.entries(presets).flatMap(([id, preset]) => (preset ? [[id, preset]] : []))),
  'no location, sRGB': { ...(presets['web-gallery'] as Preset), keepLocation: false, colour: 'srgb' },
}

/** Prepares a folder of photos under every preset. @returns preset -> the result for each photo */
export async function prepareAll(
  folder: string,
  exiftool: ExifTool,
  size: PhotoSize,
): Promise<Map<string, Prepared[]>> {
  const source = join(folder, 'in')
  mkdirSync(source)
  const names = [...(await writeRealPhotos(source, exiftool, size)), ...(await writeRawPhotos(source))]
  const read = (path: string) => exiftool.readRaw(path, { readArgs: ['-G1', '-struct'] }) as Promise<Tags>
  const befores = new Map<string, Tags>()
  for (const name of names) befores.set(name, await read(join(source, name)))
  const imagePool = new ImagePool({ entry: imageWorkerEntry, nodePath: process.execPath })
  const found = new Map<string, Prepared[]>()
  try {
    for (const [title, preset] of Object.entries(tried)) {
      const payloads = new PayloadStore(join(folder, title))
      const one = async (name: string): Promise<Prepared> => {
        const sourcePath = join(source, name)
        const ref = { sourcePath, relativePath: name }
        const item = anItem({ id: name, ...ref, ...(await stampSource(ref)) })
        const { signal } = new AbortController()
        const preparation = await preparationOf(item, preset, signal, { imagePool, payloads })
        const { payload } = preparation
        return {
          name,
          preparation,
          before: befores.get(name) ?? {},
          after: payload && (await read(payload.path)),
        }
      }
      found.set(title, await Promise.all(names.map(one)))
    }
  } finally {
    await imagePool.close()
  }
  return found
}

/** The table's first cell, by which it is found in the README. */
export const tableCorner = 'As exiftool reads it'

/** Markdown: a row for each field, a column for each preset. */
export function presetTable(found: ReadonlyMap<string, readonly Prepared[]>): string {
  const titles = [...found.keys()]
  const row = (name: string, cell: (title: string, photos: readonly Prepared[]) => string) => [
    name,
    ...titles.map((title) =>
      cell(
        title,
        (found.get(title) ?? []).filter(({ after }) => after),
      ),
    ),
  ]
  const rows = [
    [tableCorner, ...titles.map((title) => (title in presets ? `\`${title}\`` : title))],
    row('Format', (title) => tried[title]?.format ?? ''),
    row('Long edge', (title, photos) => sizeVerdict(photos, tried[title]?.longEdge ?? null)),
    row('Orientation 1–8', (_, photos) => (photos.every(isUpright) ? 'upright' : 'WRONG')),
    ...Object.entries(fields).map(([name, tags]) => row(name, (_, photos) => verdict(photos, tags))),
    row('RAW files', (title) => rawVerdict(found.get(title) ?? [])),
  ]
  return lines(rows)
}

function isUpright({ after }: Prepared): boolean {
  const orientation = after?.['IFD0:Orientation']
  return orientation === undefined || orientation === 'Horizontal (normal)'
}

function sizeVerdict(photos: readonly Prepared[], longEdge: number | null): string {
  const most = longEdge ?? Number.POSITIVE_INFINITY
  const edgeOf = (tags: Tags | null) =>
    Math.max(...String(tags?.['Composite:ImageSize']).split('x').map(Number))
  const isRight = photos.every(({ before, after }) => edgeOf(after) === Math.min(most, edgeOf(before)))
  return isRight ? String(longEdge ?? 'kept') : 'WRONG'
}

function rawVerdict(photos: readonly Prepared[]): string {
  const raw = photos.filter(
    ({ preparation: { note } }) => note.kind === 'original-kept' && note.reason === 'raw',
  )
  return raw.length === 4 && raw.every(({ preparation }) => preparation.payload === null)
    ? 'as they are'
    : 'WRONG'
}

/** `kept` if every copy says what its original says; otherwise what has changed, and in which photos. */
function verdict(photos: readonly Prepared[], tags: readonly string[]): string {
  const kinds = new Map<string, Set<string>>()
  for (const { name, before, after } of photos) {
    const told = tags.filter((tag) => before[tag] !== undefined)
    if (told.length === 0) continue
    const word = told.map((tag) => change(before[tag], after?.[tag])).find((one) => one !== 'kept') ?? 'kept'
    kinds.set(word, (kinds.get(word) ?? new Set()).add(kindOf(name)))
  }
  const [only, ...others] = kinds.keys()
  if (only !== undefined && others.length === 0) return only
  const exceptions = [...kinds].filter(([word]) => word !== 'kept')
  return ['kept', ...exceptions.map(([word, names]) => `${[...names].join(', ')}: ${word}`)].join('; ')
}

function change(before: unknown, after: unknown): string {
  if (after === undefined) return 'removed'
  return JSON.stringify(after) === JSON.stringify(before) ? 'kept' : `becomes ${String(after)}`
}

function kindOf(name: string): string {
  if (name.startsWith('print')) return 'CMYK'
  return name.split('.').at(-1)?.replace('jpg', 'jpeg').replace('tif', 'tiff').toUpperCase() ?? name
}

function lines(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const width = (column: number) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(width(column))).join(' | ')} |`
  return [line(head), line(head.map((_, column) => '-'.repeat(width(column)))), ...body.map(line)].join('\n')
}
