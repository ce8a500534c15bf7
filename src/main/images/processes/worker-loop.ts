/** The child's side of image-process.ts: takes one job after the other over IPC and tells of its memory while it works. */
import { constants, setPriority } from 'node:os'
import type { MemoryMessage } from './image-process.ts'

/** Between two looks at this process's memory. */
const memorySampleMs = 50
/** Bytes; a smaller change is not told, for each word costs the parent time of its event loop. */
const memoryStepBytes = 8 << 20

/** @param work must not reject: what goes wrong is a result too */
export function runWorker<Job, Result extends object>(work: (job: Job) => Promise<Result>): void {
  const tell = (message: MemoryMessage | Result) => process.send?.(message)
  // The window and the network come first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  let toldBytes = 0
  const tellMemory = () => {
    const rssBytes = process.memoryUsage.rss()
    if (Math.abs(rssBytes - toldBytes) < memoryStepBytes) return
    toldBytes = rssBytes
    tell({ kind: 'memory', rssBytes })
  }
  process.on('message', async (job) => {
    // Decoders work on threads of their own, so that this timer goes on ringing.
    const sampling = setInterval(tellMemory, memorySampleMs)
    const result = await work(job as Job)
    clearInterval(sampling)
    tell(result)
  })
  // The channel is the lifeline: without PhotoFerry there is nothing to work for.
  process.on('disconnect', () => process.exit())
}
