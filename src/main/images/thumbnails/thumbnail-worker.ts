/**
 * Child process of plain Node: makes thumbnails and reads photo facts, one file at a time, as thumbnails.ts asks. It is separate
 * from the image worker, so that the list never waits for a conversion; a hostile photo takes down nothing else.
 */
import { writeFile } from 'node:fs/promises'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { clipFacts } from '../clips/clip-reader.ts'
import { readPhotoFacts } from '../facts/read-photo-facts.ts'
import type { Bytes } from '../formats/bytes.ts'
import { withOpenFile } from '../open-file.ts'
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
  if (job.kind === 'facts') {
    return { kind: 'facts', facts: await factsOf(job, bytes) }
  }
  const thumbnail = await makeThumbnail(job.sourcePath, bytes, job.sourceKind, job.size)
  try {
    await writeFile(job.targetPath, thumbnail, { mode: 0o600 })
  } catch (thrown) {
    return { kind: 'unwritable', message: String(thrown) }
  }
  return { kind: 'made', size: thumbnail.length }
}

function factsOf({ sourcePath, sourceKind }: ThumbnailJob, bytes: Bytes): Promise<PhotoFacts> {
  return sourceKind === 'clip' ? clipFacts(sourcePath) : readPhotoFacts(sourcePath, bytes, sourceKind)
}
