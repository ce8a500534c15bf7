/** The outages that a connection must survive without any file's being to blame, for the terminal and for the window. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { seeded, writeRandomFile } from './crossing/photo-folder.ts'
import { bare, type Trouble } from './outage-proxy.ts'

/** How long each lasts; the longer, the more pauses between probes are seen. */
export const outageSeconds = Number(process.env.PHOTOFERRY_OUTAGE_SECONDS ?? 2)
/** Files that are on their way meanwhile. */
export const outageFiles = Number(process.env.PHOTOFERRY_OUTAGE_FILES ?? 90)
/** So few, so that there are many bundles to interrupt. */
export const filesInBundle = 2

/** How long a test of all of them may take, ms. */
export const patientMs = 60_000 + outageFiles * 200 + outageSeconds * 10_000

const portal: Trouble = {
  answer: (outgoing, incoming) => {
    incoming.resume()
    outgoing
      .setHeader('content-type', 'text/html')
      .end('<html><h1>Welcome! Sign in to the network</h1></html>')
  },
}

/** What answers in the server's place, and how the light names it. */
export const outages: readonly (readonly [name: string, trouble: Trouble, reason: RegExp])[] = [
  ['502', { answer: bare(502) }, /HTTP status 502/],
  ['503', { answer: bare(503) }, /HTTP status 503/],
  ['504', { answer: bare(504) }, /HTTP status 504/],
  ['a bare 404', { answer: bare(404) }, /HTTP status 404/],
  ['a bare 403', { answer: bare(403) }, /HTTP status 403/],
  ['a portal’s web page', portal, /No PhotoFerry server/],
  ['resets', 'reset', /Lost the connection/],
  ['429', { answer: bare(429) }, /asks to slow down/],
]

/** Writes so many files, of which every third is too large for a bundle; returns the folder. */
export function outageFolder(root: string, files: number): string {
  return writeShoot(root, files, (nth) => (nth % 3 === 0 ? 1_100_000 : 2_000) + nth)
}

/** Writes so many small files; returns the folder. */
export function smallShoot(root: string, files: number): string {
  return writeShoot(root, files, (nth) => 2_000 + nth)
}

/** @param sizeOf bytes of the file of this number */
function writeShoot(root: string, files: number, sizeOf: (nth: number) => number): string {
  const folder = join(root, 'shoot')
  mkdirSync(folder, { recursive: true })
  const random = seeded(files)
  for (let nth = 1; nth <= files; nth++) writeRandomFile(join(folder, `IMG_${nth}.JPG`), sizeOf(nth), random)
  return folder
}
