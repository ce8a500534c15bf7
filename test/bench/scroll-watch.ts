/** Scrolls a page for the window bench as a person does, and sees how many frames came and what the page's main thread did in them. */
import type { Page } from 'playwright-core'
import { type Work, watchWork } from './page-work.ts'

/** Either so many heights of the list a second, or from its first row to its last. */
export interface Ride {
  readonly screensPerSecond: number | 'all'
  readonly seconds: number
}

export interface Frames {
  readonly perSecond: number
  /** 95 of 100 frames came no later than this after the one before, ms. */
  readonly p95Ms: number
  readonly longestMs: number
  /** Of the page's 60 frames a second, those that nothing new was drawn for; in percent. */
  readonly lostPercent: number
  /** Of the page's main thread, for each frame. */
  readonly work: Work
}

const frameMs = 1000 / 60

/**
 * Begins at the top. In each frame the list stands where the time that has passed says, so that a late frame is a longer way.
 * @param selector of the element that scrolls
 */
export async function ride(
  page: Page,
  selector: string,
  { screensPerSecond, seconds }: Ride,
): Promise<Frames> {
  const stop = await watchWork(page)
  const gaps = await page.locator(selector).evaluate(
    async (scroller, { speed, ms }) => {
      const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
      scroller.scrollTop = 0
      await nextFrame()
      const height = scroller.scrollHeight - scroller.clientHeight
      const perMs = speed === 'all' ? height / ms : (speed * scroller.clientHeight) / 1000
      const seen = [await nextFrame()]
      const startedAt = seen[0] ?? 0
      for (let at = startedAt; at - startedAt < ms; ) {
        scroller.scrollTop = Math.min(height, perMs * (at - startedAt))
        at = await nextFrame()
        seen.push(at)
      }
      return seen.slice(1).map((at, index) => at - (seen[index] ?? at))
    },
    { speed: screensPerSecond, ms: seconds * 1000 },
  )
  const work = await stop(gaps.length)
  const sorted = gaps.toSorted((a, b) => a - b)
  const sum = gaps.reduce((total, gap) => total + gap, 0)
  const due = Math.round(sum / frameMs)
  return {
    perSecond: Math.round((gaps.length * 1000) / sum),
    p95Ms: Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    longestMs: Math.round(sorted.at(-1) ?? 0),
    lostPercent: Math.max(0, Math.round((100 * (due - gaps.length)) / due)),
    work,
  }
}
