/** What a page takes of the machine, for the window bench: its main thread by kind of work, and its memory. */
import { readFileSync } from 'node:fs'
import type { CDPSession, Page } from 'playwright-core'

/** Of the page's main thread for each frame, ms. */
export interface Work {
  readonly all: number
  readonly script: number
  readonly style: number
  readonly layout: number
  /** All else: painting, handing layers over, collecting garbage, asking what is under the pointer. */
  readonly rest: number
}

const sessions = new WeakMap<Page, CDPSession>()

async function sessionOf(page: Page): Promise<CDPSession> {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page))
  if (!sessions.has(page)) await session.send('Performance.enable')
  sessions.set(page, session)
  return session
}

async function metricsOf(page: Page): Promise<(name: string) => number> {
  const { metrics } = await (await sessionOf(page)).send('Performance.getMetrics')
  return (name) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
}

/** @returns ends the watch, told how many frames there were */
export async function watchWork(page: Page): Promise<(frames: number) => Promise<Work>> {
  const before = await metricsOf(page)
  return async (frames) => {
    const after = await metricsOf(page)
    const spent = (name: string) => (1000 * (after(name) - before(name))) / frames
    const all = spent('TaskDuration')
    const script = spent('ScriptDuration')
    const style = spent('RecalcStyleDuration')
    const layout = spent('LayoutDuration')
    return { all, script, style, layout, rest: all - script - style - layout }
  }
}

export interface Memory {
  /** What scripts hold, after a collection. */
  readonly heapBytes: number
  /** The page's whole process, without what it shares with others; NaN where the system does not tell. */
  readonly processBytes: number
}

export async function memoryOf(page: Page): Promise<Memory> {
  await (await sessionOf(page)).send('HeapProfiler.collectGarbage')
  const heapBytes = (await metricsOf(page))('JSHeapUsedSize')
  const browser = await page.context().browser()?.newBrowserCDPSession()
  const { processInfo } = (await browser?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] }
  const renderers = processInfo.filter(({ type }) => type === 'renderer')
  // A spare renderer may stand by; the page's is the largest.
  return {
    heapBytes,
    processBytes: Math.max(...renderers.map(({ id }) => privateBytes(id)), Number.NEGATIVE_INFINITY),
  }
}

function privateBytes(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  const sizes = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(
    /^Private_(?:Clean|Dirty):\s+(\d+) kB/gm,
  )
  return [...sizes].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0)
}
