/** Where a name may be cut when there is too little room for it. */

/** Code points at the end of a name that stay visible: a number and an extension. */
const tailLength = 12

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/**
 * Splits a long name so that a narrow column can shorten its middle: the head may be cut off, the tail stays visible.
 * Splits between code points. A short name has no tail.
 */
export function splitName(name: string): { readonly head: string; readonly tail: string } {
  // Of a name that reads from right to left, the two parts would change their places.
  if (rightToLeft.test(name)) return { head: name, tail: '' }
  const points = [...name]
  if (points.length <= 2 * tailLength) return { head: name, tail: '' }
  return { head: points.slice(0, -tailLength).join(''), tail: points.slice(-tailLength).join('') }
}
