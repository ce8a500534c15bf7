/** How far a copy is from its original, as a reader sees it that shares no code with the conversion's own check. */
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import type { CopyJob } from '../../../src/main/images/convert/image-job.ts'
import { embedAdobeRgbProfile } from '../../../src/main/images/formats/colour/adobe-rgb.ts'

/** Of 255, over an 8 by 8 rendering: more than what rounding and resizing do to these pictures. */
export const mostDifference = 12

/** Pixels: enlarging what has fewer makes stripes of a chart. */
const leastEdge = 16

/**
 * Between the renderings of the original and of its copy. sharp cannot decode HEIC: 0. A JPEG without a profile may be in
 * Adobe RGB, as its EXIF says, and of a damaged profile only the numbers count: the nearest reading does.
 */
export async function meanDifference({
  sourcePath,
  sourceFormat,
  targetPath,
}: Pick<CopyJob, 'sourcePath' | 'sourceFormat' | 'targetPath'>): Promise<number> {
  const { width, height } = await sharp(targetPath).metadata()
  if (sourceFormat === 'heic' || Math.min(width, height) < leastEdge) return 0
  const pairs: [string | Buffer, boolean][] = [
    [sourcePath, false],
    [sourcePath, true],
    ...(sourceFormat === 'jpeg'
      ? [[embedAdobeRgbProfile(readFileSync(sourcePath)), false] as [Buffer, boolean]]
      : []),
  ]
  const differences = pairs.map(async ([original, ignoreIcc]) => {
    const [before, after] = await Promise.all([render(original, ignoreIcc), render(targetPath, ignoreIcc)])
    if (before.length !== after.length) return 255
    return before.reduce((sum, value, at) => sum + Math.abs(value - (after[at] ?? 0)), 0) / before.length
  })
  return Math.min(...(await Promise.all(differences)))
}

async function render(image: string | Buffer, ignoreIcc: boolean): Promise<Buffer> {
  const upright = sharp(image, { failOn: 'none', ignoreIcc }).autoOrient().png({ compressionLevel: 0 })
  const small = sharp(await upright.toBuffer())
    .flatten({ background: '#ffffff' })
    .resize(8, 8, { fit: 'fill' })
  return small.toColourspace('srgb').raw().toBuffer()
}
