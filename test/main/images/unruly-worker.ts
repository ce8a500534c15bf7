/** The image worker as a hostile image could make it: crashes, hangs or grows if the source's name says so. */
import { writeFileSync } from 'node:fs'
import '../../../src/main/images/convert/image-worker.ts'

const [work] = process.listeners('message')
process.removeAllListeners('message')
const held: Buffer[] = []

/** Ends a moment after its answer: as an idle process that the system has killed. */
function endAfterAnswer(sourcePath: string): void {
  writeFileSync(`${sourcePath}.pid`, String(process.pid))
  const send = process.send?.bind(process)
  process.send = (message: unknown) => {
    if ((message as { kind: string }).kind === 'made') setTimeout(() => process.exit(1), 20)
    return send?.(message) ?? false
  }
}

process.on('message', (job: { sourcePath: string }) => {
  if (job.sourcePath.includes('last')) endAfterAnswer(job.sourcePath)
  if (job.sourcePath.includes('segv')) process.kill(process.pid, 'SIGSEGV')
  else if (job.sourcePath.includes('rubbish')) process.send?.({ kind: 'made', size: 'huge' })
  else if (job.sourcePath.includes('greedy')) {
    held.push(Buffer.alloc(300 << 20, 1))
    process.send?.({ kind: 'memory', rssBytes: process.memoryUsage.rss() })
  } else if (!job.sourcePath.includes('hang')) work?.(job, undefined)
})
