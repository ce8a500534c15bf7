/**
 * Worker thread of the image worker: decodes HEIC photos. libheif works synchronously; on a thread of its own it leaves
 * the process free to tell how much memory it holds, and its WebAssembly memory, which only grows, goes with the thread.
 */
import { readFile } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import createLibheif from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import type { ImageProblem } from '../../../shared/preparation.ts'
import { ImageError } from '../image-error.ts'
import { decodeHeic, type HeicOptions } from './heic-file.ts'

/** What the thread is asked. */
export interface HeicRequest extends HeicOptions {
  /** Absolute. */
  readonly path: string
}

/** What the thread answers. */
export type HeicAnswer =
  | {
      readonly kind: 'decoded'
      readonly tiff: ArrayBuffer
      readonly exif: Uint8Array | null
      readonly xmp: string | null
      /** Bytes that libheif's memory has grown to. */
      readonly heapBytes: number
    }
  | { readonly kind: 'refused'; readonly problem: ImageProblem; readonly message: string }
  /** libheif broke off in the middle: the thread is of no use any more. */
  | { readonly kind: 'broken'; readonly message: string }

const library = createLibheif()

parentPort?.on('message', async (request: HeicRequest) => {
  const answer = await decode(request)
  parentPort?.postMessage(answer, answer.kind === 'decoded' ? [answer.tiff] : [])
})

async function decode({ path, ...purpose }: HeicRequest): Promise<HeicAnswer> {
  try {
    const { tiff, exif, xmp } = decodeHeic(library, await readFile(path), purpose)
    return { kind: 'decoded', tiff: tiff.buffer, exif, xmp, heapBytes: library.HEAPU8.length }
  } catch (thrown) {
    const message = String(thrown)
    if (thrown instanceof ImageError) return { kind: 'refused', problem: thrown.problem, message }
    return { kind: 'broken', message }
  }
}
