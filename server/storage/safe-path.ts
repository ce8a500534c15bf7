/**
 * The only way from a client's string to a path (S1, docs/promises.md: no string from a client becomes a path unchecked).
 * Knows no disk. What it accepts is kept exactly as sent (no Unicode normalisation, no repair); what it refuses is refused
 * with the reason.
 */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { maxNameBytes, maxPathBytes } from '../../src/shared/protocol/wire.ts'

const reservedOnWindows = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
const forbiddenOnWindows = /[<>:"|?*]/

/**
 * The parts of a relative path, each safe to be joined below the library's root.
 * @param relativePath parts joined by `/`, the last one being the file's name
 * @param platform decides whether Windows' own rules apply
 * @throws UploadError `name-invalid` with what to do about it
 */
export function safePath(
  relativePath: string,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  if (relativePath === '') refuse('The name is empty. Give the file a name.')
  if (!relativePath.isWellFormed()) {
    refuse('The name contains half a character (a lone surrogate). Rename the file.')
  }
  if (Buffer.byteLength(relativePath) > maxPathBytes) {
    refuse(`The path is longer than ${maxPathBytes} bytes. Shorten the names of its folders.`)
  }
  if (/^[A-Za-z]:/.test(relativePath)) {
    refuse('The path begins with a drive letter. Send the path inside the library only.')
  }
  const parts = relativePath.split('/')
  for (const part of parts) {
    const reason = flawOf(part) ?? (platform === 'win32' ? flawOnWindows(part) : undefined)
    if (reason !== undefined) refuse(reason)
  }
  return parts
}

/** Why a part cannot be stored anywhere, or undefined. */
function flawOf(part: string): string | undefined {
  if (part === '')
    return 'The path has an empty part (it begins or ends with / or contains //). Send the path inside the library.'
  if (part === '.' || part === '..') return `The path has a part "${part}". Send the path inside the library.`
  if (part.includes('\0')) return 'The name contains a NUL character. Rename the file.'
  if (part.includes('\\'))
    return 'The name contains a backslash. Rename the file, and separate folders with /.'
  if (Buffer.byteLength(part) > maxNameBytes) {
    return `A name in the path is longer than ${maxNameBytes} bytes. Shorten it.`
  }
  return undefined
}

/** Why a part cannot be stored on Windows, or undefined. */
function flawOnWindows(part: string): string | undefined {
  if (forbiddenOnWindows.test(part) || hasControlCharacter(part)) {
    return 'Windows does not allow < > : " | ? * or control characters in names. Rename the file.'
  }
  if (/[. ]$/.test(part))
    return 'Windows does not allow a dot or space at the end of a name. Rename the file.'
  if (reservedOnWindows.test(part)) return `Windows reserves the name ${part} for a device. Rename the file.`
  return undefined
}

function hasControlCharacter(part: string): boolean {
  return [...part].some((character) => character < ' ')
}

function refuse(reason: string): never {
  throw new UploadError('name-invalid', reason)
}
