/** Names and sentences as text in XML and HTML. */

/** What XML 1.0 cannot hold, escaped or not (section 2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
export const unspeakableInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A reader would take it for the end of a line, and change it (XML 1.0 section 2.11).
  '\r': '&#13;',
}

/** For the text of an element, and for an attribute in double quotes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => entities[character] ?? '')
}
