/** Opens a RAW file of any known format and finds its JPEG previews and the directories with its EXIF data. */
import { type Bytes, valueIfMalformed } from '../bytes.ts'
import { type JpegHeader, readExifDirectories, readJpegHeader } from '../jpeg.ts'
import type { PixelSize } from '../pixel-size.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { canonBrand, openCr3 } from './cr3.ts'
import { ciffSignature, openCrw } from './crw.ts'
import { minoltaSignature, openMrw } from './mrw.ts'
import { fujifilmSignature, openRaf } from './raf.ts'
import type { RawContainer, StatedFacts } from './raw-container.ts'
import { pixelsIn } from './raw-pixels.ts'
import type { RgbPreview } from './rgb-previews.ts'
import { openTiffRaw } from './tiff-raw.ts'
import { foveonSignature, openX3f } from './x3f.ts'

/** A JPEG inside a RAW file. */
export interface Preview extends JpegHeader {
  readonly bytes: Bytes
}

export interface RawFile {
  /** Those that viewers can show, smallest first. */
  readonly previews: readonly Preview[]
  /** The file's own, then those of the largest preview. */
  readonly directories: readonly TiffDirectory[]
  /** Pixels of the picture as stored, not of a preview; null where nothing states them. */
  readonly pixels: PixelSize | null
  readonly stated: StatedFacts
  /** For files without previews. */
  readonly rgb: RgbPreview | null
}

/** @throws MalformedPhoto for what is none of the known formats */
export async function openRaw(bytes: Bytes): Promise<RawFile> {
  const { jpegs, directories, sensor, stated = {}, rgb = null } = await openContainer(bytes)
  const previews: Preview[] = []
  for (const jpeg of jpegs) {
    const header = await readJpegHeader(jpeg).catch(valueIfMalformed(null))
    if (header !== null) previews.push({ ...header, bytes: jpeg })
  }
  previews.sort((a, b) => longEdge(a) - longEdge(b))
  return {
    previews,
    pixels: sensor ?? (await pixelsIn(directories, previews)),
    directories: [...directories, ...(await directoriesOfLargest(previews))],
    stated,
    rgb,
  }
}

/** The smallest preview with at least `edge` pixels on its long edge, else the largest; null if there is none. */
export function choosePreview({ previews }: RawFile, edge: number): Preview | null {
  return previews.find((preview) => longEdge(preview) >= edge) ?? previews.at(-1) ?? null
}

const longEdge = ({ width, height }: JpegHeader) => Math.max(width, height)

async function openContainer(bytes: Bytes): Promise<RawContainer> {
  const head = (await bytes.read(0, Math.min(16, bytes.size))).toString('latin1')
  if (head.startsWith(fujifilmSignature)) return openRaf(bytes)
  if (head.slice(4, 12) === `ftyp${canonBrand}`) return openCr3(bytes)
  if (head.slice(6, 14) === ciffSignature) return openCrw(bytes)
  if (head.startsWith(minoltaSignature)) return openMrw(bytes)
  if (head.startsWith(foveonSignature)) return openX3f(bytes)
  return openTiffRaw(bytes)
}

/** The largest preview is a photo itself, with EXIF data that the RAW file's directories may lack. */
async function directoriesOfLargest(previews: readonly Preview[]): Promise<TiffDirectory[]> {
  const largest = previews.at(-1)
  return largest ? readExifDirectories(largest.bytes, largest) : []
}
