/** Real pools of image workers: one for a single test, or one for a whole file. And jobs for them. */
import { afterAll, onTestFinished } from 'vitest'
import type { CopyJob } from '../../../src/main/images/convert/image-job.ts'
import { ImagePool } from '../../../src/main/images/convert/image-pool.ts'
import type { PoolLimits } from '../../../src/main/images/processes/process-pool.ts'
import { imageWorkerEntry } from '../../../src/main/program-files.ts'

export const unstopped = { signal: new AbortController().signal }

/** For one test. */
export function aPool(
  limits: Partial<PoolLimits> = {},
  entry = imageWorkerEntry,
  nodePath = process.execPath,
) {
  const pool = new ImagePool({ entry, nodePath }, { processes: 2, ...limits })
  onTestFinished(() => pool.close())
  return pool
}

/** For all tests of a file that do not need their own pool: a process takes a while to start. */
export const sharedPool = new ImagePool(
  { entry: imageWorkerEntry, nodePath: process.execPath },
  { processes: 1, idleMs: 120_000 },
)
afterAll(() => sharedPool.close())

/** The copy is written beside the original, as `….copy`. */
export function aJob(sourcePath: string, job: Partial<CopyJob> = {}): CopyJob {
  return {
    task: 'convert',
    sourcePath,
    targetPath: `${sourcePath}.copy`,
    sourceFormat: 'jpeg',
    format: 'jpeg',
    quality: 0.9,
    longEdge: null,
    colour: 'keep',
    keepLocation: true,
    extras: 'keep-motion',
    ...job,
  }
}
