/** The real desktop entry with a stand-in for Electron: what it tells the system, and how it is quit. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Overview } from '../../../src/shared/feed.ts'
import type { HistoryEntry } from '../../../src/shared/history.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'
import { type ClientStandIn, feedEvent } from '../browser/client-stand-in.ts'
import { app, type BrowserWindow, powerMonitor, state } from './electron-stand-in.ts'
import { messageOf, type Run, runEntry, sendCommand } from './run-entry.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))
vi.mock('../../../src/main/client/client.ts', async (original) => ({
  ...(await original<object>()),
  openClient: (await import('./run-entry.ts')).openStandIn,
}))

let run: Run
let dir: string
let client: ClientStandIn
let window: BrowserWindow
beforeAll(async () => {
  run = await runEntry()
  ;({ dir, client, window } = run)
  window.emit('ready-to-show')
})
afterAll(() => run[Symbol.asyncDispose]())

const command = (name: string, input: unknown) => sendCommand(messageOf(window), name, input)

describe('the system', () => {
  const working = (left: number, acknowledged: number): Overview => {
    const { overview } = feedEvent()
    const counts = { ...overview.totals.counts, uploading: left, done: 10 - left }
    const totals = { ...overview.totals, counts, files: 10, bytesTotal: 100, bytesAcknowledged: acknowledged }
    return { ...overview, totals }
  }
  const tell = (overview: Overview) => {
    for (const watcher of client.watchers) watcher(overview)
  }

  it('is kept awake and shows progress only while files are under way', () => {
    tell(working(4, 62))
    tell(working(3, 70))
    expect(state.awake.size).toBe(1)
    expect(window.progress).toEqual([0.62, 0.7])
    const { server } = feedEvent().overview
    const away = { error: { code: 'server-unreachable', message: '' }, nextTryMs: null } as const
    tell({ ...working(3, 70), stalls: [{ kind: 'server-away', serverId: server.id, ...away }] })
    expect(state.awake.size).toBe(0)
    tell(working(3, 70))
    tell({ ...working(3, 70), stalls: [{ kind: 'drive-away', name: 'CARD_1', files: 3 }] })
    expect(state.awake.size).toBe(0)
    tell(working(0, 100))
    expect(window.progress.at(-1)).toBe(-1)
  })

  it('has servers and drives looked for as soon as the computer wakes', () => {
    const wake = vi.spyOn(client, 'wake')
    powerMonitor.emit('resume')
    expect(wake).toHaveBeenCalledOnce()
    wake.mockRestore()
  })

  it('shows less than all while folders are still read, or originals are looked at once more', () => {
    for (const going of [{ scanning: true }, { checking: true }]) {
      tell({ ...working(0, 100), ...going })
      expect([state.awake.size, window.progress.at(-1)]).toEqual([1, 0.99])
      tell(working(0, 100))
      expect([state.awake.size, window.progress.at(-1)]).toEqual([0, -1])
    }
  })

  it('lets the computer sleep where the person said so', () => {
    const settings = vi
      .spyOn(client.settings, 'current', 'get')
      .mockReturnValue({ ...defaultSettings, keepAwake: false })
    tell(working(4, 62))
    expect(state.awake.size).toBe(0)
    settings.mockRestore()
  })

  it('notifies of a batch that is over, in the language of the window, and leads back to it', () => {
    const none = {
      failed: 0,
      canceled: 0,
      skipped: 0,
      empty: 0,
      removed: 0,
      unread: 0,
      unfinished: 0,
      copies: 0,
    }
    const counts = { ...none, done: 2 }
    const entry: HistoryEntry = {
      batchId: 'b',
      name: 'Wedding',
      server: { name: '', url: null },
      createdAtMs: 0,
      finishedAtMs: 1,
      counts,
      bytes: 1,
      activeMs: 1,
      averageBytesPerSecond: null,
      failures: [],
      leftOut: 0,
      neverArrived: null,
      unreadPaths: [],
    }
    window.focused = true
    run.options.onBatchFinished?.(entry)
    expect(state.notifications).toEqual([])
    window.focused = false
    run.options.onBatchFinished?.(entry)
    state.locale = 'zh-CN'
    run.options.onBatchFinished?.({ ...entry, counts: { ...counts, failed: 1 } })
    state.locale = 'en-GB'
    expect(state.notifications.map(({ options }) => options.title)).toEqual([
      'Wedding is uploaded',
      '“Wedding”需要处理',
    ])
    expect(state.notifications[0]?.options.body).toMatch(/ stored and verified\. 1 byte in 1 s\.$/)
    state.notifications[0]?.emit('click')
    expect(window.calls.slice(-2)).toEqual(['show', 'focus'])
  })

  it('saves a receipt where the person says', async () => {
    expect(await command('receipt.save', { batchId: 'b', format: 'csv' })).toMatchObject({
      value: { path: null },
    })
    const filePath = join(dir, 'receipt.csv')
    state.saveAnswer = { canceled: false, filePath }
    expect(await command('receipt.save', { batchId: 'b', format: 'csv' })).toMatchObject({
      value: { path: filePath },
    })
    expect(await readFile(filePath, 'utf8')).toBe('a receipt')
  })
})

describe('quitting while files are under way', () => {
  const quit = async (answer: number) => {
    client.now = feedEventWith(3).overview
    // What was shown a second ago says nothing.
    for (const watcher of client.watchers) watcher(feedEventWith(answer).overview)
    state.messageBoxAnswer = answer
    app.emit('before-quit', { preventDefault: () => undefined })
    await expect.poll(() => state.messageBoxes.length).toBeGreaterThan(0)
  }
  const feedEventWith = (files: number) => {
    const event = feedEvent()
    const { totals } = event.overview
    const busy = { ...totals, files, counts: { ...totals.counts, queued: files } }
    return { ...event, overview: { ...event.overview, totals: busy } }
  }

  it('asks, and goes on where the person wants that', async () => {
    const stop = vi.spyOn(client, 'stop')
    await quit(2)
    expect(state.messageBoxes).toMatchObject([{ message: '3 files are not uploaded yet.', cancelId: 2 }])
    await expect.poll(() => window.calls.at(-1)).toBe('focus')
    expect(stop).not.toHaveBeenCalled()
    stop.mockRestore()
  })

  it('finishes first where the person wants that, unless they come back', async () => {
    const idle = Promise.withResolvers<undefined>()
    const whenIdle = vi.spyOn(client, 'whenIdle').mockReturnValue(idle.promise)
    const stop = vi.spyOn(client, 'stop')
    await quit(0)
    await expect.poll(() => whenIdle).toHaveBeenCalled()
    const [tray] = state.trays
    for (const watcher of client.watchers) watcher(client.now)
    expect(tray?.menu.map(({ label }) => label)).toEqual([
      '0% uploaded: 0 of 3 files stored · 3 still to do',
      undefined,
      'Open PhotoFerry',
      'Quit now',
    ])
    for (const watcher of client.watchers) watcher(feedEventWith(1).overview)
    expect(tray?.toolTip).toBe('PhotoFerry: 0% uploaded: 0 of 1 file stored · 1 still to do')
    const { overview } = feedEvent()
    const done = { ...overview.totals, files: 1, counts: { ...overview.totals.counts, done: 1 } }
    const sums = { ...done, bytesTotal: 5, bytesAcknowledged: 5 }
    const say = (going: Partial<Overview>) => {
      for (const watcher of client.watchers) watcher({ ...overview, totals: sums, ...going })
      return tray?.toolTip
    }
    expect(say({ scanning: true })).toBe('PhotoFerry: 99% uploaded: 1 of 1 file stored · still adding files')
    expect(say({ checking: true })).toBe(
      'PhotoFerry: 99% uploaded: 1 of 1 file stored · checking the originals once more',
    )
    expect(say({})).toBe('PhotoFerry: 100% uploaded: 1 of 1 file stored')
    app.emit('second-instance', {}, ['photoferry'])
    expect(state.trays).toEqual([])
    idle.resolve(undefined)
    await idle.promise
    expect(stop).not.toHaveBeenCalled()
    whenIdle.mockRestore()
    stop.mockRestore()
    for (const watcher of client.watchers) watcher(feedEvent().overview)
  })

  it('leads back to the window from the tray, and ends at once where the person quits once more', async () => {
    vi.spyOn(client, 'whenIdle').mockReturnValue(new Promise(() => undefined))
    const stop = vi.spyOn(client, 'stop')
    await quit(0)
    await expect.poll(() => state.trays).toHaveLength(1)
    state.trays[0]?.emit('click')
    expect(state.trays).toEqual([])
    expect(window.calls.slice(-2)).toEqual(['show', 'focus'])
    expect(stop).not.toHaveBeenCalled()
    await quit(0)
    await expect.poll(() => state.trays).toHaveLength(1)
    await quit(0)
    await expect.poll(() => state.calls.at(-1)).toBe('exit 0')
    expect(stop).toHaveBeenCalledTimes(1)
    expect(state.trays).toEqual([])
  })
})
