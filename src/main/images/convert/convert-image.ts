/** Makes one copy of a photo with sharp: upright, in its own colours or in sRGB, with its metadata. Runs only in the image worker. */
import { readFile } from 'node:fs/promises'
import sharp, { type Metadata, type Sharp } from 'sharp'
import type { PhotoExtra } from '../../../shared/preparation.ts'
import { bufferBytes } from '../formats/bytes.ts'
import { editExif } from '../formats/exif/embedded-exif.ts'
import { buildExif, type ExifOptions } from '../formats/exif/exif-writer.ts'
import { ImageError, maxPixels } from '../image-error.ts'
import { assertLooksAlike, type OriginalPicture } from '../look/look-alike.ts'
import { findPlace } from '../place/find-place.ts'
import { type RemovedPlace, removePlace } from '../place/remove-place.ts'
import { removeXmpPlace } from '../place/xmp-place.ts'
import type { Copy } from './check-copy.ts'
import { exifForCopy } from './exif-for-copy.ts'
import { finishCopy } from './finish-copy.ts'
import { announceGainMap, appendGainMap, type GainMap, resizeGainMap } from './gain-map.ts'
import type { CopyJob } from './image-job.ts'
import { openPhoto, type PhotoSource } from './photo-source.ts'
import { tidyTiff } from './tidy-tiff.ts'

/** Pixels of an edge that a format can hold. */
const maxEdge = { jpeg: 65_535, png: 2 ** 31 - 1, webp: 16_383, avif: 16_384 } as const
/** From this quality on, colours keep their full resolution. */
const fullColourFrom = 0.9

/** @throws ImageError, or sharp's own error if the image cannot be decoded */
export async function convertImage(job: CopyJob): Promise<Copy> {
  const source = await openPhoto(job)
  try {
    assertConvertible(source, job)
    return await makeCopy(source, job).catch((thrown: unknown) => makeTidyCopy(thrown, source, job))
  } finally {
    await source.close()
  }
}

/** sharp fails at anything that it is warned of; in a TIFF that may be fields that the picture doesn't need. */
async function makeTidyCopy(thrown: unknown, source: PhotoSource, job: CopyJob): Promise<Copy> {
  const tidy = thrown instanceof ImageError || source.tiff === null ? null : await tidyTiff(job.sourcePath)
  if (tidy === null) throw thrown
  return makeCopy({ ...source, input: tidy }, job)
}

async function makeCopy(source: PhotoSource, job: CopyJob): Promise<Copy> {
  const { metadata } = source
  const { keepLocation } = job
  const colours = job.colour === 'srgb' || !canKeepColours(metadata, job) ? 'srgb' : 'own'
  const { width, height } = sizeOfCopy(metadata, job.longEdge)
  const exifBlock = await exifOf(source, { width, height, keepLocation })
  const gainMap = await gainMapFor(source, job, { width, height })
  const ownXmp = keepLocation ? source.told.xmp : removeXmpPlace(source.told.xmp)
  const xmp = gainMap === null ? ownXmp : (announceGainMap(ownXmp, gainMap) ?? ownXmp)
  const image = pictureOf(source, job, colours)
  if (xmp !== '') image.withXmp(xmp)
  if (exifBlock) reserveExif(image, exifBlock.length)
  const isDeep = colours === 'own' && metadata.depth === 'ushort'
  const encoded = await encode(image, job, isDeep)
  if (exifBlock) await writeExif(encoded, exifBlock)
  const still = finishCopy(encoded, job.format, source.told.iptc)
  const finished = gainMap === null ? still : appendGainMap(still, gainMap)
  const { bytes, place } = keepLocation
    ? ({ bytes: finished, place: 'none' } as const)
    : await removeCopiedPlace(finished, job)
  await assertLooksAlike(originalOf(source, job), bytes, {
    colours,
    quality: job.format === 'png' ? 1 : job.quality,
    pixels: width * height,
    hasHalvedColours: halvesColours(job),
  })
  const exif = keepLocation ? source.exif : { ...source.exif, location: null }
  const profile = colours === 'srgb' ? 'srgb' : (metadata.icc ?? null)
  const leftOut = [...source.extras].filter((extra) => extra !== 'gain-map' || gainMap === null)
  return { bytes, place, leftOut, expected: { width, height, profile, exif, xmp } }
}

/** The gain map for the copy; null where there is none, or the copy could not be shown by it. */
async function gainMapFor(
  { gainMap, metadata }: PhotoSource,
  job: CopyJob,
  { width, height }: { width: number; height: number },
): Promise<GainMap | null> {
  if (!carriesGainMap({ gainMap }, job)) return null
  const originalEdge = Math.max(metadata.width, metadata.height)
  return (
    gainMap && resizeGainMap(gainMap, { width, height, originalEdge, orientation: metadata.orientation ?? 1 })
  )
}

/** Colours that are converted are no longer those that the map was made for. */
function carriesGainMap({ gainMap }: Pick<PhotoSource, 'gainMap'>, { format, colour }: CopyJob): boolean {
  return gainMap !== null && format === 'jpeg' && colour === 'keep'
}

/** The copy's EXIF block; null where there is none, or sharp has to copy what it can. */
async function exifOf({ told, tiff }: PhotoSource, options: ExifOptions): Promise<Buffer | null> {
  if (tiff !== null) return buildExif(tiff, options)
  if (told.exif === null) return null
  return (await exifForCopy(told.exif, options)) ?? buildExif(bufferBytes(told.exif), options)
}

/** The picture as the copy shows it: upright, in its size and its colours. */
function pictureOf({ input, metadata }: PhotoSource, job: CopyJob, colours: 'own' | 'srgb'): Sharp {
  // A picture that decodes with warnings may be grey from the middle on: the original is better than a copy of that.
  const image = sharp(input, { limitInputPixels: maxPixels, failOn: 'warning' }).autoOrient()
  // Everything else is gathered from the original and written by hand.
  image.keepExif().keepIccProfile()
  if (job.longEdge !== null) {
    image.resize({ width: job.longEdge, height: job.longEdge, fit: 'inside', withoutEnlargement: true })
  }
  if (colours === 'srgb') image.withIccProfile('srgb')
  // By default sharp goes through sRGB, which grey profiles do not fit and where 16-bit profiles may get lost.
  else if (metadata.space !== 'srgb') image.toColourspace(metadata.space)
  if (metadata.hasAlpha && job.format === 'jpeg') image.flatten({ background: '#ffffff' })
  return image
}

/** Copies are RGB or grey: a CMYK profile would not fit them, nor a grey profile a format that has only RGB. */
function canKeepColours({ space, hasProfile }: Metadata, { format }: CopyJob): boolean {
  if (space === 'b-w' || space === 'grey16') return !hasProfile || format === 'jpeg' || format === 'png'
  return space === 'srgb' || space === 'rgb16'
}

/** What the copy is compared with. */
function originalOf({ input, preview, metadata }: PhotoSource, { sourceFormat }: CopyJob): OriginalPicture {
  const format = sourceFormat === 'jpeg' || sourceFormat === 'heic' ? sourceFormat : 'other'
  return { input, orientation: metadata.orientation ?? 1, preview, format }
}

/** @throws ImageError for a photo that is too large, or holds more than its one picture */
function assertConvertible(source: PhotoSource, job: CopyJob): void {
  const { format, longEdge, extras } = job
  const { width, height } = source.metadata
  const edge = Math.max(width, height)
  if (width * height > maxPixels || Math.min(edge, longEdge ?? edge) > maxEdge[format]) {
    throw new ImageError('too-many-pixels', `${width} x ${height} pixels`)
  }
  // A copy holds one picture: the others of an animation or a multi-page scan would be lost.
  if (source.isAnimated) throw new ImageError('several-images', 'it is animated')
  if (source.pictures > 1) throw new ImageError('several-images', `${source.pictures} pictures`)
  const isCarried = (extra: PhotoExtra) => extra === 'gain-map' && carriesGainMap(source, job)
  const kept = [...source.extras].filter((extra) => !leavesOut(extras, extra) && !isCarried(extra))
  if (kept.length > 0) throw new ImageError('has-extras', kept.join(', '))
}

/** Maps only serve a brighter or blurrier rendering; motion and sound are what somebody recorded. */
function leavesOut(choice: CopyJob['extras'], extra: PhotoExtra): boolean {
  if (choice === 'keep-motion') return extra === 'gain-map' || extra === 'depth'
  return choice === 'leave-out'
}

/** Pixels of the copy as displayed. */
function sizeOfCopy({ autoOrient: { width, height } }: Metadata, longEdge: number | null) {
  const scale = Math.min(1, (longEdge ?? Number.POSITIVE_INFINITY) / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Whether the encoder keeps only every second colour in both directions; WebP always does. */
function halvesColours({ format, quality }: CopyJob): boolean {
  return format === 'webp' || (format !== 'png' && quality < fullColourFrom)
}

/** @param isDeep whether to keep more than 8 bits; PNG keeps them anyway */
function encode(image: Sharp, job: CopyJob, isDeep: boolean): Promise<Buffer> {
  const { format, quality } = job
  const percent = Math.round(quality * 100)
  const chromaSubsampling = halvesColours(job) ? '4:2:0' : '4:4:4'
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

/** sharp writes EXIF only tag by tag, so it writes one long text, and `writeExif` puts the block in its place. */
function reserveExif(image: Sharp, bytes: number): void {
  image.withExif({ IFD0: { ImageDescription: '.'.repeat(bytes) } })
}

async function writeExif(copy: Buffer, block: Buffer): Promise<void> {
  const { exif } = await sharp(copy).metadata()
  if (exif) await editExif(copy, exif, async (tiff) => tiff.fill(0).set(block))
}

/**
 * Removes the place from all metadata that sharp has copied.
 * @returns whether the original tells one, or has parts that may
 * @throws ImageError if it is still found afterwards
 */
async function removeCopiedPlace(
  copy: Buffer,
  { format, sourcePath, sourceFormat }: CopyJob,
): Promise<{ bytes: Buffer; place: RemovedPlace }> {
  const { bytes, place } = await removePlace(copy, format)
  if (place === 'may-be-told') throw new ImageError('not-faithful', 'its place is still in the copy')
  const before = await findPlace(await readFile(sourcePath), sourceFormat)
  return { bytes, place: before === 'none' ? 'none' : 'removed' }
}
