/** Ten thousand files at once: the page stays as small as with ten. Prints how quick it was; `bench:window` compares. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { canRun, farServer, openScene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

const count = 10_000
const mostRowsInPage = 100
const heapBytes = 100e6

function makeManyFiles(home: string): string {
  const root = join(home, 'Season')
  for (let folder = 0; folder < 20; folder++) {
    const inside = join(root, `Shoot ${folder + 1}`)
    mkdirSync(inside, { recursive: true })
    for (let file = 0; file < count / 20; file++) {
      const name = `IMG_${String(folder * 500 + file).padStart(5, '0')}.jpg`
      writeFileSync(join(inside, name), `${folder}/${file}`)
    }
  }
  return root
}

/** Notes the longest task of the page's main thread; the returned function answers it, in ms. */
async function watchLongTasks(page: Page): Promise<() => Promise<number>> {
  const longest = await page.evaluateHandle(() => {
    const noted = { ms: 0 }
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) noted.ms = Math.max(noted.ms, duration)
    }).observe({ type: 'longtask', buffered: false })
    return noted
  })
  return async () => (await longest.jsonValue()).ms
}

/** Bytes that the page's scripts hold after a collection. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return Math.round(performance.now() - startedAt)
}

/** Waits until the list says that it holds all of them, as it tells screen readers. */
async function untilAllListed(window: WindowPage): Promise<void> {
  await expect
    .poll(() => window.grid.getAttribute('aria-rowcount'), { timeout: 90_000, interval: 50 })
    .toBe(String(count + 1))
}

/** Parts of the list that take these properties from what holds them; browsers style each of those anew whenever a row moves. */
function inheritingParts(window: WindowPage): Promise<string[]> {
  return window.grid.evaluate((table) => {
    const parts = [...table.querySelectorAll<HTMLElement>('thead, tbody, tr, th, td')]
    const found = parts.filter((part) => {
      const holder = part.parentElement
      if (holder === null) return false
      const before = holder.style.cssText
      holder.style.cssText += 'vertical-align: top; border-color: rgb(1, 2, 3)'
      const { verticalAlign, borderTopColor } = getComputedStyle(part)
      holder.style.cssText = before
      return verticalAlign === 'top' || borderTopColor === 'rgb(1, 2, 3)'
    })
    return [...new Set(found.map(({ tagName }) => tagName))]
  })
}

describe.skipIf(!canRun)('ten thousand files', () => {
  it('are listed, scrolled and paused without the page growing heavy', async () => {
    const scene = await openScene()
    const { window } = scene
    const { page } = window
    await window.setReviews('Never')
    // Slow enough that there is something to pause, however long the rest takes.
    const far = await farServer(scene, 100_000)
    await window.setServer(far.connection.url, far.token)
    const folder = makeManyFiles(scene.source)
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const longestTask = await watchLongTasks(page)

    const startedAt = performance.now()
    await window.addFolder(folder)
    await window.rows.first().waitFor()
    const firstRowsMs = Math.round(performance.now() - startedAt)
    await untilAllListed(window)
    const allListedMs = Math.round(performance.now() - startedAt)
    expect(await window.rows.count()).toBeLessThanOrEqual(mostRowsInPage)

    expect(await inheritingParts(window)).toEqual([])
    const rowAt = (place: number) => window.grid.locator(`tr[aria-rowindex="${place + 1}"]`)
    const scroller = window.grid.locator('xpath=..')
    const toEndMs = await msOf(async () => {
      await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await rowAt(count).waitFor()
    })
    const toTopMs = await msOf(async () => {
      await scroller.evaluate((element) => element.scrollTo(0, 0))
      await rowAt(1).waitFor()
    })
    const rowsInPage = await window.rows.count()
    expect(rowsInPage).toBeLessThanOrEqual(mostRowsInPage)

    const dialogMs = await msOf(async () => {
      await window.button('Settings').click()
      await page.getByRole('dialog', { name: 'Settings' }).waitFor()
    })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const pauseMs = await msOf(async () => {
      await window.button('Pause all').click()
      await window.button('Resume all').waitFor()
    })
    await window.button('More filters').click()
    const none = page.getByRole('menuitemradio', { name: 'Skipped 0' })
    await none.waitFor()
    const filterMs = await msOf(async () => {
      await none.click()
      await page.getByText('No matching files').waitFor()
    })
    const heap = await heapOf(session)
    const longestMs = Math.round(await longestTask())
    console.log(
      `${count} files: first rows ${firstRowsMs} ms, all listed ${allListedMs} ms, rows in the page ${rowsInPage}, ` +
        `to the end ${toEndMs} ms, to the top ${toTopMs} ms, dialog ${dialogMs} ms, pause all ${pauseMs} ms, ` +
        `filter ${filterMs} ms, heap ${(heap / 1e6).toFixed(1)} MB, longest task ${longestMs} ms`,
    )
    expect(heap).toBeLessThan(heapBytes)
  })
})
