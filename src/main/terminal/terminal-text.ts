/** Numbers, names and counts as people read them in a terminal. */

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** @param bytes 0 or more */
export function bytesText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(1, bytes)) / 10), units.length - 1)
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

/** @param seconds 0 or more */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/** @param count 0 or more, whole */
export function filesText(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}

/** What would move the cursor, ring, or turn the direction of writing. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** A line that may hold names of files or words of a server: shown as it is written, never obeyed by the terminal. */
export function oneLine(text: string): string {
  return text.replace(controls, (sign) => {
    const code = sign.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`
  })
}
