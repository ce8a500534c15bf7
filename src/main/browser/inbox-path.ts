/** Examines the path that a page gives a dropped file, before anything is done with it (promise S1). */
import { UploadError } from '../../shared/protocol/errors.ts'
import { maxNameBytes, maxPathBytes } from '../../shared/protocol/wire.ts'

/**
 * Lets through a path that stays inside its drop on this machine. It becomes the item's relative path as it is;
 * the staged copy gets a name made here, so that names which differ only in case or in Unicode form stay apart.
 * @param path parts joined by `/`
 * @param platform as `process.platform`
 * @throws UploadError `name-invalid` with the reason
 */
export function examineStagingPath(path: string, platform: NodeJS.Platform = process.platform): string {
  const fault =
    pathFault(path) ??
    path
      .split('/')
      .map((part) => partFault(part, platform))
      .find(Boolean)
  if (fault === undefined) return path
  throw new UploadError('name-invalid', `${JSON.stringify(path.slice(0, 300))} cannot be added: ${fault}.`)
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'it has no name'
  if (path.includes('\0')) return 'it has a zero byte in it'
  if (!path.isWellFormed()) return 'it is not valid Unicode'
  if (Buffer.byteLength(path) > maxPathBytes) return `it is longer than ${maxPathBytes} bytes`
  if (path.startsWith('/')) return 'it does not lie inside the drop'
  return undefined
}

function partFault(part: string, platform: NodeJS.Platform): string | undefined {
  if (part === '') return 'it has an empty part'
  if (part === '.' || part === '..') return 'it leads out of its folder'
  if (Buffer.byteLength(part) > maxNameBytes) return `a name in it is longer than ${maxNameBytes} bytes`
  if (platform === 'win32' && /[\\:]/.test(part)) return 'it has a backslash or a colon in it'
  return undefined
}
