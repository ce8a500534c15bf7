/** The place right before a path in the byte order of the server's lists, to ask for that path alone. */

/** No name has a character behind it, in the byte order of UTF-8. */
const last = '\u{10ffff}'

/** @returns null where there is none that a path may have: the list is read from its beginning */
export function nameBefore(path: string): string | null {
  const characters = [...path]
  const end = characters.pop()
  if (end === undefined) return null
  for (let code = (end.codePointAt(0) ?? 0) - 1; code > 1; code--) {
    const isUsable = code !== 0x2f && code !== 0x5c && !(code >= 0xd800 && code <= 0xdfff)
    if (isUsable) return `${characters.join('')}${String.fromCodePoint(code)}${last}`
  }
  return null
}
