/** The desktop's IPC through the real entry: who is answered, and how long a feed runs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ipcChannels } from '../../../src/shared/preload-api.ts'
import { type ClientStandIn, feedEvent } from '../browser/client-stand-in.ts'
import { type BrowserWindow, ipcMain, WebContents } from './electron-stand-in.ts'
import { codeOf, messageOf, type Run, runEntry, sendCommand } from './run-entry.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))
vi.mock('../../../src/main/client/client.ts', async (original) => ({
  ...(await original<object>()),
  openClient: (await import('./run-entry.ts')).openStandIn,
}))

let run: Run
let client: ClientStandIn
let window: BrowserWindow
beforeAll(async () => {
  run = await runEntry()
  ;({ client, window } = run)
})
afterAll(() => run[Symbol.asyncDispose]())

const event = (change: { sender?: unknown; senderFrame?: unknown } = {}) => messageOf(window, change)
const command = (name: unknown, input: unknown, from = event()) => sendCommand(from, name, input)

const strangers: [string, () => ReturnType<typeof event>][] = [
  ['another window', () => event({ sender: new WebContents() })],
  ['a frame in the page', () => event({ senderFrame: { parent: {}, origin: 'app://photoferry' } })],
  [
    'another origin in the window',
    () => event({ senderFrame: { parent: null, origin: 'https://evil.example' } }),
  ],
  ['an opaque origin in the window', () => event({ senderFrame: { parent: null, origin: 'null' } })],
  ['a frame that is gone', () => event({ senderFrame: null })],
]

describe('a command', () => {
  it('of the window’s page is parsed and answered', async () => {
    expect(await command('app.info', {})).toMatchObject({
      ok: true,
      value: { mode: 'desktop', canShowInFolder: true },
    })
    expect(codeOf(await command('queue.pause', { itemIds: [] }))).toBe('bad-request')
    expect(codeOf(await command('folders.list', { path: '/' }))).toBe('bad-request')
    expect(codeOf(await command('staging.begin', { name: 'x', files: 1 }))).toBe('bad-request')
  })

  it('has a name that is text, not something that becomes one', async () => {
    expect(codeOf(await command(['intake.add'], { paths: ['/etc'] }))).toBe('bad-request')
    expect(client.addedPaths).toEqual([])
  })

  it.each(strangers)('from %s is refused', async (_, from) => {
    expect(codeOf(await command('app.info', {}, from()))).toBe('forbidden')
  })
})

describe('the feed', () => {
  const sent = () => window.webContents.sent.filter(({ channel }) => channel === ipcChannels.feed)
  beforeEach(() => {
    ipcMain.emit(ipcChannels.unsubscribe, event())
    window.webContents.sent.length = 0
  })

  it('runs once for the window, until it is told to end', () => {
    ipcMain.emit(ipcChannels.subscribe, event())
    ipcMain.emit(ipcChannels.subscribe, event())
    expect(client.subscribers.size).toBe(1)
    client.announce(feedEvent())
    expect(sent()).toHaveLength(3)
    ipcMain.emit(ipcChannels.unsubscribe, event())
    expect(client.subscribers.size).toBe(0)
  })

  it.each([
    ['is reloaded', 'did-navigate', [{}, 'app://photoferry/', 200, 'OK']],
    ['crashes', 'render-process-gone', [{}, { reason: 'clean-exit' }]],
    ['is closed', 'destroyed', []],
  ])('ends when the page %s', (_, name, args) => {
    ipcMain.emit(ipcChannels.subscribe, event())
    const before = window.webContents.listenerCount(name)
    window.webContents.emit(name, ...args)
    expect(client.subscribers.size).toBe(0)
    expect(window.webContents.listenerCount(name)).toBe(before - 1)
  })

  it('goes on while the page moves within itself or is denied another, and is silent towards a page that is gone', () => {
    ipcMain.emit(ipcChannels.subscribe, event())
    for (const isSameDocument of [true, false])
      window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument })
    window.webContents.emit('did-navigate-in-page', {}, 'app://photoferry/#a', true)
    expect(client.subscribers.size).toBe(1)
    window.webContents.destroyed = true
    client.announce(feedEvent())
    window.webContents.destroyed = false
    expect(sent()).toHaveLength(1)
  })

  it.each(strangers)('is not for %s', (_, from) => {
    ipcMain.emit(ipcChannels.subscribe, from())
    expect(client.subscribers.size).toBe(0)
  })
})
