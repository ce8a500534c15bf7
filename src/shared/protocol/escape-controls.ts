/** Makes names and messages from elsewhere safe to show: in the terminal, logs, the window, notifications and receipts. */

/** Characters that move the cursor, ring the bell, end the line, or reverse the direction of writing. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/**
 * Spells out control characters, such as U+202E, which has `photo<U+202E>gpj.exe` look like `photoexe.jpg`. For people only:
 * what is stored, sent, compared or written as JSON keeps every name exactly.
 * @returns one line, with `\x1b` or `\u202e` for each of them
 */
export function escapeControls(text: string): string {
  return text.replace(controls, (sign) => {
    const code = sign.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`
  })
}

/** The same in a line of JSON, whose values stay exactly what they are. */
export function escapeControlsInJson(json: string): string {
  return json.replace(controls, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
