import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExifTool } from 'exiftool-vendored'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { announceGainMap, appendGainMap } from '../../../../src/main/images/convert/gain-map.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { withSegments, xmpSegment } from '../place/placed-photos.ts'
import { withExif } from '../raw-files.ts'
import { tiff } from '../tiff-builder.ts'

const [width, height] = [1200, 800]
/** As phones write it: up to 4 times as bright, in the logarithm to base 2. */
const instructions = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" hdrgm:GainMapMin="0" hdrgm:GainMapMax="2" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2" hdrgm:BaseRenditionIsHDR="False"/></rdf:RDF></x:xmpmeta>`

/** A slope of light from the left, and one of gain from the top: every turn and every cut can be seen in them. */
async function ultraHdr(orientation: number): Promise<Buffer> {
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

/** sharp's types do not know it yet. */
const hdr = (image: Buffer) => (sharp(image) as Sharp & { withGainMap(): Sharp }).withGainMap()

/** As libultrahdr finds it, which libvips asks. */
async function holdsGainMap(image: Buffer): Promise<boolean> {
  return (await sharp(image).metadata()).gainMap !== undefined
}

/** What a bright screen shows, in linear light, as libultrahdr opens and libvips applies it; 24 by 24 means. */
async function brightRendering(image: Buffer): Promise<Float32Array> {
  const { data } = await hdr(image).raw({ depth: 'float' }).toBuffer({ resolveWithObject: true })
  const { width: across, height: down } = await sharp(image).metadata()
  const light = new Float32Array(data.buffer, data.byteOffset, data.length / 4)
  const means = new Float32Array(24 * 24)
  for (let cell = 0; cell < means.length; cell++) {
    const [x, y] = [((cell % 24) + 0.5) / 24, (Math.floor(cell / 24) + 0.5) / 24]
    means[cell] = light[(Math.floor(y * down) * across + Math.floor(x * across)) * 3 + 1] ?? 0
  }
  return means
}

describe('the gain map of a JPEG', () => {
  it.each([1, 6, 2])(
    'goes with its copy, resized and turned as the picture is: orientation %i',
    async (orientation) => {
      const folder = temporaryFolder()
      const original = await ultraHdr(orientation)
      expect(await holdsGainMap(original)).toBe(true)
      const path = join(folder, 'photo.jpg')
      writeFileSync(path, original)
      const result = await sharedPool.convert(aJob(path, { longEdge: 600, extras: 'keep' }), unstopped)
      expect(result).toMatchObject({ kind: 'made', leftOut: [] })
      const copy = readFileSync(`${path}.copy`)
      const metadata = await sharp(copy).metadata()
      expect([metadata.width, metadata.height]).toEqual(orientation < 5 ? [600, 400] : [400, 600])
      expect(await holdsGainMap(copy)).toBe(true)
      const upright = await ultraHdr(1)
      // The same scene, turned by hand.
      const [shown, wanted] = await Promise.all([brightRendering(copy), brightRendering(upright)])
      const at = (x: number, y: number) => {
        if (orientation === 6) return wanted[(23 - x) * 24 + y] ?? 0
        return wanted[y * 24 + (orientation === 2 ? 23 - x : x)] ?? 0
      }
      let worst = 0
      for (let y = 1; y < 23; y++) {
        for (let x = 1; x < 23; x++)
          worst = Math.max(worst, Math.abs((shown[y * 24 + x] ?? 0) / at(x, y) - 1))
      }
      expect(worst).toBeLessThan(0.03)
    },
  )

  it('is found by exiftool where the index of pictures says', async () => {
    const exiftool = new ExifTool()
    onTestFinished(() => exiftool.end())
    const path = join(temporaryFolder(), 'photo.jpg')
    writeFileSync(path, await ultraHdr(1))
    await sharedPool.convert(aJob(path, { longEdge: 600 }), unstopped)
    const tags = (await exiftool.readRaw(`${path}.copy`, { readArgs: ['-G1', '-a', '-ee'] })) as Record<
      string,
      unknown
    >
    expect(tags).toMatchObject({ 'MPF0:NumberOfImages': 2 })
    const copy = readFileSync(`${path}.copy`)
    const [start, length] = [Number(tags['MPImage2:MPImageStart']), Number(tags['MPImage2:MPImageLength'])]
    expect(start + length).toBe(copy.length)
    expect((await sharp(copy.subarray(start)).metadata()).width).toBe(150)
  })

  it('is left out, and that is said, where the copy could not be shown by it', async () => {
    const path = join(temporaryFolder(), 'photo.jpg')
    writeFileSync(path, await ultraHdr(1))
    for (const job of [{ format: 'webp' }, { colour: 'srgb' }] as const) {
      const result = await sharedPool.convert(aJob(path, { ...job, longEdge: 600 }), unstopped)
      expect(result).toMatchObject({ kind: 'made', leftOut: ['gain-map'] })
      expect(await holdsGainMap(readFileSync(`${path}.copy`))).toBe(false)
    }
  })
})
