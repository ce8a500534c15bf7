/** The icons are there in every size that a system asks for, and the built window carries its own. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, it } from 'vitest'

const read = (name: string) => readFileSync(fileURLToPath(new URL(`../build/${name}`, import.meta.url)))
const pixelsOf = async (image: Buffer) => (await sharp(image).metadata()).width

it('has the ten sizes of a Mac, each chunk as long as it says', async () => {
  const file = read('icon.icns')
  expect(file.toString('latin1', 0, 4)).toBe('icns')
  expect(file.readUInt32BE(4)).toBe(file.length)
  const sizes: (number | undefined)[] = []
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    sizes.push(await pixelsOf(file.subarray(at + 8, at + file.readUInt32BE(at + 4))))
  }
  expect(sizes).toEqual([16, 32, 32, 64, 128, 256, 256, 512, 512, 1024])
})

it('has the seven sizes of Windows, each where its entry says', async () => {
  const file = read('icon.ico')
  const count = file.readUInt16LE(4)
  const sizes: (number | undefined)[] = []
  for (let entry = 6; entry < 6 + 16 * count; entry += 16) {
    const offset = file.readUInt32LE(entry + 12)
    const pixels = await pixelsOf(file.subarray(offset, offset + file.readUInt32LE(entry + 8)))
    expect(file.readUInt8(entry)).toBe((pixels ?? 0) % 256)
    sizes.push(pixels)
  }
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256])
})

it('has one for Linux, whose corners are clear', async () => {
  const { data, info } = await sharp(read('icon.png'))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, data[3]]).toEqual([1024, 1024, 0])
})

it('has an outline for the menu bar of macOS, black and clear only, also at double size', async () => {
  for (const [name, pixels] of [
    ['trayTemplate.png', 18],
    ['trayTemplate@2x.png', 36],
  ] as const) {
    const { data, info } = await sharp(read(`../src/renderer/public/${name}`))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([pixels, pixels])
    const colours = data.filter((_, index) => index % 4 !== 3)
    expect(Math.max(...colours)).toBe(0)
  }
})
