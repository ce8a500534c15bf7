/** Writes sizes in English, for the terminal and for main's messages. The window shows the same digits and units. */

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** A size in the unit that it is written in. */
interface ScaledSize {
  readonly value: number
  /** 0 for bytes, 1 for kB, 2 for MB … */
  readonly power: number
  /** Decimals to write: one below 100, none from there on and for bytes. */
  readonly decimals: 0 | 1
}

/**
 * Finds the decimal unit for a size, for main's messages and the window alike.
 * @param bytes 0 or more; anything below counts as 0
 */
export function scaleBytes(bytes: number): ScaledSize {
  let value = Math.max(0, bytes)
  let power = 0
  // 999.5 would be written as 1,000: it belongs to the next unit.
  while (value >= 999.5 && power < units.length - 1) {
    value /= 1000
    power += 1
  }
  return { value, power, decimals: power === 0 || value >= 99.95 ? 0 : 1 }
}

/**
 * Writes a size in decimal units (1 MB = 1,000,000 bytes), as file managers and card makers count: `512 bytes`,
 * `4.2 MB`, `206 MB`. One decimal below 100, none from there on.
 * @param bytes 0 or more; anything below counts as 0
 */
export function formatBytes(bytes: number): string {
  const { value, power, decimals } = scaleBytes(bytes)
  const digits = (decimals === 0 ? whole : oneDigit).format(value)
  return power === 0 && digits === '1' ? '1 byte' : `${digits} ${units[power]}`
}
