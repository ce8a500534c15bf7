/**
 * Child process of plain Node: makes thumbnails and reads photo facts, one file at a time, as thumbnails.ts asks. It is separate
 * from the image worker, so that the list never waits for a conversion; a hostile photo takes down nothing else.
 */
import { constants } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { readPhotoFacts } from '../facts/read-photo-facts.ts'
import { type Bytes, fileBytes, MalformedPhoto } from '../formats/bytes.ts'
import { runWorker } from '../processes/worker-loop.ts'
import { setUpSharp } from '../sharp-setup.ts'
import { makeThumbnail } from './make-thumbnail.ts'
import type { ThumbnailJob, ThumbnailResult } from './thumbnail-job.ts'

setUpSharp()
runWorker(runJob)

async function runJob(job: ThumbnailJob): Promise<ThumbnailResult> {
  try {
    return await withOpenFile(job.sourcePath, (bytes) => resultOf(job, bytes))
  } catch (thrown) {
    return { kind: 'problem', problem: 'damaged', message: String(thrown) }
  }
}

async function resultOf(job: ThumbnailJob, bytes: Bytes): Promise<ThumbnailResult> {
  const { sourcePath, sourceKind } = job
  if (job.kind === 'facts') {
    return { kind: 'facts', facts: await readPhotoFacts(sourcePath, bytes, sourceKind) }
  }
  const thumbnail = await makeThumbnail(sourcePath, bytes, sourceKind, job.size)
  try {
    await writeFile(job.targetPath, thumbnail, { mode: 0o600 })
  } catch (thrown) {
    return { kind: 'unwritable', message: String(thrown) }
  }
  return { kind: 'made', size: thumbnail.length }
}

/** Opens the file without blocking: a named pipe with a photo's name would never answer. */
async function withOpenFile<Result>(path: string, use: (bytes: Bytes) => Promise<Result>): Promise<Result> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new MalformedPhoto('not a regular file')
    return await use(fileBytes(handle, stats.size))
  } finally {
    await handle.close()
  }
}
