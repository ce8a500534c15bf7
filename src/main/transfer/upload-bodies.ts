/** Bodies of requests that carry files: a chunk, or a bundle of small files. Streamed, within the limit on bandwidth. */
import { Readable } from 'node:stream'
import { bundleType, frameHead } from '../../shared/protocol/bundle-frames.ts'
import type { OfferedFile } from '../../shared/protocol/bundles.ts'
import type { ChunkDigest } from '../../shared/protocol/wire.ts'
import { contentDigest } from './content-digest.ts'
import type { OpenRequest } from './open-requests.ts'
import { type Throttle, throttledBytes } from './throttle.ts'

/** Bytes that are given to the socket at a time, without a limit on bandwidth. */
const viewBytes = 256 * 1024

export interface FileInBundle {
  readonly file: OfferedFile
  /** The whole file. */
  readonly bytes: Buffer
}

/** The chunk as a stream of views. Given a Buffer, got would copy it whole. */
export function chunkBody(bytes: Buffer, digest: ChunkDigest, throttle: Throttle, signal: AbortSignal) {
  return {
    body: (open: OpenRequest) => Readable.from(views(bytes, throttle, signal, open), { objectMode: false }),
    chunkBytes: bytes.length,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-digest': contentDigest(digest, bytes),
    },
  }
}

/** The files of a bundle as one stream, each behind its head. */
export function bundleBody(files: readonly FileInBundle[], throttle: Throttle, signal: AbortSignal) {
  const frames = files.map(({ file, bytes }) => [Buffer.from(frameHead(file).buffer), bytes] as const)
  const length = frames.flat().reduce((sum, { length }) => sum + length, 0)
  return {
    body: (open: OpenRequest) =>
      Readable.from(bundleViews(frames, throttle, signal, open), { objectMode: false }),
    chunkBytes: length,
    headers: { 'content-type': bundleType, 'content-length': String(length) },
  }
}

async function* bundleViews(
  frames: readonly (readonly [head: Buffer, bytes: Buffer])[],
  throttle: Throttle,
  signal: AbortSignal,
  open: OpenRequest,
): AsyncGenerator<Buffer> {
  for (const [head, bytes] of frames) {
    yield* views(head, throttle, signal, open)
    yield* views(bytes, throttle, signal, open)
  }
}

/** Asks the throttle for each view: a limit may come or go in the middle of a chunk. */
async function* views(
  bytes: Buffer,
  throttle: Throttle,
  signal: AbortSignal,
  open: OpenRequest,
): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const view = bytes.subarray(start, start + (throttle.isUnlimited ? viewBytes : throttledBytes))
    open.hold(true)
    if (!throttle.isUnlimited) await throttle.acquire(view.length, signal)
    open.hold(false)
    yield view
    start += view.length
  }
}
