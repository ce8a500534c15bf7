/** Estimates of what a preset leaves to upload. */
import { describe, expect, it } from 'vitest'
import { presetSchema, presets } from '../../src/shared/presets.ts'
import { estimatedBytes } from '../../src/shared/size-estimate.ts'
import { noSkipRules, skipBy } from '../../src/shared/skip-rules.ts'
import { SurveyTally } from '../../src/shared/survey-tally.ts'

function surveyOf(files: Readonly<Record<string, number>>) {
  const tally = new SurveyTally({
    name: 'Day',
    skip: skipBy(noSkipRules),
    skipRules: noSkipRules,
    maxFileSize: null,
    knowsList: false,
    leftOut: { entries: 0, names: [] },
  } as ConstructorParameters<typeof SurveyTally>[0])
  for (const [relativePath, size] of Object.entries(files)) tally.add({ relativePath, size })
  return tally.snapshot()
}

const day = surveyOf({ 'a.jpg': 10_000_000, 'b.jpg': 8_000_000, 'c.cr3': 30_000_000, 'd.mov': 100_000_000 })
const untouched = 130_000_000

describe('the estimate', () => {
  it('is all of it where nothing is converted', () => {
    const all = { least: 148_000_000, most: 148_000_000 }
    expect(estimatedBytes(day, null)).toEqual(all)
    const heicOnly = presetSchema.parse({ name: 'x', convert: ['heic'] })
    expect(estimatedBytes(day, heicOnly)).toEqual(all)
  })

  it('counts RAW files and videos as they are, and copies as smaller the less they keep', () => {
    const of = (id: 'web-gallery' | 'proof' | 'archive-jpeg') =>
      estimatedBytes(day, presets[id]).least - untouched
    expect(of('proof')).toBeGreaterThan(100_000)
    expect(of('proof')).toBeLessThan(of('web-gallery'))
    expect(of('web-gallery')).toBeLessThan(of('archive-jpeg'))
    expect(of('archive-jpeg')).toBeLessThan(18_000_000)
  })

  it('never says that a copy is larger than its original, which would then be uploaded', () => {
    const png = presetSchema.parse({ name: 'x', format: 'png' })
    expect(estimatedBytes(day, png).most).toBe(148_000_000)
    expect(estimatedBytes(surveyOf({ 'a.jpg': 900 }), presets['web-gallery']).most).toBeLessThanOrEqual(900)
  })
})
