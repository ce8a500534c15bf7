/**
 * F3 in short: the power of a server and of a client is cut at some hundred places. Needs Linux and gcc, and a minute for
 * each side: in `npm run test:power-cuts:short`. The long form is `npm run test:power-cuts`.
 */
import { describe, expect, it } from 'vitest'
import { cutPower, sides } from './cut-power.ts'

const cuts = Number(process.env.PHOTOFERRY_POWER_CUTS ?? 0)
/** For each side, without the recording. */
const seconds = 45

describe.runIf(cuts > 0)('a power cut at any moment', () => {
  it.each(sides)('takes nothing back that a %s has said', { timeout: 300_000 }, async (side) => {
    const report = await cutPower(side, { seed: 1, cuts, seconds }, console.log)
    expect(report.failures.map(({ cut, problems }) => ({ cut, problems }))).toEqual([])
    expect(report.distinct).toBeGreaterThan(100)
    expect(report.finished).toBeGreaterThan(3)
  })
})
