/** A request's path as the log may have it: who reads the log must not be able to open a link. */
import { createHash } from 'node:crypto'

/** @returns the path with the beginning of a link's id in the place of its secret, cut to 1,000 characters */
export function loggedPath(path: string): string {
  const withoutSecret = path.replace(/^\/s\/([^/]+)/i, (_, secret: string) => {
    const id = createHash('sha256').update(secret).digest('hex')
    return `/s/(link ${id.slice(0, 12)})`
  })
  return withoutSecret.slice(0, 1_000)
}
