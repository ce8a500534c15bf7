/** Durations, counts and safe text as a terminal shows them. */

/** @param seconds 0 or more */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/** @param count 0 or more, whole */
export function countFiles(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}

/** Characters that move the cursor, ring the bell, or reverse the direction of writing. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** Spells out the control characters of a file name or a server's message, so that the terminal shows but does not obey them. */
export function escapeControls(text: string): string {
  return text.replace(controls, (sign) => {
    const code = sign.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`
  })
}
