/** Where a file of a server's library goes on this computer: never out of the folder that the person chose. */
import { join } from 'node:path'
import { UploadError } from '../../shared/protocol/errors.ts'

/** What has a meaning of its own in a path, here or on Windows. */
const unsafe = /[\\\0]|^\.{1,2}$|^$/
const unsafeOnWindows = /[<>:"|?*]|[. ]$|^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

/**
 * @param folder absolute
 * @param path as the server names it, parts joined by `/`
 * @throws UploadError `name-invalid` for a path that leads out of the folder, or that this system cannot have
 */
export function localPath(folder: string, path: string): string {
  const parts = path.split('/')
  const isUnsafe = (part: string) =>
    unsafe.test(part) || (process.platform === 'win32' && unsafeOnWindows.test(part))
  if (!parts.some(isUnsafe)) return join(folder, ...parts)
  throw new UploadError(
    'name-invalid',
    `The server names a file ${path}, which can't be written on this computer.`,
  )
}
