/** The bytes that travel for an item: its original, or the copy that was made of it; and the name of a copy. */
import { posix } from 'node:path'
import type { PayloadFormat } from '../../shared/presets.ts'
import { maxNameBytes } from '../../shared/protocol/wire.ts'
import { libraryPathOf, type UploadItem } from '../../shared/upload.ts'
import type { SourceRef, SourceStamp } from '../intake/source-file.ts'

/** What the stages after prepare work on; `sourcePath` is where these bytes lie, size and time say which version. */
export interface Payload extends SourceRef, SourceStamp {
  /** When the original was modified, ms since 1970; the stored file gets that time, whichever bytes travel. */
  readonly lastModifiedMs: number
}

export function payloadOf(item: UploadItem): Payload {
  const { sourcePath, realFolder, size, mtimeMs, ctimeMs, inode, payload } = item
  const stamp = { size, mtimeMs, ctimeMs, inode }
  const original = {
    sourcePath,
    realFolder,
    relativePath: libraryPathOf(item),
    ...stamp,
    lastModifiedMs: mtimeMs,
  }
  // A copy is PhotoFerry's own: its size and time are all that is remembered of it.
  return payload
    ? { ...original, realFolder: null, ctimeMs: null, inode: null, ...payload, sourcePath: payload.path }
    : original
}

/** Format -> extension of its files. */
export const payloadExtensions = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
} as const satisfies Record<PayloadFormat, string>

/** Spellings that already say JPEG. */
const jpegExtensions = new Set(['.jpg', '.jpeg', '.jpe', '.jfif'])

/**
 * Two originals may end up with the same name (IMG_1.png beside IMG_1.jpg): the server then numbers the later one.
 * @param relativePath of the original, parts joined by `/`
 * @returns the copy's: the original's with the extension of the new format; a name that would become too long for
 *   file systems loses the end of its stem
 */
export function payloadName(relativePath: string, format: PayloadFormat): string {
  const { dir, name, ext } = posix.parse(relativePath)
  const present = ext.toLowerCase()
  const extension = `.${payloadExtensions[format]}`
  if (present === extension || (format === 'jpeg' && jpegExtensions.has(present))) return relativePath
  const characters = [...name]
  while (Buffer.byteLength(characters.join('') + extension) > maxNameBytes) characters.pop()
  return posix.join(dir, characters.join('') + extension)
}
