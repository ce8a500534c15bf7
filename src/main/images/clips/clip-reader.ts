/** Looks into clips on a thread of a worker process: starts it with the first clip, replaces it if it breaks or takes too long. */
import { Worker } from 'node:worker_threads'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { MalformedPhoto } from '../formats/bytes.ts'
import type { ClipRequest, ClipResponse } from './clip-thread.ts'

/** From source the thread's file is beside this one; the build puts everything of main flat into out/main. */
const fromSource = import.meta.url.endsWith('.ts')
const threadEntry = new URL(fromSource ? './clip-thread.ts' : './clip-thread.js', import.meta.url)

/** A few dozen reads: enough for a busy network drive. */
const timeoutMs = 8_000
const maxHeapMb = 256

let thread: Worker | null = null

/**
 * What a clip says of itself. Callers never look into two at once.
 * @throws MalformedPhoto for what is no clip, or keeps its reader busy for too long
 */
export async function clipFacts(path: string): Promise<PhotoFacts> {
  const response = await ask({ what: 'facts', path })
  if (response.kind !== 'facts') throw problemOf(response)
  return response.facts
}

/**
 * A picture of a clip, as `clipFacts`.
 * @returns a JPEG; null if there is none
 */
export async function clipJpeg(path: string): Promise<Buffer | null> {
  const response = await ask({ what: 'picture', path })
  if (response.kind !== 'picture') throw problemOf(response)
  return response.jpeg && Buffer.from(response.jpeg)
}

const problemOf = (response: ClipResponse) =>
  new MalformedPhoto(response.kind === 'problem' ? response.message : 'no answer')

async function ask(request: ClipRequest): Promise<ClipResponse> {
  thread ??= startThread()
  const worker = thread
  const response = Promise.withResolvers<ClipResponse>()
  const fail = (message: string) => {
    endThread(worker)
    response.resolve({ kind: 'problem', message })
  }
  const onError = (error: Error) => fail(error.message)
  const onExit = () => fail('the reader ended')
  const timer = setTimeout(() => fail(`it took longer than ${timeoutMs} ms`), timeoutMs)
  worker.once('message', response.resolve).once('error', onError).once('exit', onExit)
  worker.postMessage(request)
  return response.promise.finally(() => {
    clearTimeout(timer)
    worker.off('message', response.resolve).off('error', onError).off('exit', onExit)
  })
}

function startThread(): Worker {
  const worker = new Worker(threadEntry, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } })
  // It may break between two clips.
  const forget = () => endThread(worker)
  worker.unref()
  return worker.on('error', forget).on('exit', forget)
}

function endThread(worker: Worker): void {
  if (thread === worker) thread = null
  void worker.terminate()
}
