import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExifTool } from 'exiftool-vendored'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { ultraHdr } from '../ultra-hdr.ts'

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
