/** How long to wait before the next try to reach PhotoFerry. Pure. */
const firstMs = 400
const mostMs = 8_000

/**
 * Doubles with every failed try up to eight seconds, less a random fifth, so that many pages do not knock at once.
 * @param failedTries 1 after the first failure
 * @param random from 0 to 1
 */
export function backoffMs(failedTries: number, random: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failedTries - 1, 16))
  return Math.round(full * (1 - random / 5))
}
