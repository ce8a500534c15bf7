/**
 * What operating systems, NAS boxes and catalog programs leave in folders: never a photographer's work. It is left out of
 * dropped folders and counted. What a person drops by its own name is never left out, and what the person's own rules
 * skip is on the list: see skip-rules.ts.
 */

/** Names in lower case; the systems write them in several spellings. A folder of such a name is left out as a whole. */
const systemNames = new Set([
  // macOS, also on disks and shares of others
  '.ds_store',
  '.spotlight-v100',
  '.trashes',
  '.trash',
  '.fseventsd',
  '.temporaryitems',
  '.documentrevisions-v100',
  '.volumeicon.icns',
  '.apdisk',
  '.localized',
  '.metadata_never_index',
  '.com.apple.timemachine.donotpresent',
  '.appledouble',
  '.appledb',
  '.appledesktop',
  'network trash folder',
  'icon\r',
  // Windows
  'thumbs.db',
  'thumbs.db:encryptable',
  'ehthumbs.db',
  'ehthumbs_vista.db',
  'desktop.ini',
  '$recycle.bin',
  'system volume information',
  // Synology
  '@eadir',
  '#recycle',
  '#snapshot',
  '.synologyworkingdirectory',
  // QNAP
  '@recycle',
  '@recently-snapshot',
  '@transcode',
  '.@__thumb',
  '.@upload_cache',
  // Android and Linux
  '.thumbnails',
  '.nomedia',
  // Picasa's backups of the pictures it wrote over, Bridge's caches
  '.picasaoriginals',
  '.bridgecache',
  '.bridgecachet',
  '.bridgesort',
  // Programs that keep folders in step
  '.stfolder',
  '.stversions',
  '.dropbox',
  '.dropbox.cache',
  '.dropbox.attr',
  '.tmp.drivedownload',
  '.tmp.driveupload',
])

const systemPatterns = [
  // Synology keeps a file's extended attributes and resource fork beside it.
  /@syno(?:eastream|resource)$/,
  // The trash of a Linux desktop, by the number of its user; and files that Android's trash holds for 30 days.
  /^\.trash-\d+$/,
  /^\.trashed-\d+-/,
]

/** What a name says: `maybe` for a lone `._name`, which its first bytes decide; see `isAppleDouble`. */
export type Litter = 'yes' | 'maybe' | 'no'

/**
 * @param name a file's or folder's own name
 * @param siblings all names in the same folder: macOS keeps what belongs to `name` in a `._name` beside it
 */
export function litterBy(name: string, siblings: ReadonlySet<string>): Litter {
  const folded = name.toLowerCase()
  if (systemNames.has(folded) || systemPatterns.some((pattern) => pattern.test(folded))) return 'yes'
  if (!name.startsWith('._')) return 'no'
  return siblings.has(name.slice(2)) ? 'yes' : 'maybe'
}

/** Bytes that `isAppleDouble` needs. */
export const appleDoubleBytes = 4

/** Whether a file begins as AppleDouble files do (RFC 1740, appendix B); any other lone `._name` is somebody's file. */
export function isAppleDouble(head: Uint8Array): boolean {
  return head.length >= appleDoubleBytes && [0x00, 0x05, 0x16, 0x07].every((byte, at) => head[at] === byte)
}

/** Linux file systems make this folder at their top, for root only. */
const recoveryFolder = 'lost+found'

/**
 * Whether a folder that may not be read is litter. Where it can be read it is not: what a disk check put there may be the
 * only copy.
 */
export const isLitterUnread = (name: string): boolean => name === recoveryFolder
