/** The real desktop entry with a stand-in for Electron: what it sets, lets in, refuses, and how it ends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import buildConfig from '../../../electron.vite.config.ts'
import type { FerryOptions } from '../../../src/main/ferry.ts'
import { packageRoot } from '../../../src/main/program-files.ts'
import type { CommandReply } from '../../../src/shared/ipc.ts'
import { ipcChannels } from '../../../src/shared/ipc.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'
import { createFerryStandIn, type FerryStandIn, feedEvent } from '../browser/ferry-stand-in.ts'
import { app, type BrowserWindow, ipcMain, state, WebContents } from './electron-stand-in.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))

const opening = vi.hoisted(() => ({ ferry: null as unknown, options: null as unknown }))
vi.mock('../../../src/main/ferry.ts', async (original) => ({
  ...(await original<object>()),
  openFerry: async (options: FerryOptions) => {
    opening.options = options
    return opening.ferry
  },
}))

let dir: string
let ferry: FerryStandIn
let window: BrowserWindow

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ferry-desktop-'))
  state.userData = join(dir, 'user-data')
  state.switches.set('library', '/elsewhere')
  ferry = createFerryStandIn(dir)
  opening.ferry = ferry
  await import('../../../src/main/index.ts')
  state.becomeReady()
  window = await vi.waitFor(() => {
    const [first] = state.windows
    if (first === undefined) throw new Error('no window yet')
    return first
  })
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('the start', () => {
  it('registers the page’s scheme before Electron is ready, as a secure origin', () => {
    expect(state.calls.slice(0, 2)).toEqual(['schemes', 'ready'])
    expect(state.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ])
  })

  it('opens the ferry in the user’s folders or those of the command line, with electron-store and the system’s key store', () => {
    const { stateDir, bundled, createStore, vault } = opening.options as FerryOptions
    expect(stateDir).toBe(join(dir, 'user-data', 'state'))
    expect(bundled?.libraryDir).toBe('/elsewhere')
    expect(bundled?.nodePath).toMatch(/node_modules.node.bin.node/)
    const store = createStore({ cwd: dir, name: 'sample' })
    store.store = { a: 1 }
    expect(store.path).toBe(join(dir, 'sample.json'))
    expect(vault.seal('secret')).not.toContain('secret')
    expect(vault.open(vault.seal('secret'))).toBe('secret')
    expect(vault.open('plain of an earlier version')).toBe('plain of an earlier version')
    expect(vault.seal('')).toBe('')
  })
})

describe('the window', () => {
  it('isolates its page and takes Node from it', () => {
    expect(window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
    })
    expect(window.url).toBe('app://photoferry/index.html')
    expect(window.options).toMatchObject({ show: false, name: 'main', windowStatePersistence: true })
  })

  it('names the preload script as the build writes it', () => {
    const output = (
      buildConfig as { preload: { build: { rolldownOptions: { input: object; output: object } } } }
    ).preload.build.rolldownOptions
    expect(output.input).toEqual({ index: 'src/preload/index.ts' })
    expect(output.output).toMatchObject({ format: 'cjs', entryFileNames: '[name].cjs' })
    expect(window.options.webPreferences?.preload).toBe(join(packageRoot, 'out', 'preload', 'index.cjs'))
  })

  it('appears when its page is ready, and comes to the front when PhotoFerry is started again', () => {
    window.emit('ready-to-show')
    expect(window.calls.splice(0)).toEqual(['show'])
    window.minimized = true
    app.emit('second-instance')
    expect(window.calls.splice(0)).toEqual(['restore', 'show', 'focus'])
    expect(state.windows).toHaveLength(1)
  })

  it('can be led nowhere else and opens no other', () => {
    const { webContents } = window
    const isDenied = (event: string, details: object) => {
      const preventDefault = vi.fn()
      webContents.emit(event, { ...details, preventDefault })
      return preventDefault.mock.calls.length === 1
    }
    expect(webContents.windowOpenHandler?.({ url: 'https://evil.example' })).toEqual({ action: 'deny' })
    expect(isDenied('will-frame-navigate', { isMainFrame: true, url: 'https://evil.example' })).toBe(true)
    expect(isDenied('will-frame-navigate', { isMainFrame: true, url: 'file:///etc/passwd' })).toBe(true)
    expect(isDenied('will-frame-navigate', { isMainFrame: false, url: window.url })).toBe(true)
    expect(isDenied('will-frame-navigate', { isMainFrame: true, url: window.url })).toBe(false)
    expect(isDenied('will-redirect', {})).toBe(true)
    expect(isDenied('will-attach-webview', {})).toBe(true)
  })

  it('gets no permission', () => {
    const answer = vi.fn()
    state.permission.request?.({}, 'media', answer)
    expect(answer).toHaveBeenCalledWith(false)
    expect(state.permission.check?.()).toBe(false)
    expect(state.permission.device?.()).toBe(false)
  })

  it('loads its page again after a crash, but not for ever', () => {
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' })
    expect(window.webContents.reloads).toBe(1)
  })

  it('has a menu without reloading or developer tools in production', () => {
    const roles = JSON.stringify(state.menu)
    expect(roles).toContain('"editMenu"')
    expect(roles).not.toMatch(/reload|toggleDevTools/i)
  })
})

/** A message from the window's page, or with `change` from somewhere else. */
function event(change: { sender?: unknown; senderFrame?: unknown } = {}) {
  return { sender: window.webContents, senderFrame: window.webContents.mainFrame, ...change }
}

async function command(name: unknown, input: unknown, from = event()): Promise<CommandReply> {
  return (await state.commandHandlers.get(ipcChannels.command)?.(from, name, input)) as CommandReply
}

const codeOf = (reply: CommandReply) => (reply.ok ? null : reply.error.code)

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
    expect(ferry.addedPaths).toEqual([])
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
    expect(ferry.subscribers.size).toBe(1)
    ferry.announce(feedEvent())
    expect(sent()).toHaveLength(3)
    ipcMain.emit(ipcChannels.unsubscribe, event())
    expect(ferry.subscribers.size).toBe(0)
  })

  it.each([
    ['is reloaded', 'did-start-navigation', [{ isMainFrame: true, isSameDocument: false }]],
    ['crashes', 'render-process-gone', [{}, { reason: 'clean-exit' }]],
    ['is closed', 'destroyed', []],
  ])('ends when the page %s', (_, name, args) => {
    ipcMain.emit(ipcChannels.subscribe, event())
    const before = window.webContents.listenerCount(name)
    window.webContents.emit(name, ...args)
    expect(ferry.subscribers.size).toBe(0)
    expect(window.webContents.listenerCount(name)).toBe(before - 1)
  })

  it('goes on while the page moves within itself, and is silent towards a page that is gone', () => {
    ipcMain.emit(ipcChannels.subscribe, event())
    window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
    expect(ferry.subscribers.size).toBe(1)
    window.webContents.destroyed = true
    ferry.announce(feedEvent())
    window.webContents.destroyed = false
    expect(sent()).toHaveLength(1)
  })

  it.each(strangers)('is not for %s', (_, from) => {
    ipcMain.emit(ipcChannels.subscribe, from())
    expect(ferry.subscribers.size).toBe(0)
  })
})

describe('the system', () => {
  it('asks with its dialog what to add, and what was chosen becomes a batch', async () => {
    state.dialogAnswer = { canceled: false, filePaths: ['/photos/a', '/photos/b'] }
    expect(await command('intake.pick', { kind: 'folder' })).toEqual({
      ok: true,
      value: { batchIds: ['batch-1'] },
    })
    expect(ferry.addedPaths).toEqual([['/photos/a', '/photos/b']])
    state.dialogAnswer = { canceled: true, filePaths: [] }
    expect(await command('intake.pick', { kind: 'files' })).toEqual({ ok: true, value: { batchIds: [] } })
    expect(state.dialogs.map(({ options }) => options.properties)).toEqual([
      ['openDirectory', 'multiSelections'],
      ['openFile', 'multiSelections'],
    ])
    expect(state.dialogs[0]?.parent).toBe(window)
  })

  it('shows a source that is there in its file manager', async () => {
    expect(codeOf(await command('item.showInFolder', { itemId: 'item-1' }))).toBe('source-missing')
    await writeFile(join(dir, 'one.jpg'), '')
    expect(codeOf(await command('item.showInFolder', { itemId: 'item-1' }))).toBe(null)
    expect(state.shown).toEqual([join(dir, 'one.jpg')])
  })

  it('opens stored files of the known server in the browser, and no other address', async () => {
    const open = async (link: string, server: string | null) => {
      vi.spyOn(ferry, 'linkTo').mockReturnValueOnce(link)
      const settings = { ...defaultSettings, server: server === null ? null : { url: server, token: '' } }
      vi.spyOn(ferry, 'settings').mockReturnValue(settings)
      return codeOf(await command('item.open', { itemId: 'item-1' }))
    }
    expect(await open('http://127.0.0.1:5000/uploads/a.jpg', null)).toBe(null)
    expect(await open('https://photos.example/uploads/a.jpg', 'https://photos.example')).toBe(null)
    expect(state.opened).toEqual([
      'http://127.0.0.1:5000/uploads/a.jpg',
      'https://photos.example/uploads/a.jpg',
    ])
    expect(await open('https://evil.example/a', 'https://photos.example')).toBe('forbidden')
    expect(await open('http://photos.example/a', 'https://photos.example')).toBe('forbidden')
    expect(await open('https://evil.example/a', null)).toBe('forbidden')
    expect(await open('file:///etc/passwd', null)).toBe('forbidden')
    expect(await open('javascript:alert(1)', null)).toBe('forbidden')
    expect(state.opened).toHaveLength(2)
  })
})

describe('the end', () => {
  it('comes after the ferry has stopped, once, with the window out of sight', async () => {
    const stopped = Promise.withResolvers<void>()
    const stop = vi.spyOn(ferry, 'stop').mockReturnValue(stopped.promise)
    const preventDefault = vi.fn()
    app.emit('before-quit', { preventDefault })
    app.emit('before-quit', { preventDefault })
    expect(preventDefault).toHaveBeenCalledTimes(2)
    expect(stop).toHaveBeenCalledTimes(1)
    expect(window.calls.at(-1)).toBe('hide')
    expect(state.calls).not.toContain('exit 0')
    stopped.resolve()
    await vi.waitFor(() => expect(state.calls.at(-1)).toBe('exit 0'))
  })
})
