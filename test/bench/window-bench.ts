/**
 * Measures the window with a queue as large as a season: the built app in browser mode with a real journal, files on
 * disk and a real Chromium: `npm run bench:window [-- --files N --restart N --batches N]`. Its server is out of reach, so that the queue stands still.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { endlessPatience, openClient } from '../../src/main/client/client.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'
import { launchChromium } from '../e2e/chromium.ts'
import { type BenchApp, startBenchApp } from './bench-app.ts'
import { paintedAfter, takeNotes, watchPage } from './page-watch.ts'
import { memoryOf } from './page-work.ts'
import { type Ride, ride } from './scroll-watch.ts'

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    restart: { type: 'string', default: '20000' },
    batches: { type: 'string', default: '500' },
  },
})
const filesPerFolder = 500
/** Reading, a flick, a strong flick, and the scroll bar drawn from the top to the bottom. */
const rides: readonly Ride[] = [
  { screensPerSecond: 1, seconds: 3 },
  { screensPerSecond: 4, seconds: 4 },
  { screensPerSecond: 16, seconds: 4 },
  { screensPerSecond: 'all', seconds: 10 },
]
const grid = ':is([role=grid], [role=treegrid])'
const scroller = '[data-scroller]'
const firstRow = `${grid} [data-index="0"]`

function makeFiles(root: string, count: number): string {
  const name = (index: number) => `IMG_${String(index).padStart(6, '0')}.jpg`
  for (let index = 0; index < count; index++) {
    const folder = join(root, `Shoot ${String(Math.floor(index / filesPerFolder) + 1).padStart(3, '0')}`)
    if (index % filesPerFolder === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name(index)), `${index}`)
  }
  return root
}

async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(240_000)
  await watchPage(page)
  return page
}

const listed = (count: number) => `${grid}[aria-rowcount="${count + 1}"]`

/** Adds a folder as a person does; the clock starts with the last press. */
async function addFolder(page: Page, path: string): Promise<() => Promise<number>> {
  await page.getByRole('button', { name: 'Add folder', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a folder' })
  const field = dialog.getByLabel('Folder', { exact: true })
  await field.fill(path)
  await field.press('Enter')
  await dialog.locator('[aria-current]', { hasText: path.split('/').at(-1) ?? '' }).waitFor()
  await takeNotes(page)
  const startedAt = await page.evaluate(() => performance.now())
  await dialog.getByRole('button', { name: 'Choose this folder' }).click()
  return async () => (await page.evaluate(() => performance.now())) - startedAt
}

async function measureAdding(page: Page, app: BenchApp, folder: string, count: number): Promise<void> {
  await app.delay()
  const sinceStart = await addFolder(page, folder)
  await page.locator(firstRow).waitFor()
  const firstRowsMs = await sinceStart()
  await page.locator(listed(count)).waitFor()
  const allMs = await sinceStart()
  const { longestTaskMs, feedPerSecond } = await takeNotes(page)
  const { p99Ms, mostMs } = await app.delay()
  console.log(`Adding ${count} files`)
  console.log(`  first rows after ${firstRowsMs.toFixed(0)} ms, all after ${(allMs / 1000).toFixed(1)} s`)
  console.log(
    `  page: longest task ${longestTaskMs} ms, at most ${feedPerSecond} events of the feed a second`,
  )
  console.log(`  main: event-loop delay p99 ${p99Ms.toFixed(0)} ms, at most ${mostMs.toFixed(0)} ms`)
}

async function measureScrolling(page: Page, view: string): Promise<void> {
  console.log(`Scrolling the ${view}, from the top`)
  for (const { screensPerSecond, seconds } of rides) {
    const { perSecond, p95Ms, longestMs, lostPercent, work } = await ride(page, scroller, {
      screensPerSecond,
      seconds,
    })
    const speed = screensPerSecond === 'all' ? 'to the last row' : `${screensPerSecond} screens a second`
    const { all, script, style, layout, rest } = work
    console.log(
      `  ${speed}, ${seconds} s: ${perSecond} frames a second (${lostPercent} % lost), p95 ${p95Ms} ms, longest ${longestMs} ms`,
    )
    console.log(
      `    main thread ${all.toFixed(1)} ms a frame: script ${script.toFixed(1)}, style ${style.toFixed(1)}, layout ${layout.toFixed(1)}, paint and the rest ${rest.toFixed(1)}`,
    )
  }
}

/** Of a list of `count` files in the order of their names. */
async function measureFinding(page: Page, count: number): Promise<void> {
  const nameHead = '[data-column="name"] button'
  const last = `${firstRow}[aria-label^="IMG_${String(count - 1).padStart(6, '0')}"]`
  const up = await paintedAfter(page, { on: nameHead }, '[aria-sort="ascending"]')
  const down = await paintedAfter(page, { on: nameHead }, last)
  const size = await paintedAfter(
    page,
    { on: '[data-column="size"] button' },
    `${firstRow}[aria-label^="IMG_000000"]`,
  )
  const tenth = String(Math.floor(count / 10) - 1).padStart(5, '0')
  const search = await paintedAfter(page, { on: '#search-files', type: `_${tenth}` }, '[aria-rowcount="11"]')
  const all = await paintedAfter(page, { on: '#search-files', type: '' }, listed(count))
  const unfinished = 'input[type=radio][value=unfinished]'
  const filtered = await paintedAfter(page, { on: unfinished }, `${unfinished}:checked`)
  const back = await paintedAfter(page, { on: 'input[type=radio][value=all]' }, listed(count))
  console.log(`Finding among ${count} files, from the press to what is painted`)
  console.log(`  sort by name ${up} ms, the other way ${down} ms, by size ${size} ms`)
  console.log(
    `  search ${search} ms, clear it ${all} ms, filter by status ${filtered} ms, show all ${back} ms`,
  )
}

async function measureMemory(page: Page): Promise<void> {
  const { heapBytes, processBytes } = await memoryOf(page)
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  console.log(`Page memory: ${mb(processBytes)} of its process alone, ${mb(heapBytes)} of it script heap`)
}

async function measureRestart(browser: Browser, folder: string, count: number): Promise<void> {
  const state = join(folder, 'restart-state')
  const source = makeFiles(join(folder, 'Queued'), count)
  const before = await startBenchApp(state, folder)
  const filling = await openPage(browser)
  await filling.goto(before.url)
  await addFolder(filling, source)
  await filling.locator(listed(count)).waitFor()
  await filling.context().close()
  await before.kill('SIGKILL')
  const page = await openPage(browser)
  const startedAt = performance.now()
  const app = await startBenchApp(state, folder)
  const upMs = performance.now() - startedAt
  await page.goto(app.url)
  await page.locator(firstRow).waitFor()
  const firstMs = performance.now() - startedAt
  await page.locator(listed(count)).waitFor()
  const allMs = performance.now() - startedAt
  console.log(`Restart with ${count} files queued, after a SIGKILL`)
  console.log(
    `  app up after ${upMs.toFixed(0)} ms, first rows ${firstMs.toFixed(0)} ms, all listed ${allMs.toFixed(0)} ms`,
  )
  await page.context().close()
  await app.kill('SIGTERM')
}

/** A season of many drops: the app is started with all of them on its list, twenty files each. */
async function measureBatches(browser: Browser, folder: string, count: number): Promise<void> {
  const state = join(folder, 'batches-state')
  const root = join(folder, 'Drops')
  const each = 20
  await (await startBenchApp(state, folder)).kill('SIGTERM')
  const client = await openClient({
    ...{ ...terminalClient, stateDir: state, server: null, bundled: null, patience: endlessPatience },
    log: () => undefined,
  })
  for (let nth = 1; nth <= count; nth++) {
    const drop = join(root, `Drop ${nth}`)
    mkdirSync(drop, { recursive: true })
    for (let file = 0; file < each; file++) writeFileSync(join(drop, `IMG_${file}.jpg`), `${nth} ${file}`)
    await client.intake.addPaths([drop])
  }
  while (client.feed.overview().totals.files < count * each) await new Promise((next) => setTimeout(next, 50))
  await client.stop()
  const app = await startBenchApp(state, folder)
  const page = await openPage(browser)
  const startedAt = performance.now()
  await page.goto(app.url)
  await page.locator(listed(count * each)).waitFor()
  const listedMs = performance.now() - startedAt
  const rail = 'nav[aria-label="Batches"]'
  const items = await page.locator(`${rail} li`).count()
  const search = await paintedAfter(
    page,
    { on: `${rail} input`, type: `Drop ${count}` },
    `${rail} section ul li:only-child`,
  )
  const one = await paintedAfter(
    page,
    { on: `${rail} section button` },
    `${grid}[aria-rowcount="${each + 1}"]`,
  )
  const { longestTaskMs } = await takeNotes(page)
  console.log(`${count} batches of ${each} files`)
  console.log(
    `  all listed ${listedMs.toFixed(0)} ms, rows of the rail in the page ${items}, search ${search} ms, show one ${one} ms, longest task ${longestTaskMs} ms`,
  )
  await page.context().close()
  await app.kill('SIGTERM')
}

const found = await launchChromium()
if ('reason' in found) throw new Error(found.reason)
const folder = mkdtempSync(join(tmpdir(), 'photoferry-window-'))
try {
  await measureRestart(found.browser, folder, Number(values.restart))
  await measureBatches(found.browser, folder, Number(values.batches))
  const count = Number(values.files)
  const source = makeFiles(join(folder, 'Season'), count)
  const app = await startBenchApp(join(folder, 'state'), folder)
  const page = await openPage(found.browser)
  await page.goto(app.url)
  await measureAdding(page, app, source, count)
  await measureScrolling(page, 'list')
  await measureFinding(page, count)
  await page.getByRole('button', { name: 'Show as grid' }).click()
  await measureScrolling(page, 'grid')
  await measureMemory(page)
  await app.kill('SIGTERM')
  console.log(
    `Load of the machine: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  )
} finally {
  await found.browser.close()
  rmSync(folder, { recursive: true, force: true })
}
