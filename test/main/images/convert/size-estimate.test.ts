/** What the review says that a preset leaves to upload, held against what it does leave: JPEG from plain to full of grain, HEIC and RAW in one folder. */
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { convertImage } from '../../../../src/main/images/convert/convert-image.ts'
import { type PresetId, presets } from '../../../../src/shared/presets.ts'
import { estimatedBytes } from '../../../../src/shared/size-estimate.ts'
import { noSkipRules, skipBy } from '../../../../src/shared/skip-rules.ts'
import { SurveyTally } from '../../../../src/shared/survey-tally.ts'
import { seeded, writeRandomFile } from '../../../crossing/photo-folder.ts'
import { paintPhoto } from '../../../e2e/paint-photo.ts'
import { heic, writeHeic } from '../../../heic/heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob } from '../image-pools.ts'

/** Grain of a painted photo, as a camera's sensor and its quality make it. */
const photos = [
  { sigma: 5, quality: 92 },
  { sigma: 22, quality: 92 },
  { sigma: 55, quality: 95 },
] as const

async function makeFolder(): Promise<string[]> {
  const folder = temporaryFolder()
  const paths: string[] = []
  for (const [nth, { sigma, quality }] of photos.entries()) {
    const painted = join(folder, `painted-${nth}.jpg`)
    await paintPhoto(painted, nth + 1)
    const size = { width: 2700, height: 1800 }
    const noise = { type: 'gaussian', mean: 128, sigma } as const
    const grain = sharp({ create: { ...size, channels: 3, background: '#808080', noise } }).blur(0.9)
    const overlay = {
      input: await grain.png({ compressionLevel: 0 }).toBuffer(),
      blend: 'soft-light',
    } as const
    const path = join(folder, `IMG_${nth}.jpg`)
    await sharp(painted)
      .resize({ ...size, fit: 'fill' })
      .composite([overlay])
      .jpeg({ quality })
      .toFile(path)
    paths.push(path)
  }
  paths.push(writeHeic(folder, 'IMG_8.heic', heic('photo')), join(folder, 'IMG_9.CR3'))
  writeRandomFile(join(folder, 'IMG_9.CR3'), 400_000, seeded(9))
  return paths
}

/** Bytes that are uploaded for one file: a copy only where it is smaller. */
async function uploadedBytes(path: string, presetId: PresetId): Promise<number> {
  const { size } = statSync(path)
  const preset = presets[presetId]
  if (preset === null || path.endsWith('.CR3')) return size
  const source = path.endsWith('.heic') ? 'heic' : 'jpeg'
  const { format, quality, longEdge } = preset
  const { bytes } = await convertImage(aJob(path, { sourceFormat: source, format, quality, longEdge }))
  return Math.min(size, bytes.length)
}

it.each(['web-gallery', 'proof', 'archive-jpeg', 'webp'] as const)(
  'the truth lies within the estimate for %s',
  async (presetId) => {
    const paths = await makeFolder()
    const tally = new SurveyTally({
      name: 'Day',
      skip: skipBy(noSkipRules),
      maxFileSize: null,
      knowsList: false,
      leftOut: { entries: 0, names: [] },
    })
    let truth = 0
    for (const path of paths) {
      tally.add({ relativePath: basename(path), size: statSync(path).size })
      truth += await uploadedBytes(path, presetId)
    }
    const { least, most } = estimatedBytes(tally.snapshot(), presets[presetId])
    expect(truth).toBeGreaterThanOrEqual(least)
    expect(truth).toBeLessThanOrEqual(most)
  },
  120_000,
)
