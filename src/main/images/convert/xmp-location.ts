/** Removes the location from XMP: from the text, or in place inside an encoded image. */
import { isPng, updateChunkChecksum } from '../formats/png.ts'

/**
 * Blanks every GPS property of an XMP packet, written as an attribute or as an element.
 * @returns the packet, unchanged if it holds no location
 */
export function removeXmpLocation(xmp: string): string {
  return xmp
    .replace(/\s[\w-]+:GPS\w+\s*=\s*("[^"]*"|'[^']*')/g, '')
    .replace(/<([\w-]+:GPS\w+)\b[^>]*?(\/>|>[\s\S]*?<\/\1>)/g, '')
}

/**
 * Overwrites a packet with one that has no location, padded with spaces: the image keeps its length.
 * @param xmp the packet as it stands in `image`
 * @returns whether it was found there and held a location
 */
export function removeXmpLocationInPlace(image: Buffer, xmp: Buffer): boolean {
  const cleaned = Buffer.from(removeXmpLocation(xmp.toString('utf8')))
  const start = image.indexOf(xmp)
  if (cleaned.equals(xmp) || start < 0) return false
  image.fill(' ', start, start + xmp.length)
  cleaned.copy(image, start)
  const chunkType = image.lastIndexOf('iTXt', start, 'latin1')
  if (isPng(image) && chunkType > 4) updateChunkChecksum(image, chunkType)
  return true
}
