/** What the window bench sees inside the page: long tasks, events of the feed, and when something was painted. */
import type { Page } from 'playwright-core'

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
