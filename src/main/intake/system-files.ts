/**
 * Which files an operating system leaves behind: they are never a photographer's work and are left out of dropped folders,
 * without a row. What the person's own rules skip is on the list: see src/shared/skip-rules.ts.
 */

const systemNames = new Set([
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
 * @param siblings all names in the same folder: macOS' `._name` companions count only beside their `name`
 */
export function isSystemFile(name: string, siblings: ReadonlySet<string>): boolean {
  if (systemNames.has(name.toLowerCase())) return true
  return name.startsWith('._') && siblings.has(name.slice(2))
}
