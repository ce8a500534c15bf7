/** Splits an absolute path, Windows or POSIX, into the folders above it. */
export interface Crumb {
  readonly name: string
  readonly path: string
}

/** The folders from the root down, the path itself last. */
export function pathCrumbs(path: string): Crumb[] {
  const separator = path.includes('\\') && !path.startsWith('/') ? '\\' : '/'
  const parts = path.split(separator).filter((part) => part !== '')
  const root: Crumb[] = path.startsWith('/') ? [{ name: '/', path: '/' }] : []
  const below = parts.map((name, index) => {
    const joined = parts.slice(0, index + 1).join(separator)
    const isDrive = separator === '\\' && index === 0
    return { name, path: isDrive ? joined + separator : (path.startsWith('/') ? '/' : '') + joined }
  })
  return [...root, ...below]
}
