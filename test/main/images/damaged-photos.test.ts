import { expect, it, onTestFinished } from 'vitest'
import { announceSeed } from '../../crossing/photo-folder.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { damagedPhotos, wholePhotos } from './damaged-photos.ts'
import { PhotoTrial } from './photo-trial.ts'

/** Of each kind. Thousands find what a few do not. */
const rounds = Number(process.env.PHOTOFERRY_SPOILT ?? 20)

it(
  'photos damaged at random hang nothing, change no original and lead to no copy that cannot be read',
  async () => {
    const folder = temporaryFolder()
    const whole = await wholePhotos(folder)
    const trial = new PhotoTrial(folder)
    onTestFinished(() => trial.close())
    const undamaged = [...whole].map(([kind, bytes]) => ({ name: kind, kind, bytes }))
    for (const photo of undamaged) expect((await trial.try(photo)).wrongs).toEqual([])
    const wrongs: string[] = []
    for (const photo of damagedPhotos(whole, rounds, announceSeed('damaged photos'))) {
      wrongs.push(...(await trial.try(photo)).wrongs)
    }
    expect(wrongs).toEqual([])
    // After all of these a good photo is still shown and converted.
    for (const photo of undamaged) {
      const { words, wrongs: found } = await trial.try(photo)
      expect([photo.kind, found]).toEqual([photo.kind, []])
      expect(words).toContain(`${photo.kind}: thumbnail made, facts read`)
    }
  },
  60_000 + rounds * 5_000,
)
