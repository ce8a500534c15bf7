/**
 * Child process of plain Node: makes copies of photos, one at a time, as image-pool.ts asks over IPC. sharp crashes inside
 * Electron's processes on Linux, and a hostile image that takes a decoder down takes nothing else with it here.
 */
import { open } from 'node:fs/promises'
import { ImageError } from '../image-error.ts'
import { runWorker } from '../processes/worker-loop.ts'
import { checkCopy } from './check-copy.ts'
import { configureSharp, convertImage } from './convert-image.ts'
import type { ImageJob, ImageResult } from './image-job.ts'
import { removeLocation } from './remove-location.ts'

configureSharp()
runWorker(make)

async function make(job: ImageJob): Promise<ImageResult> {
  try {
    const made = job.task === 'convert' ? await convertImage(job) : await removeLocation(job)
    const { bytes, locationRemoved } = made
    const refused = await write(job.targetPath, bytes)
    if (refused) return refused
    if ('expected' in made) await checkCopy(job.targetPath, made.expected)
    return { kind: 'made', size: bytes.length, locationRemoved }
  } catch (thrown) {
    const problem = thrown instanceof ImageError ? thrown.problem : 'damaged'
    return { kind: 'problem', problem, message: String(thrown) }
  }
}

/** Writes and syncs the copy. @returns null, or what the disk refused */
async function write(path: string, bytes: Buffer): Promise<ImageResult | null> {
  try {
    const handle = await open(path, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return null
  } catch (error) {
    const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException
    return { kind: 'unwritable', errno: code, message }
  }
}
