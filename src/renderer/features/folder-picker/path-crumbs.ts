/** Cuts an absolute path, of Windows or of POSIX, into the folders above it. Pure. */
export interface Crumb {
  readonly name: string
  readonly path: string
}

/** From the root down, the folder itself last. */
export function crumbsOf(path: string): Crumb[] {
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
