/** Keeps names that are written from right to left to themselves, where a sentence of the window names them. */

const fromRightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
/** U+2068, FIRST STRONG ISOLATE, and U+2069, POP DIRECTIONAL ISOLATE: what an element `bdi` does, in plain text. */
const [begin, end] = ['\u2068', '\u2069']
/** Words side by side, each with such a letter, and what is written to them without a space. */
const runs = new RegExp(`\\S*${fromRightToLeft.source}\\S*(?:\\s+\\S*${fromRightToLeft.source}\\S*)*`, 'gu')

/** @param name all of it is one name */
export function isolateName(name: string): string {
  return fromRightToLeft.test(name) ? `${begin}${name}${end}` : name
}

/** @param sentence made elsewhere, so that where its names begin and end must be guessed */
export function isolateNamesIn(sentence: string): string {
  return fromRightToLeft.test(sentence) ? sentence.replace(runs, (run) => `${begin}${run}${end}`) : sentence
}
