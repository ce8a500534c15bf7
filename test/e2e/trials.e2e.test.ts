/** Browser mode with two tabs, killed or stopped in the middle of what trusts it most: both tabs and every receipt are true. */
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserBridge } from '../../src/shared/browser-bridge.ts'
import type { ItemDetails } from '../../src/shared/details.ts'
import type { ItemRow } from '../../src/shared/feed.ts'
import { closeLid, lidMs } from '../lid.ts'
import { connectPage, expectValue, type Page, sessionOf } from '../main/browser/page-client.ts'
import { patientMs } from '../outages.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type Moment, type Trial, trialsWith } from '../trials.ts'
import { expectTrueReceipt } from '../true-receipt.ts'
import { type AppFolders, type AppProcess, startApp } from './app-process.ts'
import { canRun, openWindow } from './scene.ts'
import type { WindowPage } from './window-page.ts'

interface Tabs {
  readonly trial: Trial
  readonly folders: AppFolders
  app: AppProcess
  readonly tabs: readonly [WindowPage, WindowPage]
}

async function openTabs(trial: Trial): Promise<Tabs> {
  const folder = temporaryFolder()
  const { stillSeconds } = trial
  const [state, library, home] = ['state', 'library', 'home'].map((name) => join(folder, name))
  if (!state || !library || !home) throw new Error('Three folders are needed.')
  const folders = { state, library, home, stillSeconds }
  const app = await startApp(folders)
  const tabs = [await openWindow(app.url), await openWindow(app.url)] as const
  for (const tab of tabs) tab.expectOutage()
  return { trial, folders, app, tabs }
}

/** Connects as one more tab, and hears what all tabs hear. */
async function listen({ app }: Tabs): Promise<Page> {
  const page = await connectPage(await sessionOf(app.url))
  onTestFinished(() => page.socket.terminate())
  page.socket.send(JSON.stringify({ subscribe: true }))
  await expect.poll(() => page.feed.at(-1)?.more).toBe(false)
  return page
}

function rowsOf({ feed }: Page): ItemRow[] {
  return [...new Map(feed.flatMap(({ items }) => items).map((row) => [row.id, row])).values()]
}

async function addAll(page: Page, { trial, tabs }: Tabs): Promise<void> {
  await tabs[0].setServer(trial.target.url, trial.target.token)
  if (trial.skippedExtension !== null) {
    const skipRules = { groups: [], extensions: [trial.skippedExtension], patterns: [], empty: false }
    expectValue(await page.command('settings.set', { skipRules }))
  }
  expectValue(await page.command('intake.add', { paths: trial.paths }))
  await expect.poll(() => rowsOf(page).length).toBe(trial.counts.dropped)
}

/** The receipt of the batch as any tab gets it, compared with card and library. */
async function expectTrueNow({ app, trial }: Tabs, page: Page): Promise<Map<string, string>> {
  const { origin, token } = await sessionOf(app.url)
  const newest = () => page.feed.flatMap(({ batches }) => batches).at(-1)?.id
  // Adding answers before the feed tells of the batch.
  await expect.poll(newest, { timeout: patientMs }).toBeDefined()
  const batchId = newest() ?? ''
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(origin + browserBridge.receiptUrl(batchId, 'json'), { headers })
  expect(answer.status).toBe(200)
  return expectTrueReceipt(await answer.text(), trial.library, trial.counts.dropped)
}

/** What a tab says of every file that it shows, of the connection and of everything. */
async function shownIn(tab: WindowPage): Promise<unknown> {
  const files = await tab.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')))
  const light = await tab.totals.locator('[data-reachability]').first().getAttribute('data-reachability')
  const sums = await tab.totals.getByText(/^\d+ of \d+ files? stored$/).allTextContents()
  return { files, light, sums }
}

async function expectSame([one, other]: Tabs['tabs']): Promise<void> {
  for (const tab of [one, other]) await tab.offline.waitFor({ state: 'hidden' })
  await expect
    .poll(async () => {
      const [first, second] = await Promise.all([shownIn(one), shownIn(other)])
      return JSON.stringify(first) === JSON.stringify(second) ? 'the same' : { first, second }
    })
    .toBe('the same')
}

const light = (tab: WindowPage, is: 'reachable' | 'unreachable') =>
  tab.totals.locator(`[data-reachability=${is}]`)

/** Both lights say what is wrong. */
async function expectSign(tabs: Tabs['tabs'], { sign }: Moment): Promise<void> {
  if (!sign) return
  for (const tab of tabs) {
    await light(tab, 'unreachable').waitFor()
    await tab.totals.getByText(sign).first().waitFor()
  }
}

/** Cancels a photo and removes another, both not begun yet; returns their absolute paths. */
async function leaveOut(page: Page): Promise<string[]> {
  const isPhoto = ({ relativePath }: ItemRow) => relativePath.includes('IMG_')
  const queued = rowsOf(page).filter((row) => row.state.status === 'queued' && isPhoto(row))
  const leaving = queued.sort((a, b) => b.order - a.order).slice(0, 2)
  const details = await Promise.all(leaving.map(({ id }) => page.command('item.details', { itemId: id })))
  for (const [index, name] of ['queue.cancel', 'queue.remove'].entries()) {
    expectValue(await page.command(name, { itemIds: [leaving[index]?.id] }))
  }
  return details.map((reply) => expectValue<ItemDetails>(reply).sourcePath)
}

type Interruption = (tabs: Tabs, moment: Moment) => Promise<void>

const interruptions: Readonly<Record<string, Interruption>> = {
  'is killed and started again': async (tabs, moment) => {
    const { port } = tabs.app
    await tabs.app.kill('SIGKILL')
    moment.whileAway()
    for (const tab of tabs.tabs) await tab.offline.waitFor()
    tabs.app = await startApp(tabs.folders, port)
    // The key of before opens nothing any more.
    for (const tab of tabs.tabs) {
      await tab.restarted.waitFor()
      await tab.openAgain(tabs.app.url)
    }
  },
  'is stopped as by a laptop’s lid': async ({ app }, moment) => closeLid(app.child, moment.whileAway),
}

/** Only files that failed for themselves have a failure on their record. */
async function countedIn(page: Page): Promise<number> {
  const details = await Promise.all(
    rowsOf(page).map(({ id }) => page.command('item.details', { itemId: id })),
  )
  return details.filter((reply) => {
    if (!reply.ok) return false
    const { attempts, failedAttempts } = expectValue<ItemDetails>(reply)
    return attempts + failedAttempts.length > 0
  }).length
}

describe.skipIf(!canRun).each(trialsWith(interruptions))('in the middle of %s', (name, prepare, ways) => {
  it.each(ways)(
    'browser mode %s: both tabs show the same, and every receipt is true',
    async (_how, interrupt) => {
      const trial = await prepare()
      const scene = await openTabs(trial)
      let page = await listen(scene)
      await addAll(page, scene)
      let leftOut: string[] = []
      for (const moment of trial.moments) {
        await moment.begin()
        await expectSign(scene.tabs, moment)
        if (name === 'a mixture of files') leftOut = await leaveOut(page)
        await expectTrueNow(scene, page)
        await expectSame(scene.tabs)
        await interrupt(scene, moment)
        page = await listen(scene)
        await expectTrueNow(scene, page)
        await expectSign(scene.tabs, moment)
        await expectSame(scene.tabs)
        await moment.end()
        if (moment.sign) for (const tab of scene.tabs) await light(tab, 'reachable').waitFor()
      }
      const { dropped, failed, done: whole } = trial.counts
      const done = whole - leftOut.length
      for (const tab of scene.tabs) {
        await (done === dropped ? tab.allStored : tab.notAllStored).waitFor({ timeout: patientMs })
        await tab.totals.getByText(new RegExp(`^${done} of ${dropped} files? stored$`)).waitFor()
      }
      await expectSame(scene.tabs)
      trial.expectStored(leftOut)
      const statuses = await expectTrueNow(scene, page)
      expect([...statuses.values()].filter((status) => status === 'stored')).toHaveLength(done)
      expect(leftOut.map((path) => statuses.get(path)).sort()).toEqual(
        leftOut.length === 0 ? [] : ['canceled', 'removed'],
      )
      expect(await countedIn(page)).toBe(failed)
    },
    patientMs + lidMs(4),
  )
})
