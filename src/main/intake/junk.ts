/** Which files are an operating system's own litter and never a photographer's work. */

const junkNames = new Set([
  '.ds_store',
  '.spotlight-v100',
  '.trashes',
  '.fseventsd',
  '.temporaryitems',
  '.documentrevisions-v100',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '$recycle.bin',
  'system volume information',
])

/**
 * @param name a file's or folder's own name
 * @param siblings all names in the same folder: macOS' `._name` companions are junk only beside their `name`
 */
export function isJunk(name: string, siblings: ReadonlySet<string>): boolean {
  if (junkNames.has(name.toLowerCase())) return true
  return name.startsWith('._') && siblings.has(name.slice(2))
}
