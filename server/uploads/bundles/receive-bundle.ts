/**
 * The use case of receiving a bundle: each file is written as soon as it is there, while the next ones still arrive; then
 * all get their names, share the syncs of their folders, and are committed together.
 */
import { BundleReader } from '../../../src/shared/protocol/bundle-frames.ts'
import type { BundleLimits } from '../../../src/shared/protocol/bundles.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import { storeFile, type WrittenFile, writeFile } from './store-whole.ts'

const mebibyte = 1024 * 1024

/** What this server takes in one bundle. */
export const bundleLimits: BundleLimits = { fileBytes: mebibyte, bytes: 8 * mebibyte, files: 256 }
/** Bytes of files that are being written; while there are more, no more are read from the client. */
const maxUnwritten = 4 * mebibyte

/** A body that has not been read yet. */
interface BundleBody {
  /**
   * Reads it to its end, piece by piece; waits for the promise that `onPiece` returns before reading the next piece.
   * @throws UploadError `connection-lost`, `request-timeout`, or what `onPiece` threw
   */
  read(onPiece: (piece: Uint8Array) => Promise<void> | undefined): Promise<void>
}

/** What became of a file: its row, or what was thrown. */
export type BundledResult = PromiseSettledResult<FileRow>

/**
 * Answers one result for each file, in their order.
 *
 * When the body breaks off, the files that had arrived whole are stored before the error is thrown: the client offers all
 * again, and they are not sent twice.
 * @throws UploadError `bad-request` for a body that is no bundle; `connection-lost`, `request-timeout`
 */
export async function receiveBundle(uploads: Uploads, body: BundleBody): Promise<readonly BundledResult[]> {
  const writing: Promise<WrittenFile>[] = []
  let unwritten = 0
  const reader = new BundleReader(bundleLimits, (received) => {
    const { fileSize } = received.file
    unwritten += fileSize
    const written = writeFile(uploads, received).finally(() => {
      unwritten -= fileSize
    })
    // Its failure is reported with all results.
    written.catch(() => undefined)
    writing.push(written)
  })
  const untilWritten = async () => {
    while (unwritten > maxUnwritten)
      await Promise.race(writing.map((written) => written.catch(() => undefined)))
  }
  try {
    await body.read((piece) => {
      reader.push(piece)
      return unwritten > maxUnwritten ? untilWritten() : undefined
    })
    reader.end()
  } catch (thrown) {
    await storeAll(uploads, writing)
    throw thrown
  }
  return storeAll(uploads, writing)
}

/** All are written before the first gets its name, so that they share the syncs of their folders and one commit. */
async function storeAll(
  uploads: Uploads,
  writing: readonly Promise<WrittenFile>[],
): Promise<readonly BundledResult[]> {
  const written = await Promise.allSettled(writing)
  return Promise.allSettled(
    written.map(async (one) => {
      if (one.status === 'rejected') throw one.reason
      return storeFile(uploads, one.value)
    }),
  )
}
