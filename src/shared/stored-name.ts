/** The name that a file has at the server, where that is not the one it was sent under: another file had that one. */

/**
 * @param path that it was sent under, parts joined by `/`
 * @param url its address, as the server answered
 * @returns its name there; null where it is the one in `path`
 */
export function storedName(path: string, url: string): string | null {
  const stored = nameInUrl(url)
  return stored === '' || same(stored, nameOf(path)) ? null : stored
}

/** As `storedName`, for a converted copy of which only the original's path is known: the extension says nothing. */
export function storedCopyName(originalPath: string, url: string): string | null {
  const stored = nameInUrl(url)
  return stored === '' || same(stemOf(stored), stemOf(nameOf(originalPath))) ? null : stored
}

function nameInUrl(url: string): string {
  try {
    return decodeURIComponent(nameOf(new URL(url).pathname))
  } catch {
    return ''
  }
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const stemOf = (name: string) => name.replace(/(?<=.)\.[^.]*$/, '')
const same = (one: string, other: string) => one.normalize('NFC') === other.normalize('NFC')
