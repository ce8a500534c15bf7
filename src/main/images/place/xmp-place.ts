/** Finds and removes the place in XMP: any property that is named like a coordinate, any text that reads like one. */
import { coordinateName, hasCoordinates } from './coordinates.ts'

const attribute = new RegExp(`\\s(?!xmlns:)[\\w.-]+:${coordinateName}\\s*=\\s*("[^"]*"|'[^']*')`, 'g')
const element = new RegExp(
  `<((?!xmlns:)[\\w.-]+:${coordinateName})(?=[\\s/>])[^>]*?(?:/>|>[\\s\\S]*?</\\1\\s*>)`,
  'g',
)
const anyAttribute = /(\s(?!xmlns:)[\w.-]+:[\w.-]+\s*=\s*)("[^"]*"|'[^']*')/g
const textBetween = />([^<]{6,4000})</g
/** The beginning of a property's name, in an attribute, an element or its end. */
const named = /[\s<](?!xmlns:)[\w.-]+:[\w.-]*(?:gps|latitude|longt?itude|altitude|iso6709)[\w.-]*(?=[\s=/>])/i
/** Whole pictures in base64, which may say their own place. */
const embedded = /[A-Za-z0-9+/]{400,}={0,2}/g
const embeddedExif = /Exif\0\0(?:II\*\0|MM\0\*)/

/** @returns the packet, unchanged if it tells no place */
export function removeXmpPlace(xmp: string): string {
  return xmp
    .replace(attribute, '')
    .replace(element, '')
    .replace(anyAttribute, (whole, name: string, value: string) =>
      hasCoordinates(value) ? `${name}""` : whole,
    )
    .replace(textBetween, (whole, text: string) => (hasCoordinates(text) ? '><' : whole))
    .replace(embedded, (data) => (hasExif(data) ? '' : data))
}

/** Looks by itself, not at what the removal has found. */
export function tellsXmpPlace(xmp: string): boolean {
  if (named.test(xmp)) return true
  for (const [data] of xmp.matchAll(embedded)) if (hasExif(data)) return true
  for (const [, text] of xmp.matchAll(/[>"']([^<>"']{6,4000})[<"']/g))
    if (hasCoordinates(text ?? '')) return true
  return false
}

/** XMP in a photo is UTF-8 (XMP part 3); a packet in another encoding can be read by some programs, but not here. */
export function isReadableXmp(packet: Buffer): boolean {
  return !packet.subarray(0, 1_000).includes(0) && !packet.toString('utf8').includes('\ufffd')
}

function hasExif(base64: string): boolean {
  return embeddedExif.test(Buffer.from(base64, 'base64').toString('latin1', 0, 100_000))
}
