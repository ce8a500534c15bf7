/** The image worker's way to its HEIC thread: starts it when the first HEIC comes, replaces it when it broke or grew. */
import { Worker } from 'node:worker_threads'
import { ImageError } from '../image-error.ts'
import type { DecodedHeic, HeicOptions } from './heic-file.ts'
import type { HeicAnswer, HeicRequest } from './heic-thread.ts'

/** From source this file is heic-decoder.ts beside the thread's; the build puts everything of main flat into out/main. */
const fromSource = import.meta.url.endsWith('.ts')
const threadEntry = new URL(fromSource ? './heic-thread.ts' : './heic-thread.js', import.meta.url)

/** WebAssembly memory never shrinks: 24 megapixels take 206 MB, and what took more is not kept for the next. */
const maxHeapBytes = 256 << 20

let thread: Worker | null = null

/**
 * Decodes one photo at a time.
 * @param path absolute
 * @throws ImageError
 */
export async function decodeHeicFile(path: string, purpose: HeicOptions): Promise<DecodedHeic> {
  thread ??= startThread()
  const answer = await ask(thread, { path, ...purpose })
  if (answer.kind === 'broken' || (answer.kind === 'decoded' && answer.heapBytes > maxHeapBytes)) dismiss()
  if (answer.kind === 'refused') throw new ImageError(answer.problem, answer.message)
  if (answer.kind === 'broken') throw new ImageError('damaged', answer.message)
  const { tiff, exif, xmp } = answer
  return { tiff: Buffer.from(tiff), exif: exif && Buffer.from(exif), xmp }
}

function startThread(): Worker {
  const worker = new Worker(threadEntry)
  const forget = () => {
    if (thread === worker) thread = null
  }
  // It may break while nobody is asking.
  return worker.on('error', forget).on('exit', forget)
}

function ask(worker: Worker, request: HeicRequest): Promise<HeicAnswer> {
  const answer = Promise.withResolvers<HeicAnswer>()
  const broken = (error: Error) => answer.resolve({ kind: 'broken', message: error.message })
  const ended = () => answer.resolve({ kind: 'broken', message: 'the decoder ended' })
  worker.once('message', answer.resolve).once('error', broken).once('exit', ended)
  worker.postMessage(request)
  return answer.promise.finally(() => {
    worker.off('message', answer.resolve).off('error', broken).off('exit', ended)
  })
}

function dismiss(): void {
  void thread?.terminate()
  thread = null
}
