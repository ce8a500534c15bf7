/** The real pool of image workers that a file's tests share where they need none of their own: a process takes a while to start. */
import { afterAll } from 'vitest'
import { ImagePool } from '../../../src/main/images/convert/image-pool.ts'
import { imageWorkerEntry } from '../../../src/main/program-files.ts'

export const sharedPool = new ImagePool(
  { entry: imageWorkerEntry, nodePath: process.execPath },
  { processes: 1, idleMs: 120_000 },
)
afterAll(() => sharedPool.close())
