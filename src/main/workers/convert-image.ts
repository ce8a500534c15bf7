/** Makes one copy of a photo with sharp: upright, in its own colours, with its metadata. Runs in the image worker alone. */
import sharp, { type Metadata, type Sharp } from 'sharp'
import type { ImageProblem } from '../../shared/preparation.ts'
import type { ImageJob } from './image-protocol.ts'
import { removeExifLocation, removeXmpLocation } from './remove-location.ts'

/** Decoders that photographs need; every other one in libvips stays blocked, SVG, PDF and the like included. */
const decoders = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Heif'].flatMap((name) => [
  `VipsForeignLoad${name}File`,
  `VipsForeignLoad${name}Buffer`,
])
/** 16,383 by 16,383, more than any camera takes. */
const mostPixels = 0x3fff ** 2
/** Pixels of an edge that a format can hold. */
const longestEdge = { jpeg: 65_535, png: 2 ** 31 - 1, webp: 16_383, avif: 16_384 } as const
/** From this quality on colours keep their full resolution. */
const fullColourFrom = 0.9

/** Something about the image forbids a copy. */
export class ImageRefusal extends Error {
  readonly problem: ImageProblem

  constructor(problem: ImageProblem, message: string) {
    super(message)
    this.problem = problem
  }
}

/** One image at a time and nothing kept: the pool runs a process per core. */
export function setUpSharp(): void {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: decoders })
}

/**
 * Encodes the copy in memory.
 * @throws ImageRefusal, or sharp's own error where the image cannot be decoded
 */
export async function convertImage(job: ImageJob): Promise<{ bytes: Buffer; locationRemoved: boolean }> {
  const facts = await sharp(job.sourcePath, { limitInputPixels: false }).metadata()
  refuseUnfit(facts, job)
  // A picture that decodes with warnings may be grey from the middle on: better the original than a copy of that.
  const image = sharp(job.sourcePath, { limitInputPixels: mostPixels, failOn: 'warning' })
    .autoOrient()
    .keepMetadata()
  if (job.longEdge !== null) {
    image.resize({ width: job.longEdge, height: job.longEdge, fit: 'inside', withoutEnlargement: true })
  }
  // Copies are RGB; a profile for inks would not fit them.
  if (facts.space === 'cmyk') image.withIccProfile('srgb')
  if (facts.hasAlpha && job.format === 'jpeg') image.flatten({ background: '#ffffff' })
  const xmp = facts.xmp?.toString('utf8') ?? ''
  const placelessXmp = job.keepLocation ? xmp : removeXmpLocation(xmp)
  if (placelessXmp !== xmp) image.withXmp(placelessXmp)
  const bytes = await encode(image, job)
  const exifPlaceGone = !job.keepLocation && (await removeLocation(bytes))
  return { bytes, locationRemoved: exifPlaceGone || placelessXmp !== xmp }
}

function refuseUnfit({ width, height, pages = 1 }: Metadata, { format, longEdge }: ImageJob): void {
  const edge = Math.max(width, height)
  if (width * height > mostPixels || Math.min(edge, longEdge ?? edge) > longestEdge[format]) {
    throw new ImageRefusal('too-many-pixels', `${width} x ${height} pixels`)
  }
  // A copy holds one picture: the others of an animation or a multi-page scan would be lost.
  if (pages > 1) throw new ImageRefusal('several-images', `${pages} pages`)
}

function encode(image: Sharp, { format, quality }: ImageJob): Promise<Buffer> {
  const percent = Math.round(quality * 100)
  const chromaSubsampling = quality >= fullColourFrom ? '4:4:4' : '4:2:0'
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: percent, chromaSubsampling }).toBuffer()
    case 'webp':
      return image.webp({ quality: percent }).toBuffer()
    case 'avif':
      return image.avif({ quality: percent, chromaSubsampling }).toBuffer()
    case 'png':
      return image.png().toBuffer()
  }
}

async function removeLocation(bytes: Buffer): Promise<boolean> {
  const { exif } = await sharp(bytes).metadata()
  return exif !== undefined && removeExifLocation(bytes, exif)
}
