/**
 * Worker thread of a worker process: decodes HEIC photos. libheif works synchronously; on its own thread it leaves the
 * process free to report its memory, and its WebAssembly memory, which only grows, ends with the thread.
 */
import { readFile } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import createLibheif from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import type { ImageProblem } from '../../../shared/preparation.ts'
import { ImageError } from '../image-error.ts'
import { decodeHeic, type HeicOptions } from './heic-file.ts'

export interface HeicRequest extends HeicOptions {
  /** Absolute. */
  readonly path: string
}

export type HeicResponse =
  | {
      readonly kind: 'decoded'
      readonly tiff: ArrayBuffer
      readonly preview: ArrayBuffer | null
      readonly exif: Uint8Array | null
      readonly xmp: string | null
      /** What libheif's memory has grown to. */
      readonly heapBytes: number
    }
  | { readonly kind: 'problem'; readonly problem: ImageProblem; readonly message: string }
  /** libheif stopped in the middle: the thread must be replaced. */
  | { readonly kind: 'broken'; readonly message: string }

const library = createLibheif()

parentPort?.on('message', async (request: HeicRequest) => {
  const response = await decode(request)
  const pictures = response.kind === 'decoded' ? [response.tiff, response.preview] : []
  parentPort?.postMessage(
    response,
    pictures.filter((one) => one !== null),
  )
})

async function decode({ path, ...options }: HeicRequest): Promise<HeicResponse> {
  try {
    const { tiff, preview, exif, xmp } = decodeHeic(library, await readFile(path), options)
    const pictures = { tiff: tiff.buffer, preview: preview?.buffer ?? null }
    return { kind: 'decoded', ...pictures, exif, xmp, heapBytes: library.HEAPU8.length }
  } catch (thrown) {
    const message = String(thrown)
    if (thrown instanceof ImageError) return { kind: 'problem', problem: thrown.problem, message }
    return { kind: 'broken', message }
  }
}
