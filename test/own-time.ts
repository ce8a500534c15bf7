/** How long something took on a machine that other work uses too: while this process waits for its turn, no time passes. */
import { onTestFinished } from 'vitest'

/** A timer comes so often while the processor is free, ms; a turn that took longer than twice that was waited for. */
const stepMs = 20

/** Begins to count, until the test ends. @returns the time so far, ms */
export function ownTime(): () => number {
  let countedMs = 0
  let lastMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    countedMs += Math.min(nowMs - lastMs, 2 * stepMs)
    lastMs = nowMs
  }, stepMs)
  onTestFinished(() => clearInterval(timer))
  return () => countedMs
}
