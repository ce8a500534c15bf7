import { readdirSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readHeif } from '../../../../src/main/images/formats/heif/heif-items.ts'
import { decodeHeicFile } from '../../../../src/main/images/heic/heic-decoder.ts'
import { box, namedColours, orientationProperties, withProperties } from '../../../heic/boxes.ts'
import { heic, writeHeic } from '../../../heic/heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { pictureOf, seen, shared, sourceOf } from '../thumbnails/a-thumbnail.ts'

const fixtures = readdirSync(new URL('../../../heic', import.meta.url))
  .filter((name) => name.endsWith('.heic') && name !== 'two-pictures.heic')
  .map((name) => name.slice(0, -'.heic'.length))

/** The size of what copies are made from, and the size that the facts state. */
async function sizes(file: Buffer, name = 'IMG_1.HEIC') {
  const path = writeHeic(temporaryFolder(), name, file)
  const { tiff } = await decodeHeicFile(path, { minSize: null, keepDepth: false })
  const { width, height } = await sharp(tiff).metadata()
  return { copy: { width, height }, facts: await shared.facts(sourceOf(path)) }
}

/** The primary picture of two-thirds of its width, from the middle. */
function cropping(width: number, height: number): Buffer {
  const body = Buffer.alloc(32)
  for (const [nth, number] of [width, 1, height, 1, 0, 1, 0, 1].entries()) body.writeUInt32BE(number, nth * 4)
  return Buffer.concat([Buffer.from([0, 0, 0, 40]), Buffer.from('clap', 'latin1'), body])
}

describe('the facts of a HEIC', () => {
  it.each(fixtures)('state the size that a copy has: %s', async (name) => {
    const { copy, facts } = await sizes(heic(name))
    expect(facts).toMatchObject(copy)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('state it as the boxes turn it: %i', async (orientation) => {
    const { copy, facts } = await sizes(
      withProperties(heic('photo'), orientationProperties[orientation - 1] ?? []),
    )
    expect(facts).toMatchObject(copy)
  })

  it('state it as the boxes crop it', async () => {
    const { copy, facts } = await sizes(withProperties(heic('photo'), [cropping(60, 40)]))
    expect(copy).toEqual({ width: 60, height: 40 })
    expect(facts).toMatchObject(copy)
  })

  it.each(['IMG_1.HIF', 'IMG_1.heif', 'IMG_1.HEIC'])(
    'are those of its EXIF, whatever its ending: %s',
    async (name) => {
      const { facts } = await sizes(heic('photo'), name)
      expect(facts).toMatchObject({ camera: 'Ferry', takenAt: '2024-05-01T10:11:12', hasLocation: true })
    },
  )

  it('are there where copies are not made, too', async () => {
    const path = writeHeic(
      temporaryFolder(),
      'IMG_1.HIF',
      withProperties(heic('photo'), [namedColours(9, 16)]),
    )
    expect(await shared.facts(sourceOf(path))).toMatchObject({ camera: 'Ferry', width: 96, height: 64 })
  })

  it('are not waited for where its boxes lie', async () => {
    const whole = heic('photo')
    for (let at = 0; at < Math.min(whole.length, 900); at += 3) {
      const spoilt = Buffer.from(whole)
      spoilt[at] = (spoilt[at] ?? 0) ^ 0xff
      const path = writeHeic(temporaryFolder(), 'IMG_1.HEIC', spoilt)
      const facts = await shared.facts(sourceOf(path))
      if (facts !== null) expect(facts.width ?? 0).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('an AVIF that is a sequence alone', () => {
  it('states the size of its frames', async () => {
    const head = Buffer.alloc(84)
    head.writeUInt32BE(320 << 16, 76)
    head.writeUInt32BE(240 << 16, 80)
    const brands = box('ftyp', Buffer.from('avis\0\0\0\0msf1avis', 'latin1'))
    const burst = Buffer.concat([
      brands,
      box('moov', box('trak', box('tkhd', head))),
      box('mdat', Buffer.alloc(64)),
    ])
    const path = writeHeic(temporaryFolder(), 'burst.avif', burst)
    expect(await shared.facts(sourceOf(path))).toMatchObject({ width: 320, height: 240 })
    expect(await pictureOf(shared, path)).toBeNull()
  })
})

describe('a HEIC whose thumbnail does not decode', () => {
  it('shows the photo itself', async () => {
    const whole = heic('meadow-with-thumbnail')
    const thumbnail = readHeif(whole)?.items.get(2)?.spans?.[0]
    if (!thumbnail) throw new Error('the fixture has a thumbnail as its second item')
    const spoilt = Buffer.from(whole).fill(0xff, thumbnail.offset, thumbnail.offset + thumbnail.length)
    const pictures = []
    for (const [name, file] of [
      ['DSC_1.HIF', spoilt],
      ['DSC_2.HIF', heic('meadow')],
    ] as const) {
      const path = writeHeic(temporaryFolder(), name, file)
      pictures.push(await seen(await pictureOf(shared, path, 'row')))
    }
    const [shown, ofThePhoto] = pictures
    expect(shown?.corners).toEqual(ofThePhoto?.corners)
    expect([shown?.width, shown?.height]).toEqual([128, 96])
  })
})
