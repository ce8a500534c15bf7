/** A real pool of image workers for one test, and jobs for it. */
import { onTestFinished } from 'vitest'
import type { ImageJob } from '../../../src/main/images/convert/image-job.ts'
import { ImagePool } from '../../../src/main/images/convert/image-pool.ts'
import type { PoolLimits } from '../../../src/main/images/processes/process-pool.ts'
import { imageWorkerEntry } from '../../../src/main/program-files.ts'

export const unstopped = { signal: new AbortController().signal }

export function aPool(
  limits: Partial<PoolLimits> = {},
  entry = imageWorkerEntry,
  nodePath = process.execPath,
) {
  const made = new ImagePool({ entry, nodePath }, { processes: 2, ...limits })
  onTestFinished(() => made.close())
  return made
}

/** The copy lies beside the original, as `….copy`. */
export function aJob(sourcePath: string, job: Partial<ImageJob> = {}): ImageJob {
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
    ...job,
  }
}
