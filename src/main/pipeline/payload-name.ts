/** Names the copy of a photo: the original's own name with the extension of the new format. */
import { posix } from 'node:path'
import type { PayloadFormat } from '../../shared/presets.ts'
import { maxNameBytes } from '../../shared/protocol/wire.ts'
import { payloadExtensions } from './payload-area.ts'

/** Spellings that already say JPEG. */
const jpegExtensions = new Set(['.jpg', '.jpeg', '.jpe', '.jfif'])

/**
 * Two originals may come to the same name (IMG_1.png beside IMG_1.jpg): the server then numbers the later one.
 * @param relativePath of the original, parts joined by `/`
 * @returns the copy's; a name that would become too long for file systems loses the end of its stem
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
