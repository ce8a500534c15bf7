/** How long a request waits for work on a whole file before its client is told to ask again. */
import type { Uploads } from './context.ts'

/** Reading a larger file takes seconds for sure: its client is told so early, and asks again. */
const longBytes = 512 * 1024 * 1024
const longWaitMs = 1_500

/** @param size of the file, bytes @returns ms */
export function waitMsFor({ limits: { waitMs } }: Uploads, size: number): number {
  return size > longBytes ? Math.min(longWaitMs, waitMs) : waitMs
}
