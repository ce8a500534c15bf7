/** What the window bench sees inside the page: long tasks, frames, events of the feed, and when something was painted. */
import type { CDPSession, Page } from 'playwright-core'

interface Notes {
  longestTaskMs: number
  /** When each event of the feed came, ms on the page's clock. */
  feedAt: number[]
}

declare global {
  var windowBench: Notes
}

/** Must be called before the page loads. */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.windowBench = { longestTaskMs: 0, feedAt: [] }
    new PerformanceObserver((list) => {
      const notes = globalThis.windowBench
      for (const { duration } of list.getEntries())
        notes.longestTaskMs = Math.max(notes.longestTaskMs, duration)
    }).observe({ type: 'longtask' })
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        this.addEventListener('message', ({ data }) => {
          if (String(data).startsWith('{"feed"')) globalThis.windowBench.feedAt.push(performance.now())
        })
      }
    }
  })
}

export interface Watched {
  readonly longestTaskMs: number
  /** The most events of the feed within any second. */
  readonly feedPerSecond: number
}

/** What was noted since the call before. */
export async function takeNotes(page: Page): Promise<Watched> {
  const { longestTaskMs, feedAt } = await page.evaluate(() => {
    const notes = globalThis.windowBench
    globalThis.windowBench = { longestTaskMs: 0, feedAt: [] }
    return notes
  })
  const within = feedAt.map((from) => feedAt.filter((at) => at >= from && at < from + 1000).length)
  return { longestTaskMs: Math.round(longestTaskMs), feedPerSecond: Math.max(0, ...within) }
}

export interface Frames {
  readonly perSecond: number
  /** 95 of 100 frames came no later than this after the one before, ms. */
  readonly p95Ms: number
  readonly longestMs: number
  /** Of the page's main thread, for each frame: the same on a busy machine. */
  readonly processorMs: number
}

/** Scrolls from the top to the bottom in even steps, one a frame, so that every frame shows other rows. */
export async function scrollThrough(page: Page, selector: string, frames: number): Promise<Frames> {
  const before = await processorMs(page)
  const gaps = await page.locator(selector).evaluate(async (scroller, steps) => {
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    scroller.scrollTop = 0
    await nextFrame()
    const height = scroller.scrollHeight - scroller.clientHeight
    const seen = [await nextFrame()]
    for (let step = 1; step <= steps; step++) {
      scroller.scrollTop = (height * step) / steps
      seen.push(await nextFrame())
    }
    return seen.slice(1).map((at, index) => at - (seen[index] ?? at))
  }, frames)
  const sorted = gaps.toSorted((a, b) => a - b)
  const sum = gaps.reduce((total, gap) => total + gap, 0)
  return {
    perSecond: Math.round((gaps.length * 1000) / sum),
    p95Ms: Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    longestMs: Math.round(sorted.at(-1) ?? 0),
    processorMs: ((await processorMs(page)) - before) / frames,
  }
}

const sessions = new WeakMap<Page, CDPSession>()

/** Time that the page's main thread has had of a processor so far. */
async function processorMs(page: Page): Promise<number> {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page))
  if (!sessions.has(page)) await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  sessions.set(page, session)
  const { metrics } = await session.send('Performance.getMetrics')
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
}

/** What a person does in the page: presses something, or puts words into a field. */
export interface Deed {
  /** Selects one element. */
  readonly on: string
  /** Absent for a click. */
  readonly type?: string
}

/**
 * Acts in the page and waits until what it leads to is painted.
 * @param done a selector that matches once it is there
 * @returns ms
 */
export function paintedAfter(page: Page, deed: Deed, done: string): Promise<number> {
  return page.evaluate(
    async ({ deed: { on, type }, selector }) => {
      const element = document.querySelector<HTMLElement>(on)
      if (element === null) throw new Error(`Nothing in the page is ${on}`)
      const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
      const startedAt = performance.now()
      if (type === undefined) element.click()
      else {
        setValue?.call(element, type)
        element.dispatchEvent(new Event('input', { bubbles: true }))
      }
      while (document.querySelector(selector) === null) await nextFrame()
      await nextFrame()
      return Math.round(performance.now() - startedAt)
    },
    { deed, selector: done },
  )
}
