/** The colours of AVIF and PNG pictures that name them by numbers (ITU-T H.273) or by curves instead of by a profile. */
import type { PhotoFormat } from '../../../shared/presets.ts'
import { type Cicp, isHdr, isKnown } from '../formats/colour/cicp.ts'
import { readHeif } from '../formats/heif/heif-items.ts'
import { pngChunks } from '../formats/png.ts'
import { ImageError } from '../image-error.ts'

/** PNG's gAMA chunk for sRGB, and how far off it may be: 1/2.2 in steps of 1/100,000. */
const [srgbGamma, gammaSlack] = [45_455, 2_300]
/** Offset of the curve behind the kind of colours in a `colr` property. */
const kindBytes = 4

/**
 * @param file whole
 * @returns null if the picture has a profile, or says nothing, which means sRGB
 * @throws ImageError `hdr` for PQ and HLG, `unusual-pixels` for colours that no profile here can describe
 */
export function namedColours(file: Buffer, format: PhotoFormat): Cicp | null {
  const found = format === 'avif' ? avifColours(file) : format === 'png' ? pngColours(file) : null
  if (found === null) return null
  if (isHdr(found)) throw new ImageError('hdr', `transfer characteristics ${found.transfer}`)
  if (!isKnown(found)) throw new ImageError('unusual-pixels', `colour primaries ${found.primaries}`)
  return found
}

function avifColours(file: Buffer): Cicp | null {
  const properties = readHeif(file)?.primary?.properties ?? []
  let named: Cicp | null = null
  for (const { type, content } of properties) {
    const kind = type === 'colr' ? file.toString('latin1', content.offset, content.offset + kindBytes) : ''
    if (kind !== 'nclx' || content.length < kindBytes + 4) continue
    const at = content.offset + kindBytes
    named = { primaries: file.readUInt16BE(at), transfer: file.readUInt16BE(at + 2) }
  }
  return named
}

/** PNG, 3rd edition, 4.3: cICP counts first, then a profile, then sRGB, then gamma. */
function pngColours(file: Buffer): Cicp | null {
  const chunks = pngChunks(file)
  const chunk = (type: string) => chunks.find((one) => one.type === type)?.content
  const cicp = chunk('cICP')
  if (cicp && cicp.length >= 4) {
    return { primaries: file[cicp.offset] ?? 0, transfer: file[cicp.offset + 1] ?? 0 }
  }
  const gamma = chunk('gAMA')
  if (chunk('iCCP') || chunk('sRGB') || !gamma || gamma.length < 4) return null
  if (Math.abs(file.readUInt32BE(gamma.offset) - srgbGamma) <= gammaSlack) return null
  throw new ImageError('unusual-pixels', `gamma ${file.readUInt32BE(gamma.offset)}`)
}
