/** Reads ranges of objects one after the other, as one stream that continues by itself when a connection breaks. */
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { S3Bucket } from './bucket.ts'
import { s3StatusOf, toStorageError } from './errors.ts'
import type { S3Range } from './multipart.ts'

/** Attempts in a row that get no byte of a range. */
const maxTries = 4
const firstPauseMs = 200

/** The bytes of all ranges. @throws UploadError `server-unreachable`, `storage-failed` */
export async function* readRanges(
  bucket: S3Bucket,
  ranges: readonly S3Range[],
): AsyncGenerator<Uint8Array, void, void> {
  for (const range of ranges) yield* readRange(bucket, range)
}

/** The same as a stream; destroying it ends the request. */
export function streamRanges(bucket: S3Bucket, ranges: readonly S3Range[]): Readable {
  return Readable.from(readRanges(bucket, ranges), { objectMode: false })
}

async function* readRange(bucket: S3Bucket, range: S3Range): AsyncGenerator<Uint8Array, void, void> {
  const end = range.start + range.length - 1
  let offset = range.start
  let tries = 0
  while (offset <= end) {
    const controller = new AbortController()
    try {
      for await (const piece of await bucket.get(range.key, offset, end, range.etag, controller.signal)) {
        offset += piece.length
        tries = 0
        yield piece
      }
      if (offset <= end) throw Object.assign(new Error('the answer ended early'), { code: 'ECONNRESET' })
    } catch (thrown) {
      tries += 1
      // A refusal would be repeated.
      const isFinal = (s3StatusOf(thrown) ?? 500) < 500
      if (isFinal || tries >= maxTries) throw toStorageError(thrown)
      await pause(firstPauseMs * 2 ** tries)
    } finally {
      controller.abort()
    }
  }
}

/** A part of the ranges' bytes. @param start first byte @param length bytes */
export function sliceRanges(ranges: readonly S3Range[], start: number, length: number): S3Range[] {
  const slices: S3Range[] = []
  let skip = start
  let left = length
  for (const range of ranges) {
    const from = Math.min(skip, range.length)
    const taken = Math.min(range.length - from, left)
    skip -= from
    left -= taken
    if (taken === 0) continue
    const isAll = range.isAll && taken === range.length
    slices.push({ ...range, start: range.start + from, length: taken, isAll })
  }
  return slices
}
