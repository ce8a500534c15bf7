/** How long to wait before the next attempt to reach PhotoFerry. */
const firstMs = 400
const mostMs = 8_000

/**
 * Doubles with every failed attempt up to eight seconds, minus up to a fifth at random so that many pages do not
 * reconnect at the same moment.
 * @param failedAttempts 1 after the first failure
 * @param random from 0 to 1
 * @returns ms
 */
export function backoffMs(failedAttempts: number, random: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failedAttempts - 1, 16))
  return Math.round(full * (1 - random / 5))
}
