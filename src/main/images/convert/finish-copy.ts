/** Puts into an encoded copy what sharp does not write, or not where readers look for it. */
import type { PayloadFormat } from '../../../shared/presets.ts'
import { jpegMarkers, readJpegParts } from '../formats/jpeg-segments.ts'
import { pngChunk, pngChunks, replaceChunk } from '../formats/png.ts'
import { asPhotoshopResource } from '../metadata/iptc.ts'
import { photoshopName } from '../metadata/jpeg-metadata.ts'
import { pngXmp } from '../metadata/png-metadata.ts'

/** Of a segment, without its marker. */
const maxSegmentBytes = 65_535

/** @param iptc records; null for none */
export function finishCopy(copy: Buffer, format: PayloadFormat, iptc: Buffer | null): Buffer {
  if (format === 'png') return withStandardXmp(copy)
  return format === 'jpeg' && iptc !== null ? withIptc(copy, iptc) : copy
}

/** Behind EXIF and XMP, as photo programs write it. */
function withIptc(jpeg: Buffer, records: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(photoshopName, 'latin1'), asPhotoshopResource(records)])
  const parts = readJpegParts(jpeg)
  if (parts === null || body.length + 2 > maxSegmentBytes) return jpeg
  const head = Buffer.from([0xff, jpegMarkers.app13, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  const before = parts.segments
    .filter(({ marker }) => marker === jpegMarkers.app0 || marker === jpegMarkers.app1)
    .at(-1)
  const at = before ? before.content.offset + before.content.length : 2
  return Buffer.concat([jpeg.subarray(0, at), head, body, jpeg.subarray(at)])
}

/** libvips writes XMP into a chunk of Latin-1 text; the standard says international text, not compressed (XMP part 3, 1.1.5). */
function withStandardXmp(png: Buffer): Buffer {
  for (const chunk of pngChunks(png)) {
    const xmp = chunk.type === 'zTXt' ? pngXmp(png, chunk) : null
    if (xmp === null) continue
    return replaceChunk(
      png,
      chunk.content,
      pngChunk('iTXt', Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1'), xmp),
    )
  }
  return png
}
