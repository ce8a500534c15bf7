import sharp from 'sharp'
import { expect, it } from 'vitest'
import { isPng, updateChunkChecksum } from '../../../../src/main/images/formats/png.ts'

it('the checksum of a PNG chunk comes out as its encoder wrote it', async () => {
  const background = '#c02040'
  const png = await sharp({ create: { width: 9, height: 9, channels: 3, background } })
    .png()
    .toBuffer()
  expect(isPng(png)).toBe(true)
  const header = png.indexOf('IHDR', 0, 'latin1')
  const damaged = Buffer.from(png).fill(0, header + 4 + 13, header + 4 + 13 + 4)
  expect(damaged).not.toEqual(png)
  updateChunkChecksum(damaged, { offset: header + 4, length: 13 })
  expect(damaged).toEqual(png)
})
