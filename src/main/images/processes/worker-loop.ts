/** The child's side of image-process.ts: runs one job after another over IPC, and reports its memory while it works. */
import { constants, setPriority } from 'node:os'
import type { MemoryMessage } from './image-process.ts'

const memorySampleMs = 50
/** Bytes. Smaller changes are not reported, because each message costs time on the parent's event loop. */
const memoryStepBytes = 8 << 20

/** @param work must not reject: a problem is a result too */
export function runWorker<Job, Result extends object>(work: (job: Job) => Promise<Result>): void {
  const send = (message: MemoryMessage | Result) => process.send?.(message)
  // The window and the network come first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  let reportedBytes = 0
  const reportMemory = () => {
    const rssBytes = process.memoryUsage.rss()
    if (Math.abs(rssBytes - reportedBytes) < memoryStepBytes) return
    reportedBytes = rssBytes
    send({ kind: 'memory', rssBytes })
  }
  process.on('message', async (job: Job) => {
    // Decoders run on other threads, so this timer keeps firing.
    const sampling = setInterval(reportMemory, memorySampleMs)
    const result = await work(job)
    clearInterval(sampling)
    send(result)
  })
  // Without PhotoFerry there is nothing to work for.
  process.on('disconnect', () => process.exit())
}
