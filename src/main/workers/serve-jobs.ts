/** The child's side of image-child.ts: takes one job after the other over IPC and tells of its memory while it works. */
import { constants, setPriority } from 'node:os'
import type { MemoryMessage } from './image-child.ts'

/** Between two words to the parent about this process's memory. */
const memorySampleMs = 50

/** @param work must not reject: what goes wrong is a result too */
export function serveJobs<Job, Result extends object>(work: (job: Job) => Promise<Result>): void {
  const tell = (message: MemoryMessage | Result) => process.send?.(message)
  // The window and the network come first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  process.on('message', async (job) => {
    // Decoders work on threads of their own, so that this timer goes on ringing.
    const sampling = setInterval(
      () => tell({ kind: 'memory', rssBytes: process.memoryUsage.rss() }),
      memorySampleMs,
    )
    const result = await work(job as Job)
    clearInterval(sampling)
    tell(result)
  })
  // The channel is the lifeline: without PhotoFerry there is nothing to work for.
  process.on('disconnect', () => process.exit())
}
