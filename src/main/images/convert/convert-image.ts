/** Makes one copy of a photo with sharp: upright, in its own colours or in sRGB, with its metadata. Runs in the image worker alone. */
import sharp, { type Metadata, type Sharp } from 'sharp'
import { editExif } from '../formats/exif/embedded-exif.ts'
import { buildExif } from '../formats/exif/exif-writer.ts'
import { ImageError, maxPixels } from '../image-error.ts'
import type { ExpectedCopy } from './check-copy.ts'
import { removeExifLocation, removeXmpLocation } from './exif-location.ts'
import type { ImageJob } from './image-job.ts'
import { openPhoto, type PhotoSource } from './photo-source.ts'

/** Decoders that photographs need; every other one in libvips stays blocked, SVG, PDF and the like included. */
const decoders = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Heif'].flatMap((name) => [
  `VipsForeignLoad${name}File`,
  `VipsForeignLoad${name}Buffer`,
])
/** Pixels of an edge that a format can hold. */
const maxEdge = { jpeg: 65_535, png: 2 ** 31 - 1, webp: 16_383, avif: 16_384 } as const
/** From this quality on colours keep their full resolution. */
const fullColourFrom = 0.9

/** A copy in memory, and what must be found in it once it is on disk. */
export interface Copy {
  readonly bytes: Buffer
  readonly locationRemoved: boolean
  readonly expected: ExpectedCopy
}

/** One image at a time and nothing kept: the pool runs a process per core. */
export function configureSharp(): void {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: decoders })
}

/** @throws ImageError, or sharp's own error where the image cannot be decoded */
export async function convertImage(job: ImageJob): Promise<Copy> {
  const source = await openPhoto(job)
  try {
    refuseUnfit(source.facts, job)
    return await copyOf(source, job)
  } finally {
    await source.close()
  }
}

async function copyOf(source: PhotoSource, job: ImageJob): Promise<Copy> {
  const { input, facts } = source
  // A picture that decodes with warnings may be grey from the middle on: better the original than a copy of that.
  const image = sharp(input, { limitInputPixels: maxPixels, failOn: 'warning' }).autoOrient().keepMetadata()
  if (job.longEdge !== null) {
    image.resize({ width: job.longEdge, height: job.longEdge, fit: 'inside', withoutEnlargement: true })
  }
  const convertsColours = job.colour === 'srgb' || !canKeepColours(facts, job)
  if (convertsColours) image.withIccProfile('srgb')
  // Left to itself sharp goes by way of sRGB, which grey profiles do not fit and on which it may lose those of 16 bits.
  else if (facts.space !== 'srgb') image.toColourspace(facts.space)
  if (facts.hasAlpha && job.format === 'jpeg') image.flatten({ background: '#ffffff' })
  const xmp = job.keepLocation ? source.xmp : removeXmpLocation(source.xmp)
  // Where sharp reads the original itself it carries the packet over as it is.
  if (xmp !== source.xmp || (xmp !== '' && job.sourceFormat === 'heic')) image.withXmp(xmp)
  const { width, height } = sizeOfCopy(facts, job.longEdge)
  const { keepLocation } = job
  const block = source.exifToCarry && (await buildExif(source.exifToCarry, { width, height, keepLocation }))
  const isDeep = !convertsColours && facts.depth === 'ushort'
  const bytes = await encode(block ? withRoomFor(image, block) : image, job, isDeep)
  await settleExif(bytes, block, keepLocation)
  const exif = keepLocation ? source.exif : { ...source.exif, place: null }
  const profile = convertsColours ? 'srgb' : (facts.icc ?? null)
  const locationRemoved = exif.place !== source.exif.place || xmp !== source.xmp
  return { bytes, locationRemoved, expected: { width, height, profile, exif, xmp } }
}

/** Copies are RGB or grey; a profile for inks would not fit them, nor one for greys a format that knows colours only. */
function canKeepColours({ space, hasProfile }: Metadata, { format }: ImageJob): boolean {
  if (space === 'b-w' || space === 'grey16') return !hasProfile || format === 'jpeg' || format === 'png'
  return space === 'srgb' || space === 'rgb16'
}

function refuseUnfit({ width, height, pages = 1 }: Metadata, { format, longEdge }: ImageJob): void {
  const edge = Math.max(width, height)
  if (width * height > maxPixels || Math.min(edge, longEdge ?? edge) > maxEdge[format]) {
    throw new ImageError('too-many-pixels', `${width} x ${height} pixels`)
  }
  // A copy holds one picture: the others of an animation or a multi-page scan would be lost.
  if (pages > 1) throw new ImageError('several-images', `${pages} pages`)
}

/** Pixels of the copy as it is to be seen. */
function sizeOfCopy({ autoOrient: { width, height } }: Metadata, longEdge: number | null) {
  const scale = Math.min(1, (longEdge ?? Number.POSITIVE_INFINITY) / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** @param isDeep of more than 8 bits; PNG keeps them unasked */
function encode(image: Sharp, { format, quality }: ImageJob, isDeep: boolean): Promise<Buffer> {
  const percent = Math.round(quality * 100)
  const chromaSubsampling = quality >= fullColourFrom ? '4:4:4' : '4:2:0'
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: percent, chromaSubsampling }).toBuffer()
    case 'webp':
      return image.webp({ quality: percent }).toBuffer()
    case 'avif':
      return image.avif({ quality: percent, chromaSubsampling, bitdepth: isDeep ? 10 : 8 }).toBuffer()
    case 'png':
      return image.png().toBuffer()
  }
}

/** sharp writes EXIF tag by tag only: it writes one long text, and the block takes its place. */
function withRoomFor(image: Sharp, block: Buffer): Sharp {
  return image.withExif({ IFD0: { ImageDescription: '.'.repeat(block.length) } })
}

/** Puts the block that was built by hand into the copy, or takes the place out of the one that sharp carried over. */
async function settleExif(bytes: Buffer, block: Buffer | null, keepLocation: boolean): Promise<void> {
  if (block === null && keepLocation) return
  const { exif } = await sharp(bytes).metadata()
  if (exif === undefined) return
  await editExif(bytes, exif, async (tiff) => {
    if (block === null) await removeExifLocation(tiff)
    else tiff.fill(0).set(block)
  })
}
