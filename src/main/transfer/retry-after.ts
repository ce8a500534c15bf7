/** Parses the Retry-After header (RFC 9110, section 10.2.3): seconds or an HTTP date. */

/** Whatever a server asks for, nobody's wedding waits longer than an hour between two tries. */
const longestWaitMs = 60 * 60 * 1000

/**
 * @param value the header as received
 * @param nowMs ms since 1970
 * @returns ms from now, at most one hour; undefined when the header is absent or invalid
 */
export function parseRetryAfter(value: string | string[] | undefined, nowMs: number): number | undefined {
  const text = (Array.isArray(value) ? value[0] : value)?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, longestWaitMs)
  // Date.parse accepts nearly anything; an HTTP date names a weekday and GMT.
  if (!/^[A-Z][a-z]+, .* GMT$/.test(text)) return undefined
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : Math.min(Math.max(0, atMs - nowMs), longestWaitMs)
}
