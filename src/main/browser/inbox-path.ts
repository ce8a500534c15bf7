/** Checks the path that a page gives a dropped file: no string of a page becomes a path unexamined (S1, docs/promises.md). */
import { UploadError } from '../../shared/protocol/errors.ts'
import { maxNameBytes, maxPathBytes } from '../../shared/protocol/wire.ts'

/**
 * Accepts a path that stays inside its drop on this machine. It becomes the item's relative path unchanged. The inbox
 * copy gets a generated name, so that names which differ only in case or Unicode form do not collide.
 * @param path parts joined by `/`
 * @param platform as `process.platform`
 * @throws UploadError `name-invalid` with the reason
 */
export function checkInboxPath(path: string, platform: NodeJS.Platform = process.platform): string {
  const fault =
    pathFault(path) ??
    path
      .split('/')
      .map((part) => partFault(part, platform))
      .find(Boolean)
  if (fault === undefined) return path
  throw new UploadError('name-invalid', `Can't add ${JSON.stringify(path.slice(0, 300))}: ${fault}.`)
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'it has no name'
  if (path.includes('\0')) return 'it contains a zero byte'
  if (!path.isWellFormed()) return 'it is not valid Unicode'
  if (Buffer.byteLength(path) > maxPathBytes) return `it is longer than ${maxPathBytes} bytes`
  if (path.startsWith('/')) return 'it leads out of its folder'
  return undefined
}

function partFault(part: string, platform: NodeJS.Platform): string | undefined {
  if (part === '') return 'it has an empty part'
  if (part === '.' || part === '..') return 'it leads out of its folder'
  if (Buffer.byteLength(part) > maxNameBytes) return `a name in it is longer than ${maxNameBytes} bytes`
  if (platform === 'win32' && /[\\:]/.test(part)) return 'it contains a backslash or a colon'
  return undefined
}
