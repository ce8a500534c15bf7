import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { olderRawNames, olderRaws } from '../older-raws.ts'
import { rawKindNames, rawKindParts, rawKinds, sensorSize } from '../raw-kinds.ts'
import { pictureOf, seen, shared, sourceOf, upright } from '../thumbnails/a-thumbnail.ts'

const takenAt = '2024-05-01T10:11:12'
const kinds = [
  ...rawKindNames.map((name) => ({
    name,
    extension: name,
    camera: rawKinds[name].camera,
    build: async (orientation: number) => rawKinds[name].build(await rawKindParts(orientation)),
  })),
  ...olderRawNames.map((name) => ({ name, ...olderRaws[name] })),
]

function written(extension: string, bytes: Buffer): string {
  const path = join(temporaryFolder(), `IMG_1.${extension.toUpperCase()}`)
  writeFileSync(path, bytes)
  return path
}

describe.each(kinds)('a RAW file of the kind $name', ({ extension, camera, build }) => {
  it('shows its camera, its date and the size of its sensor’s picture, not of a preview', async () => {
    const facts = await shared.facts(sourceOf(written(extension, await build(1))))
    expect(facts).toMatchObject({ camera, ...sensorSize })
    expect(facts?.takenAt?.slice(0, 19)).toBe(takenAt)
  })

  it('has a thumbnail, upright however the camera was held', async () => {
    const level = await seen(await pictureOf(shared, written(extension, await build(1))))
    expect(level).toMatchObject({ width: 512, height: 341, corners: upright })
    const path = written(extension, await build(6))
    const turned = await seen(await pictureOf(shared, path))
    const [topLeft, topRight, bottomLeft, bottomRight] = upright
    expect(turned).toMatchObject({
      width: 341,
      height: 512,
      corners: [bottomLeft, topLeft, bottomRight, topRight],
    })
    expect(await shared.facts(sourceOf(path))).toMatchObject({
      width: sensorSize.height,
      height: sensorSize.width,
    })
  })
})
