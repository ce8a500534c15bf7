/** English: counts with their nouns, and ordinals. */
export const numbers = new Intl.NumberFormat('en-GB')
const plurals = new Intl.PluralRules('en-GB')
const ordinalRules = new Intl.PluralRules('en-GB', { type: 'ordinal' })
const ordinalEndings: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd' }

export const files = (count: number) =>
  `${numbers.format(count)} ${plurals.select(count) === 'one' ? 'file' : 'files'}`
export const ordinal = (nth: number) => `${nth}${ordinalEndings[ordinalRules.select(nth)] ?? 'th'}`
