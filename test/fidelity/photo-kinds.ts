/** One small photo of each kind that cameras, phones and programs write, built from its specification, and what must become of it. */
import { deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { pngChunk } from '../../src/main/images/formats/png.ts'
import type { KeptReason, PhotoExtra } from '../../src/shared/preparation.ts'
import { namedColours, withProperties } from '../heic/boxes.ts'
import { heic } from '../heic/heics.ts'
import { chart, namedAdobeRgb } from '../main/images/colour-chart.ts'
import { moreThanAStill } from '../main/images/more-than-a-still.ts'
import { noise } from '../main/images/photos.ts'
import { placedFilm, segment, withSegments, xmpSegment } from '../main/images/place/placed-photos.ts'
import { withChunks } from '../main/images/png-builder.ts'
import { rawFile, rawFormats } from '../main/images/raw-files.ts'
import { Blob, type LaidField, tiff } from '../main/images/tiff-builder.ts'
import { ultraHdr } from '../main/images/ultra-hdr.ts'

/** A copy that lacks nothing, one that lacks what is named, or the original and why. */
export type Outcome = 'copy' | { readonly without: readonly PhotoExtra[] } | { readonly original: KeptReason }

export interface PhotoKind {
  /** In words, for the table. */
  readonly title: string
  /** With the extension that such a file has. */
  readonly file: string
  readonly bytes: Buffer
  readonly becomes: Outcome
  /** Where the format of the copy decides: for copies as JPEG. */
  readonly asJpeg?: Outcome
}

const [width, height] = [240, 160]
const original = (reason: KeptReason): Outcome => ({ original: reason })
const latin = (text: string) => Buffer.from(text, 'latin1')
const picture = () => sharp(noise(width, height), { raw: { width, height, channels: 3 } })
const best = { quality: 100, chromaSubsampling: '4:4:4' } as const

type Entry = readonly [
  title: string,
  extension: string,
  bytes: Buffer | Sharp,
  becomes: Outcome,
  asJpeg?: Outcome,
]

/** Group -> its kinds, in the order of the table. */
export async function photoKinds(): Promise<Map<string, PhotoKind[]>> {
  const groups: Readonly<Record<string, readonly Entry[]>> = {
    'Ordinary photos': await ordinary(),
    'Colours by profile or by number': await coloured(),
    'Numbers that decoders guess at': unusualNumbers(),
    'More than a still picture': await more(),
    'Metadata in odd places': await oddMetadata(),
    'Formats that stay as they are, and files that lie': await otherFormats(),
  }
  const kinds = new Map<string, PhotoKind[]>()
  for (const [group, entries] of Object.entries(groups)) {
    const built = entries.map(async ([title, extension, made, becomes, asJpeg], nth) => {
      const bytes = Buffer.isBuffer(made) ? made : await made.toBuffer()
      const file = `${group.replace(/\W+/g, '-')}-${nth}.${extension}`
      return { title, file, bytes, becomes, ...(asJpeg ? { asJpeg } : {}) }
    })
    kinds.set(group, await Promise.all(built))
  }
  return kinds
}

async function ordinary(): Promise<Entry[]> {
  const alpha = picture().ensureAlpha(0.5)
  const grey = picture().greyscale().toColourspace('b-w')
  const deep = () => picture().toColourspace('rgb16')
  return [
    ['JPEG', 'jpg', picture().jpeg(best), 'copy'],
    ['JPEG, progressive', 'jpg', picture().jpeg({ ...best, progressive: true }), 'copy'],
    ['JPEG, grey', 'jpg', grey.clone().jpeg(best), 'copy'],
    ['JPEG, CMYK', 'jpg', picture().toColourspace('cmyk').withIccProfile('cmyk').jpeg(best), 'copy'],
    ['PNG', 'png', picture().png(), 'copy'],
    ['PNG, 16 bits', 'png', deep().png(), 'copy'],
    ['PNG, grey', 'png', grey.clone().png(), 'copy'],
    ['PNG, palette', 'png', picture().png({ palette: true }), 'copy'],
    ['PNG with transparency', 'png', alpha.clone().png(), 'copy'],
    ['WebP', 'webp', picture().webp({ quality: 100 }), 'copy'],
    ['WebP, lossless', 'webp', picture().webp({ lossless: true }), 'copy'],
    ['TIFF', 'tif', picture().tiff({ compression: 'lzw' }), 'copy'],
    ['TIFF, 16 bits', 'tif', deep().tiff({ compression: 'deflate' }), 'copy'],
    ['TIFF, tiles', 'tif', picture().tiff({ compression: 'lzw', tile: true }), 'copy'],
    ['TIFF, JPEG inside', 'tif', picture().tiff({ compression: 'jpeg', quality: 100 }), 'copy'],
    ['BigTIFF', 'tif', picture().tiff({ compression: 'lzw', bigtiff: true }), 'copy'],
    ['AVIF', 'avif', picture().avif({ ...best, effort: 0 }), 'copy'],
    ['AVIF, 10 bits', 'avif', deep().avif({ ...best, effort: 0, bitdepth: 10 }), 'copy'],
    ['HEIC', 'heic', heic('photo'), 'copy'],
    ['HEIC, 10 bits', 'hif', heic('chart-display-p3-10-bit'), 'copy'],
    ['HEIC without a preview', 'heic', heic('without-preview'), original('unchecked')],
  ]
}

const [srgb, pq, hlg] = [13, 16, 18]
const [bt709, bt2020, p3] = [1, 9, 12]

async function coloured(): Promise<Entry[]> {
  const profiles = (['Display P3', 'Adobe RGB', 'ProPhoto', 'BT.2020'] as const).map(
    (space): Entry => [`${space}, by profile`, 'tif', chart(space).tiff({ compression: 'none' }), 'copy'],
  )
  const png = await picture().png().toBuffer()
  const avif = await picture()
    .avif({ ...best, effort: 0 })
    .toBuffer()
  const numbered = ([primaries, transfer]: readonly [number, number]) => ({
    png: withChunks(png, [pngChunk('cICP', Buffer.from([primaries, transfer, 0, 1]))]),
    avif: withProperties(avif, [namedColours(primaries, transfer)]),
    heic: withProperties(heic('plain'), [namedColours(primaries, transfer)]),
  })
  const named = [
    ['sRGB', [bt709, srgb], 'copy'],
    ['Display P3', [p3, srgb], 'copy'],
    ['BT.2020', [bt2020, srgb], 'copy'],
    ['PQ', [bt2020, pq], original('hdr')],
    ['HLG', [bt2020, hlg], original('hdr')],
  ] as const
  return [
    ...profiles,
    ['Adobe RGB, by EXIF alone', 'jpg', namedAdobeRgb(await picture().jpeg(best).toBuffer()), 'copy'],
    ...named.flatMap(([name, numbers, becomes]) =>
      (['png', 'avif', 'heic'] as const).map(
        (format): Entry => [
          `${name}, by number (${format.toUpperCase()})`,
          format,
          numbered(numbers)[format],
          becomes,
        ],
      ),
    ),
  ]
}

interface Numbers {
  readonly bits: number
  /** 1: unsigned, 2: signed, 3: floating point. */
  readonly form?: number
  readonly photometric?: number
  readonly samples?: number
  readonly extra?: readonly number[]
}

/** A small TIFF without compression. */
function plainTiff({ bits, form = 1, photometric = 2, samples = 3, extra = [] }: Numbers): Buffer {
  const [across, down] = [60, 40]
  const data = Buffer.from(
    Array.from({ length: (across * down * samples * bits) / 8 }, (_, at) => (at * 7) % 251),
  )
  const fields: LaidField[] = [
    [0x0100, 3, [across]],
    [0x0101, 3, [down]],
    [0x0102, 3, new Array<number>(samples).fill(bits)],
    [0x0103, 3, [1]],
    [0x0106, 3, [photometric]],
    [0x0111, 4, new Blob(data)],
    [0x0115, 3, [samples]],
    [0x0116, 3, [down]],
    [0x0117, 4, [data.length]],
    ...(extra.length > 0 ? [[0x0152, 3, extra] as LaidField] : []),
    [0x0153, 3, new Array<number>(samples).fill(form)],
  ]
  return tiff({ fields })
}

function unusualNumbers(): Entry[] {
  const kept = original('unusual-pixels')
  return [
    ['TIFF, floating point, 32 bits', 'tif', plainTiff({ bits: 32, form: 3 }), kept],
    ['TIFF, floating point, 16 bits', 'tif', plainTiff({ bits: 16, form: 3 }), kept],
    ['TIFF, 32 bits', 'tif', plainTiff({ bits: 32 }), kept],
    ['TIFF, signed numbers', 'tif', plainTiff({ bits: 16, form: 2 }), kept],
    ['TIFF, CIELAB', 'tif', plainTiff({ bits: 8, photometric: 8 }), kept],
    [
      'TIFF, CIELAB with transparency',
      'tif',
      plainTiff({ bits: 8, photometric: 8, samples: 4, extra: [2] }),
      kept,
    ],
    ['TIFF, channels that nobody names', 'tif', plainTiff({ bits: 8, samples: 6, extra: [0, 0, 0] }), kept],
  ]
}

async function more(): Promise<Entry[]> {
  const extensions = { jpeg: 'jpg', tiff: 'tif' } as Readonly<Record<string, string>>
  const kinds = Object.entries(moreThanAStill).map(async ([title, { format, bytes, byDefault }]) => {
    const becomes: Outcome =
      typeof byDefault === 'string'
        ? original(byDefault)
        : byDefault.length > 0
          ? { without: byDefault as readonly PhotoExtra[] }
          : 'copy'
    return [
      capitalised(title.replace(/^an? /, '')),
      extensions[format] ?? format,
      await bytes(),
      becomes,
    ] as const
  })
  const pages = tiff({
    fields: [...pageFields()],
    next: { fields: [...pageFields()] },
  })
  return [
    ...(await Promise.all(kinds)),
    ['JPEG with a gain map (Ultra HDR)', 'jpg', await ultraHdr(1), { without: ['gain-map'] }, 'copy'],
    ['TIFF of two pages', 'tif', pages, original('several-images')],
  ]
}

const capitalised = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

function* pageFields(): Generator<LaidField> {
  const data = noise(60, 40)
  yield [0x0100, 3, [60]]
  yield [0x0101, 3, [40]]
  yield [0x0102, 3, [8, 8, 8]]
  yield [0x0103, 3, [1]]
  yield [0x0106, 3, [2]]
  yield [0x0111, 4, new Blob(data)]
  yield [0x0115, 3, [3]]
  yield [0x0116, 3, [40]]
  yield [0x0117, 4, [data.length]]
}

async function oddMetadata(): Promise<Entry[]> {
  const png = await picture().png().toBuffer()
  const jpeg = await picture().jpeg(best).toBuffer()
  const block = (orientation: number) =>
    tiff({
      fields: [
        [0x010f, 2, 'Ferry'],
        [0x0112, 3, [orientation]],
      ],
    })
  const hidden = (orientation: number) => {
    const bytes = Buffer.concat([latin('Exif\0\0'), block(orientation)])
    const text = latin(`\nexif\n${String(bytes.length).padStart(8)}\n${bytes.toString('hex')}\n`)
    return withChunks(png, [pngChunk('zTXt', latin('Raw profile type exif\0\0'), deflateSync(text))])
  }
  const long = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>${'ferry '.repeat(12_000)}</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>`
  const longXmp = withChunks(png, [pngChunk('iTXt', latin('XML:com.adobe.xmp\0\0\0\0\0'), Buffer.from(long))])
  const iptc = Buffer.concat([latin('\x1c\x02\x78\0\x09The ferry')])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(iptc.length)
  const caption = [latin('Photoshop 3.0\x008BIM\x04\x04\0\0'), size, iptc, Buffer.alloc(iptc.length % 2)]
  return [
    ['PNG with EXIF behind the picture', 'png', withChunks(png, [], [pngChunk('eXIf', block(1))]), 'copy'],
    ['PNG with EXIF in a text', 'png', hidden(1), 'copy'],
    ['PNG whose text alone turns it', 'png', hidden(6), original('not-faithful')],
    ['PNG with XMP that no JPEG can hold', 'png', longXmp, 'copy', original('not-faithful')],
    ['JPEG with a caption of IPTC', 'jpg', withSegments(jpeg, segment(0xed, ...caption)), 'copy'],
    [
      'JPEG with a place in the XMP of a drone',
      'jpg',
      withSegments(
        jpeg,
        xmpSegment(
          '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" drone-dji:GpsLatitude="+51.5"/></rdf:RDF></x:xmpmeta>',
        ),
      ),
      'copy',
    ],
  ]
}

async function otherFormats(): Promise<Entry[]> {
  const raws = rawFormats.map(
    async (format): Promise<Entry> => [
      format.toUpperCase(),
      format,
      await rawFile(format, { width: 90, height: 60 }),
      original('raw'),
    ],
  )
  const bare = original('no-photo')
  const jpeg = await picture().jpeg(best).toBuffer()
  return [
    ...(await Promise.all(raws)),
    ['GIF', 'gif', picture().gif(), bare],
    ['JPEG XL', 'jxl', Buffer.concat([latin('\0\0\0\x0cJXL \r\n\x87\n'), noise(20, 20)]), bare],
    [
      'JPEG 2000',
      'jp2',
      Buffer.concat([latin('\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 '), noise(20, 20)]),
      bare,
    ],
    ['Photoshop', 'psd', Buffer.concat([latin('8BPS\0\x01'), noise(20, 20)]), bare],
    ['MPO', 'mpo', Buffer.concat([jpeg, jpeg]), bare],
    ['Video', 'mov', placedFilm(), original('video')],
    ['Text that is named JPEG', 'jpg', Buffer.from('no picture at all '.repeat(50)), original('mislabelled')],
    ['JPEG that ends in the middle', 'jpg', jpeg.subarray(0, jpeg.length / 2), original('damaged')],
  ]
}
