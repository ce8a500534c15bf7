/** The thumbnail worker as a hostile photo could make it: crashes, hangs, grows or sends rubbish if the file's name says so. */
import '../../../../src/main/images/thumbnails/thumbnail-worker.ts'

const [work] = process.listeners('message')
process.removeAllListeners('message')

process.on('message', (job: { sourcePath: string }) => {
  if (job.sourcePath.includes('segv')) process.kill(process.pid, 'SIGSEGV')
  else if (job.sourcePath.includes('rubbish')) process.send?.({ kind: 'made', size: 'huge' })
  else if (job.sourcePath.includes('greedy')) process.send?.({ kind: 'memory', rssBytes: 2 ** 40 })
  else if (!job.sourcePath.includes('hang')) work?.(job, undefined)
})
