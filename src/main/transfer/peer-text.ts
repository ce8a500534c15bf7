/** A sentence that a server wrote, as it may be shown and logged. */

/** A longer one is cut: a list of files is no place for it. */
const mostCharacters = 1_000

/** Control characters, line and paragraph separators, and what turns the direction of writing around. */
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu

/** @returns the text on one line, without characters that act on a terminal or on the text around it; at most 1,000 long */
export function peerText(text: string): string {
  const characters = [...text.slice(0, 2 * mostCharacters).replace(unshowable, ' ')]
  const isWhole = text.length <= 2 * mostCharacters && characters.length <= mostCharacters
  return isWhole ? characters.join('') : `${characters.slice(0, mostCharacters - 1).join('')}…`
}
