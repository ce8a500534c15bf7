/** How many inputs are tried, and which: `PHOTOFERRY_FUZZ` and `PHOTOFERRY_SEED` say so, and a failure prints both. */
import type fc from 'fast-check'
import { announceSeed } from '../crossing/photo-folder.ts'

/** Inputs of each kind: 1,000 unless set; before a release 100,000. */
const inputs = Number(process.env.PHOTOFERRY_FUZZ ?? 1_000)

/** How long a test of so many may take, ms: a machine that is busy needs its time. */
export const patientMs = 120_000 + inputs * 200

/**
 * What fast-check is to do.
 * @param what names the inputs in the line with the seed
 * @param share part of the inputs, for those that cost more than others
 */
export function runs(what: string, share = 1): fc.Parameters<unknown> {
  const numRuns = Math.max(1, Math.round(inputs * share))
  return { seed: announceSeed(`${numRuns} ${what}`), numRuns }
}
