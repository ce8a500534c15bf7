import { describe, expect, it } from 'vitest'
import { SharedVolumes } from '../../../src/main/volumes/shared-volumes.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { CardReader } from '../drives-scene.ts'

/** A card in its place, and how often the reader was asked for it. */
function scene() {
  const reader = new CardReader(temporaryFolder())
  const card = reader.card('CARD_1', 'uuid:1', {})
  const place = reader.plugIn(card)
  const asked = { times: 0 }
  const volumes = new SharedVolumes({
    list: () => reader.list(),
    at: (path) => {
      asked.times++
      return reader.at(path)
    },
  })
  return { reader, card, place, asked, volumes }
}

describe('those who ask for a volume', () => {
  it('at the same time share one reading', async () => {
    const { place, asked, volumes } = scene()
    const found = await Promise.all(Array.from({ length: 1_000 }, () => volumes.at(place)))
    expect(new Set(found.map((volume) => volume?.id))).toEqual(new Set(['uuid:1']))
    expect(asked.times).toBe(1)
  })

  it('get no answer of a reading that began before they asked', async () => {
    const { reader, card, place, asked, volumes } = scene()
    for (let round = 0; round < 20; round++) {
      const before = volumes.at(place)
      // The first reading of each round is in progress, or waits to begin.
      await Promise.resolve()
      reader.pullOut(card)
      expect(await volumes.at(place)).toBe(null)
      await before
      reader.plugIn(card)
      expect((await volumes.at(place))?.id).toBe('uuid:1')
    }
    expect(asked.times).toBeGreaterThanOrEqual(40)
  })

  it('and don’t need to know to the moment share what was found lately, but never that nothing was there', async () => {
    const { reader, card, place, asked, volumes } = scene()
    await volumes.at(place)
    for (let time = 0; time < 100; time++) expect((await volumes.atLately(place))?.id).toBe('uuid:1')
    expect(asked.times).toBe(1)
    reader.pullOut(card)
    expect(await volumes.at(place)).toBe(null)
    reader.plugIn(card)
    expect((await volumes.atLately(place))?.id).toBe('uuid:1')
  })
})
