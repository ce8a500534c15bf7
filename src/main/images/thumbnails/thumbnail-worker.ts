/**
 * Child process of plain Node: makes small pictures and reads EXIF data, one file at a time, as thumbnails.ts asks. A process
 * of its own, so that the list never waits for a conversion and no hostile photo takes more than this process down.
 */
import { constants } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { configureSharp } from '../convert/convert-image.ts'
import { type Bytes, fileBytes, MalformedPhoto } from '../formats/bytes.ts'
import { runWorker } from '../processes/worker-loop.ts'
import { makeThumbnail } from './make-thumbnail.ts'
import { readPhotoFacts } from './read-photo-facts.ts'
import type { ThumbnailJob, ThumbnailResult } from './thumbnail-job.ts'

configureSharp()
runWorker(work)

async function work(job: ThumbnailJob): Promise<ThumbnailResult> {
  try {
    return await withBytes(job.sourcePath, (bytes) => answer(job, bytes))
  } catch (thrown) {
    return { kind: 'problem', problem: 'damaged', message: String(thrown) }
  }
}

async function answer(job: ThumbnailJob, bytes: Bytes): Promise<ThumbnailResult> {
  if (job.kind === 'facts')
    return { kind: 'facts', facts: await readPhotoFacts(job.sourcePath, bytes, job.sourceKind) }
  const picture = await makeThumbnail(job.sourcePath, bytes, job.sourceKind, job.size)
  try {
    await writeFile(job.targetPath, picture, { mode: 0o600 })
  } catch (thrown) {
    return { kind: 'unwritable', message: String(thrown) }
  }
  return { kind: 'made', size: picture.length }
}

/** Opens without waiting: a pipe that took the photo's name would never answer. */
async function withBytes<Result>(path: string, use: (bytes: Bytes) => Promise<Result>): Promise<Result> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new MalformedPhoto('no file')
    return await use(fileBytes(handle, stats.size))
  } finally {
    await handle.close()
  }
}
