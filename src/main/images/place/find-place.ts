/** Whether a photo's bytes tell where it was taken. */
import type { PhotoFormat } from '../../../shared/presets.ts'
import { photoshopIds, photoshopResources } from '../metadata/iptc.ts'
import { type MetadataPart, partBytes } from '../metadata/metadata-parts.ts'
import { readMetadataParts } from '../metadata/read-metadata.ts'
import { hasCoordinates } from './coordinates.ts'
import { exifPlace } from './exif-place.ts'
import { tellsIptcPlace } from './iptc-place.ts'
import { isReadableXmp, tellsXmpPlace } from './xmp-place.ts'

/** `unknown`: there are parts that cannot be looked into. */
export type Place = 'none' | 'told' | 'unknown'

/** @param format by the file's own bytes */
export async function findPlace(file: Buffer, format: PhotoFormat): Promise<Place> {
  const { parts, unread } = await readMetadataParts(file, format)
  let isUnknown = unread.length > 0
  for (const part of parts) {
    const place = await placeIn(part.kind, partBytes(file, part))
    if (place === 'told') return 'told'
    isUnknown ||= place === 'unknown'
  }
  return isUnknown ? 'unknown' : 'none'
}

/** What one part of a photo's metadata tells. */
export async function placeIn(kind: MetadataPart['kind'], bytes: Buffer): Promise<Place> {
  switch (kind) {
    case 'exif':
      return exifPlace(bytes)
    case 'xmp':
    case 'xmp-extension':
      if (!isReadableXmp(bytes)) return 'unknown'
      return tellsXmpPlace(bytes.toString('utf8')) ? 'told' : 'none'
    case 'iptc':
      return tellsIptcPlace(bytes) ? 'told' : 'none'
    case 'photoshop':
      return placeInResources(bytes)
    case 'text':
      return textHasPlace(bytes) ? 'told' : 'none'
  }
}

/** @param bytes a keyword, a zero byte and the text, or the text alone */
export function textHasPlace(bytes: Buffer): boolean {
  const text = bytes.toString('utf8')
  const [keyword = '', ...words] = text.split('\0')
  const isNamed = words.length > 0 && /gps|latitude|longitude|altitude|location\.iso/i.test(keyword)
  return isNamed || hasCoordinates(text) || (/^(?:<\?xpacket|<x:xmpmeta)/.test(text) && tellsXmpPlace(text))
}

async function placeInResources(bytes: Buffer): Promise<Place> {
  let isUnknown = false
  for (const { id, value } of photoshopResources(bytes)) {
    const kind = kindOfResource(id)
    const place = kind === null ? 'none' : await placeIn(kind, value)
    if (place === 'told') return 'told'
    isUnknown ||= place === 'unknown'
  }
  return isUnknown ? 'unknown' : 'none'
}

/** @param id of one of Photoshop's resources. @returns null for those that are no metadata */
export function kindOfResource(id: number): 'iptc' | 'exif' | 'xmp' | null {
  if (id === photoshopIds.iptc) return 'iptc'
  if (id === photoshopIds.exif || id === photoshopIds.exif3) return 'exif'
  return id === photoshopIds.xmp ? 'xmp' : null
}
