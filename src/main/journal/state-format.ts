/** The format of the state folder as a whole: what a newer PhotoFerry wrote is left alone, instead of being misread and thrown away. */
import { lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
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
 * To be called before anything in the folder is changed.
 * @param stateDir absolute path
 * @throws UploadError `state-newer` for a folder of a later format; the system's error where the mark cannot be read
 */
export function refuseNewer(stateDir: string): void {
  if (formatIn(fileIn(stateDir)) <= format) return
  const message = `The list in ${stateDir} was written by a newer PhotoFerry. Start that one; this one would lose part of it, so it changed nothing.`
  throw new UploadError('state-newer', message)
}

/** Marks a folder as of this format. To be called with its lock held. @param stateDir absolute path of a folder that is there */
export function markFormat(stateDir: string): void {
  const file = fileIn(stateDir)
  if (formatIn(file) >= format) return
  try {
    // A draft that a crash leaves is removed as all are (see state-folders.ts).
    writeFileSync(`${file}.draft`, JSON.stringify({ format }), { mode: 0o600, flush: true })
    renameSync(`${file}.draft`, file)
  } catch {
    // A full disk: the mark waits for the next start. Until there is a format 2 it tells nothing apart.
  }
}

function fileIn(stateDir: string): string {
  return join(stateDir, 'format.json')
}

/** @returns 0 where nothing, or nothing legible, is there */
function formatIn(file: string): number {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return 0
  const content = readFileSync(file, 'utf8')
  try {
    return contentSchema.parse(JSON.parse(content)).format
  } catch {
    return 0
  }
}
