/**
 * A stored file with a content, read to its end a short while ago: for who is about to delete the only other copy. A date of
 * last month is no answer to that, nor is a file that looks untouched.
 */
import type { Checking } from '../../../src/shared/protocol/wire.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import { within } from '../coordination/readings.ts'
import { waitMsFor } from '../waiting.ts'
import { readAgain } from './read-again.ts'
import { conditionOf } from './stored-content.ts'

/** A reading that began too early may be running, and is joined first. */
const mostReadings = 2

/**
 * @param freshMs how long ago the file may have been read last, ms
 * @returns how far the reading is, when it takes longer than a request may wait; undefined when no file has the content
 */
export async function verifiedContent(
  uploads: Uploads,
  { size, sha256 }: { readonly size: number; readonly sha256: string },
  freshMs: number,
): Promise<FileRow | Checking | undefined> {
  const askedAtMs = uploads.now()
  const sinceMs = performance.now()
  const isFresh = ({ verifiedAtMs }: FileRow) => Math.abs(askedAtMs - verifiedAtMs) <= freshMs
  const files = await uploads.ledger.filesWithContent(size, sha256)
  for (const file of files) if (isFresh(file) && (await conditionOf(uploads, file)) === 'intact') return file
  for (const file of files) {
    for (let tries = 0; tries < mostReadings; tries++) {
      const reading = readAgain(uploads, file)
      const leftMs = waitMsFor(uploads, file.size) - (performance.now() - sinceMs)
      const read = await within(reading, Math.max(0, leftMs))
      if (read === 'running') return { checking: true, checkedBytes: reading.readBytes, size: reading.size }
      if (read === undefined || read.sha256 !== sha256) break
      if (read.verifiedAtMs >= askedAtMs || isFresh(read)) return read
    }
  }
  return undefined
}
