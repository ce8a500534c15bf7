/**
 * Child process of plain Node: makes copies of photos, one at a time, as image-pool.ts asks over IPC. sharp crashes inside
 * Electron's processes on Linux, and a hostile image that crashes a decoder takes down nothing else here.
 */
import { open, rm } from 'node:fs/promises'
import { openMeant } from '../../intake/in-place.ts'
import { fileBytes } from '../formats/bytes.ts'
import { ImageError } from '../image-error.ts'
import { runWorker } from '../processes/worker-loop.ts'
import { setUpSharp } from '../sharp-setup.ts'
import { makePreview } from '../thumbnails/make-preview.ts'
import { checkCopy } from './check-copy.ts'
import { convertImage } from './convert-image.ts'
import type { ImageJob, ImageResult, PreviewJob } from './image-job.ts'
import { stripPlace } from './strip-place.ts'

setUpSharp()
runWorker(makeCopy)

async function makeCopy(job: ImageJob): Promise<ImageResult> {
  const source = await openMeant(job).catch((error: NodeJS.ErrnoException) => error.code ?? 'UNKNOWN')
  if (typeof source === 'string') return { kind: 'not-there', errno: source }
  try {
    // Linux opens the very file once more by this path, wherever its own path leads by then.
    const sourcePath = process.platform === 'linux' ? `/proc/self/fd/${source.fd}` : job.sourcePath
    return await copyOf({ ...job, sourcePath })
  } finally {
    await source.close()
  }
}

async function copyOf(job: ImageJob): Promise<ImageResult> {
  try {
    if (job.task === 'preview') return await previewOf(job)
    const { bytes, place, leftOut, expected } =
      job.task === 'convert' ? await convertImage(job) : await stripPlace(job)
    const unwritable = await write(job.targetPath, bytes)
    if (unwritable) return unwritable
    if (expected) await checkCopy(job.targetPath, expected)
    return { kind: 'made', size: bytes.length, place, leftOut: [...leftOut] }
  } catch (thrown) {
    const problem = thrown instanceof ImageError ? thrown.problem : 'damaged'
    return { kind: 'problem', problem, message: String(thrown) }
  }
}

/** Nothing of what the photo says of itself goes along, its place included. */
async function previewOf({ sourcePath, sourceKind, targetPath, ...look }: PreviewJob): Promise<ImageResult> {
  const handle = await open(sourcePath)
  try {
    const { size } = await handle.stat()
    const bytes = await makePreview(sourcePath, fileBytes(handle, size), sourceKind, look)
    const unwritable = await write(targetPath, bytes)
    return unwritable ?? { kind: 'made', size: bytes.length, place: 'removed', leftOut: [] }
  } finally {
    await handle.close()
  }
}

/** Writes and syncs the copy, always into a new file: one that failed to sync before may have holes. @returns null, or the disk's error */
async function write(path: string, bytes: Buffer): Promise<ImageResult | null> {
  try {
    await rm(path, { force: true })
    const handle = await open(path, 'wx', 0o600)
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
