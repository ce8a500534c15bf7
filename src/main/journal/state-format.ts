/** The format of the state folder as a whole: what a newer PhotoFerry wrote is left alone, instead of being misread and thrown away. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UploadError } from '../../shared/protocol/errors.ts'

/**
 * Raised when this version would write what an earlier one could not read without losing something. Folders of before the
 * number was kept count as 1; what they hold is read in their own words (`ofEarlierVersion`).
 */
const format = 1

const contentSchema = z.object({ format: z.int().positive() })

/**
 * Refuses a folder of a later format, and marks it as of this one else. To be called with the lock held, before anything is read.
 * @param stateDir absolute path of a folder that is there
 * @throws UploadError `state-newer`
 */
export function claimFormat(stateDir: string): void {
  const file = join(stateDir, 'format.json')
  const found = formatIn(file)
  if (found > format) {
    const message = `The list in ${stateDir} was written by a newer PhotoFerry. Start that one; this one would lose part of it, so it changed nothing.`
    throw new UploadError('state-newer', message)
  }
  if (found < format) mark(file)
}

/** @returns 0 where nothing, or nothing legible, is there */
function formatIn(file: string): number {
  try {
    return contentSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).format
  } catch {
    return 0
  }
}

/** On a full disk the mark waits for the next start: until a format 2 there is nothing to tell apart. */
function mark(file: string): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify({ format }), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  } catch {
    // See above.
  }
}
