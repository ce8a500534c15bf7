/** Removes the place from a photo's own bytes: everything else in them stays as it is. */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { PhotoFormat } from '../../../shared/presets.ts'
import { isPng, pngChunk, pngChunks, replaceChunk, updateChunkChecksum } from '../formats/png.ts'
import { photoshopResources } from '../metadata/iptc.ts'
import { xmpExtensionName } from '../metadata/jpeg-metadata.ts'
import { type MetadataPart, partBytes } from '../metadata/metadata-parts.ts'
import { readMetadataParts } from '../metadata/read-metadata.ts'
import { removeExifPlace } from './exif-place.ts'
import { findPlace, kindOfResource, placeIn, textHasPlace } from './find-place.ts'
import { removeIptcPlace } from './iptc-place.ts'
import { isReadableXmp, removeXmpPlace } from './xmp-place.ts'

/** What has become of a photo's place: there was none, it is gone, or it may still be told by parts that cannot be read. */
export type RemovedPlace = 'none' | 'removed' | 'may-be-told'

/**
 * @param file is changed
 * @param format by its own bytes
 * @returns the same buffer, or a new one where a compressed text became shorter
 * @throws MalformedPhoto if it holds more places than any photo has
 */
export async function removePlace(
  file: Buffer,
  format: PhotoFormat,
): Promise<{ bytes: Buffer; place: RemovedPlace }> {
  if ((await findPlace(file, format)) === 'none') return { bytes: file, place: 'none' }
  const { parts } = await readMetadataParts(file, format)
  let bytes = file
  // From the end on: whatever becomes shorter moves only what is done already.
  for (const part of parts.toReversed()) bytes = await cleanPart(bytes, part)
  if (isPng(bytes)) updateChecksums(bytes)
  const after = await findPlace(bytes, format)
  return { bytes, place: after === 'none' ? 'removed' : 'may-be-told' }
}

const xmpKeyword = 'XML:com.adobe.xmp\0'
/** Of an iTXt chunk: packed, by zlib, in no language, not translated. */
const packedXmpHead = `${xmpKeyword}\x01\0\0\0`

async function cleanPart(file: Buffer, part: MetadataPart): Promise<Buffer> {
  if (part.unpacked !== null) {
    return (await placeIn(part.kind, part.unpacked)) === 'none' ? file : cleanChunk(file, part, part.unpacked)
  }
  const content = Buffer.from(partBytes(file, part))
  const name = part.kind === 'xmp-extension' ? md5Name(content) : ''
  await cleanBytes(part.kind, content)
  let at = 0
  for (const { offset, length } of part.spans) {
    content.copy(file, offset, at, at + length)
    at += length
  }
  if (name !== '') renameExtension(file, name, md5Name(content))
  return file
}

/** Changes the bytes of one part in place. */
async function cleanBytes(kind: MetadataPart['kind'], content: Buffer): Promise<void> {
  switch (kind) {
    case 'exif':
      return removeExifPlace(content)
    case 'xmp':
    case 'xmp-extension':
      return cleanXmp(content)
    case 'iptc':
      return removeIptcPlace(content)
    case 'photoshop':
      for (const { id, value } of photoshopResources(content)) {
        const inside = kindOfResource(id)
        if (inside !== null) await cleanBytes(inside, value)
      }
      return
    case 'text':
      if (textHasPlace(content)) content.fill(0x20)
  }
}

/** Padded with spaces behind its end. */
function cleanXmp(packet: Buffer): void {
  if (!isReadableXmp(packet)) return
  const cleaned = Buffer.from(removeXmpPlace(packet.toString('utf8')))
  if (cleaned.length > packet.length || cleaned.equals(packet)) return
  packet.fill(0x20)
  cleaned.copy(packet)
}

const md5Name = (packet: Buffer) => createHash('md5').update(packet).digest('hex').toUpperCase()

/** The extension of an XMP packet is named after its MD5, in each of its pieces and in the packet. */
function renameExtension(file: Buffer, from: string, to: string): void {
  if (from === to || file.indexOf(`${xmpExtensionName}${from}`, 0, 'latin1') < 0) return
  for (let at = file.indexOf(from, 0, 'latin1'); at >= 0; at = file.indexOf(from, at + 32, 'latin1')) {
    file.write(to, at, 'latin1')
  }
}

/** XMP stays XMP. Of every other text a comment without words takes the place, of the same length. */
function cleanChunk(png: Buffer, { spans }: MetadataPart, unpacked: Buffer): Buffer {
  const [span = { offset: 0, length: 0 }] = spans
  // libvips writes it into a zTXt chunk, other programs into an iTXt chunk.
  if (png.toString('latin1', span.offset, span.offset + xmpKeyword.length) === xmpKeyword) {
    const packet = deflateSync(removeXmpPlace(unpacked.toString('utf8')))
    return replaceChunk(png, span, pngChunk('iTXt', Buffer.from(packedXmpHead, 'latin1'), packet))
  }
  png.write('tEXt', span.offset - 4, 'latin1')
  png.fill(0x20, span.offset, span.offset + span.length)
  png.write('Comment\0', span.offset, Math.min(8, span.length), 'latin1')
  return png
}

/** After texts and EXIF have changed. */
function updateChecksums(png: Buffer): void {
  for (const { type, content } of pngChunks(png)) {
    if (/^(?:eXIf|iTXt|tEXt)$/.test(type)) updateChunkChecksum(png, content)
  }
}
