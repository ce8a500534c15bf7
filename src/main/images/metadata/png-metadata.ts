/** The metadata of a PNG: its eXIf chunk wherever it stands, its texts, and what ImageMagick hides in them. */
import { inflateSync } from 'node:zlib'
import { endOfPng, type PngChunk, pngChunks } from '../formats/png.ts'
import { type MetadataPart, type PartKind, type PhotoParts, plainPart } from './metadata-parts.ts'

/** Chunks without metadata: those of the specification, of APNG, and of Apple's encoder. */
const bareChunks: ReadonlySet<string> = new Set(
  `IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT tIME acTL fcTL fdAT
   iDOT oFFs sTER vpAg caNv orNT npOl npTc npLb`.split(/\s+/),
)
const xmpKeyword = 'XML:com.adobe.xmp'
/** Keywords of profiles in hex digits -> what they hold. */
const rawProfiles: Readonly<Record<string, PartKind>> = {
  exif: 'exif',
  APP1: 'exif',
  xmp: 'xmp',
  iptc: 'photoshop',
  '8bim': 'photoshop',
}
const maxTextBytes = 32 << 20
/** Of the name and the zero byte that stand before XMP in a JPEG. */
const xmpNameBytes = 29

export function pngMetadata(png: Buffer): PhotoParts {
  const parts: MetadataPart[] = []
  const unread: string[] = []
  const chunks = pngChunks(png)
  for (const chunk of chunks) {
    if (chunk.type === 'eXIf') parts.push(plainPart('exif', chunk.content))
    else if (/^(tEXt|zTXt|iTXt)$/.test(chunk.type)) {
      const part = textPart(png, chunk)
      if (part === null) unread.push(chunk.type)
      else parts.push(part)
    } else if (!bareChunks.has(chunk.type)) unread.push(chunk.type)
  }
  if (endOfPng(chunks) < png.length) unread.push('bytes behind the picture')
  return { parts, unread }
}

/** The XMP packet in a chunk; null for every other chunk. */
export function pngXmp(png: Buffer, chunk: PngChunk): Buffer | null {
  const text = readText(png, chunk)
  return text?.keyword === xmpKeyword ? text.content : null
}

function textPart(png: Buffer, chunk: PngChunk): MetadataPart | null {
  const text = readText(png, chunk)
  if (text === null) return null
  const { content } = chunk
  const kind = profileKind(text.keyword)
  if (kind !== null) {
    const profile = unpackProfile(text.content, kind)
    return profile && { ...profile, spans: [content] }
  }
  if (text.keyword === xmpKeyword) {
    if (text.isPacked) return { kind: 'xmp', spans: [content], unpacked: text.content }
    return plainPart('xmp', { offset: text.offset, length: content.offset + content.length - text.offset })
  }
  const unpacked = Buffer.concat([Buffer.from(`${text.keyword}\0`, 'latin1'), text.content])
  return { kind: 'text', spans: [content], unpacked }
}

function profileKind(keyword: string): PartKind | null {
  const name = /^Raw profile type (\w+)$/.exec(keyword)?.[1]
  return name === undefined || name === 'icc' || name === 'icm' ? null : (rawProfiles[name] ?? 'text')
}

interface ReadText {
  readonly keyword: string
  readonly content: Buffer
  /** Where the text starts in the file; of no use where it is packed. */
  readonly offset: number
  readonly isPacked: boolean
  readonly isUtf8: boolean
}

/** PNG, 3rd edition, 11.3.3. @returns null for another chunk, and for one that cannot be unpacked */
function readText(png: Buffer, { type, content }: PngChunk): ReadText | null {
  if (!/^(tEXt|zTXt|iTXt)$/.test(type)) return null
  const end = content.offset + content.length
  const zero = (from: number) => {
    const found = png.indexOf(0, from)
    return found < 0 || found >= end ? null : found
  }
  const afterKeyword = zero(content.offset)
  if (afterKeyword === null) return null
  const keyword = png.toString('latin1', content.offset, afterKeyword)
  let offset = afterKeyword + 1
  let isPacked = type === 'zTXt'
  if (type === 'zTXt') offset += 1
  if (type === 'iTXt') {
    isPacked = png[offset] === 1
    const language = zero(offset + 2)
    const translated = language === null ? null : zero(language + 1)
    if (translated === null) return null
    offset = translated + 1
  }
  const raw = png.subarray(offset, end)
  const text = isPacked ? inflated(raw) : raw
  return text && { keyword, content: text, offset, isPacked, isUtf8: type === 'iTXt' }
}

function inflated(packed: Buffer): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: maxTextBytes })
  } catch {
    return null
  }
}

/** A line break, the profile's name, its length, and hex digits in lines. EXIF and XMP may keep the names that JPEG gives them. */
function unpackProfile(text: Buffer, kind: PartKind): { kind: PartKind; unpacked: Buffer } | null {
  const digits = /^\s*[^\n]*\n\s*\d+\n([\s\da-fA-F]*)$/.exec(
    text.toString('latin1').replaceAll('\0', ''),
  )?.[1]
  if (digits === undefined) return null
  const bytes = Buffer.from(digits.replace(/\s+/g, ''), 'hex')
  if (bytes.toString('latin1', 0, 4) === 'Exif') return { kind: 'exif', unpacked: bytes.subarray(6) }
  if (bytes.toString('latin1', 0, 8) === 'http://n')
    return { kind: 'xmp', unpacked: bytes.subarray(xmpNameBytes) }
  if (kind === 'photoshop' && bytes[0] === 0x1c) return { kind: 'iptc', unpacked: bytes }
  return { kind, unpacked: bytes }
}
