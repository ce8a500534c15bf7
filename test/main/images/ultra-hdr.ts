/** A JPEG with a gain map, as phones write it (Ultra HDR 1.1). */
import sharp from 'sharp'
import { announceGainMap, appendGainMap } from '../../../src/main/images/convert/gain-map.ts'
import { withSegments, xmpSegment } from './place/placed-photos.ts'
import { withExif } from './raw-files.ts'
import { tiff } from './tiff-builder.ts'

const [width, height] = [1200, 800]
/** As phones write it: up to 4 times as bright, in the logarithm to base 2. */
const instructions = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" hdrgm:GainMapMin="0" hdrgm:GainMapMax="2" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2" hdrgm:BaseRenditionIsHDR="False"/></rdf:RDF></x:xmpmeta>`

/** A slope of light from the left, and one of gain from the top: every turn and every cut can be seen in them. */
export async function ultraHdr(orientation: number): Promise<Buffer> {
  const base = Buffer.alloc(width * height * 3)
  const gain = Buffer.alloc((width / 4) * (height / 4))
  for (let at = 0; at < base.length; at++) base[at] = 60 + ((Math.floor(at / 3) % width) / width) * 160
  for (let at = 0; at < gain.length; at++) gain[at] = (Math.floor(at / (width / 4)) / (height / 4)) * 255
  const map = await sharp(gain, { raw: { width: width / 4, height: height / 4, channels: 1 } })
    .jpeg({ quality: 95 })
    .toBuffer()
  const gainMap = { jpeg: withSegments(map, xmpSegment(instructions)), announcements: [] }
  const picture = await sharp(base, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer()
  const announced = withSegments(picture, xmpSegment(announceGainMap('', gainMap) ?? ''))
  const block = tiff({
    fields: [
      [0x010f, 2, 'Ferry'],
      [0x0112, 3, [orientation]],
    ],
  })
  return appendGainMap(withExif(announced, block), gainMap)
}
