/** Decodes HEIC photos on a thread of a worker process: starts the thread with the first HEIC, replaces it if it breaks or grows. */
import { Worker } from 'node:worker_threads'
import { ImageError } from '../image-error.ts'
import type { DecodedHeic, HeicOptions } from './heic-file.ts'
import type { HeicRequest, HeicResponse } from './heic-thread.ts'

/** From source the thread's file is beside this one; the build puts everything of main flat into out/main. */
const fromSource = import.meta.url.endsWith('.ts')
const threadEntry = new URL(fromSource ? './heic-thread.ts' : './heic-thread.js', import.meta.url)

/** WebAssembly memory never shrinks. 24 megapixels need 206 MB; a thread that has grown further is not kept. */
const maxHeapBytes = 256 << 20

let thread: Worker | null = null

/**
 * Decodes one photo; callers never decode two at once.
 * @param path absolute
 * @throws ImageError
 */
export async function decodeHeicFile(path: string, options: HeicOptions): Promise<DecodedHeic> {
  thread ??= startThread()
  const response = await send(thread, { path, ...options })
  if (response.kind === 'broken' || (response.kind === 'decoded' && response.heapBytes > maxHeapBytes)) {
    endThread()
  }
  if (response.kind === 'problem') throw new ImageError(response.problem, response.message)
  if (response.kind === 'broken') throw new ImageError('damaged', response.message)
  const { tiff, preview, exif, xmp } = response
  return {
    tiff: Buffer.from(tiff),
    preview: preview && Buffer.from(preview),
    exif: exif && Buffer.from(exif),
    xmp,
  }
}

function startThread(): Worker {
  const worker = new Worker(threadEntry)
  const forget = () => {
    if (thread === worker) thread = null
  }
  // It may break between two requests.
  return worker.on('error', forget).on('exit', forget)
}

function send(worker: Worker, request: HeicRequest): Promise<HeicResponse> {
  const response = Promise.withResolvers<HeicResponse>()
  const onError = (error: Error) => response.resolve({ kind: 'broken', message: error.message })
  const onExit = () => response.resolve({ kind: 'broken', message: 'the decoder ended' })
  worker.once('message', response.resolve).once('error', onError).once('exit', onExit)
  worker.postMessage(request)
  return response.promise.finally(() => {
    worker.off('message', response.resolve).off('error', onError).off('exit', onExit)
  })
}

function endThread(): void {
  void thread?.terminate()
  thread = null
}
