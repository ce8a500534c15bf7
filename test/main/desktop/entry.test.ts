/** The real desktop entry with a stand-in for Electron: what it sets, refuses and asks for, and how it ends. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import buildConfig from '../../../electron.vite.config.ts'
import { packageRoot } from '../../../src/main/program-files.ts'
import { ipcChannels } from '../../../src/shared/preload-api.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'
import type { ClientStandIn } from '../browser/client-stand-in.ts'
import { app, type BrowserWindow, ipcMain, state } from './electron-stand-in.ts'
import { codeOf, messageOf, type Run, runEntry, sendCommand } from './run-entry.ts'

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
  state.switches.set('library', '/elsewhere')
  state.switches.set('still', '7')
  run = await runEntry()
  ;({ dir, client, window } = run)
})
afterAll(() => run[Symbol.asyncDispose]())

const command = (name: string, input: unknown) => sendCommand(messageOf(window), name, input)

describe('the start', () => {
  it('registers the page’s scheme before Electron is ready, as a secure origin', () => {
    expect(state.calls.slice(0, 2)).toEqual(['schemes', 'ready'])
    expect(state.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ])
  })

  it('opens the client in the user’s folders or those of the command line, with electron-store and the system’s key store', () => {
    const { stateDir, bundled, createStore, vault, stillSeconds } = run.options
    expect(stillSeconds).toBe(7)
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

describe('the way to servers', () => {
  it('is what the system says about its proxies', async () => {
    state.proxies = 'PROXY proxy.example:3128; DIRECT'
    expect(await run.options.resolveProxy?.('https://photos.example.com')).toBe(state.proxies)
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
    app.emit('second-instance', {}, ['photoferry'])
    expect(window.calls.splice(0)).toEqual(['restore', 'show', 'focus'])
    expect(state.windows).toHaveLength(1)
  })

  it('is told of what the system asked the app to open, which is given once', async () => {
    const told = () =>
      window.webContents.sent.flatMap(({ channel, args }) => (channel === ipcChannels.menu ? args : []))
    ipcMain.emit(ipcChannels.subscribe, messageOf(window))
    expect(told()).toEqual(['add-opened'])
    const handOver = async (name: string, content: string) => {
      await mkdir(join(state.userData, 'opened'), { recursive: true })
      await writeFile(join(state.userData, 'opened', name), content)
      app.emit('second-instance', {}, ['photoferry'])
    }
    await handOver('a.json', '["/card/a.jpg"]')
    await handOver('b.json', '{"paths":"no list"}')
    app.emit('open-file', { preventDefault: () => undefined }, '/card/b.jpg')
    expect(told()).toEqual(['add-opened', 'add-opened', 'add-opened'])
    const added = client.addedPaths.length
    await command('intake.pick', { kind: 'opened' })
    await command('intake.pick', { kind: 'opened' })
    expect(client.addedPaths.splice(added)).toEqual([[join(dir, 'opened.jpg'), '/card/a.jpg', '/card/b.jpg']])
    ipcMain.emit(ipcChannels.unsubscribe, messageOf(window))
    window.calls.length = 0
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

  it('loads a page again that crashed twice, when somebody opens the window', () => {
    window.webContents.crashed = true
    app.emit('second-instance', {}, ['photoferry'])
    window.webContents.crashed = false
    expect(window.webContents.reloads).toBe(1)
    window.webContents.reloads = 0
    window.calls.length = 0
  })

  it('stays away at a second start that the system made at login', () => {
    app.emit('second-instance', {}, ['photoferry', '--hidden'])
    expect(window.calls).toEqual([])
  })

  it('loads its page again after a crash, but not for ever', () => {
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' })
    expect(window.webContents.reloads).toBe(1)
  })

  it('has a menu without reloading or developer tools in production', () => {
    const roles = JSON.stringify(state.menu)
    expect(roles).toContain('"paste"')
    expect(roles).not.toMatch(/reload|toggleDevTools/i)
  })
})

describe('the system', () => {
  it('asks with its dialog what to add, and what was chosen becomes a batch', async () => {
    state.dialogAnswer = { canceled: false, filePaths: ['/photos/a', '/photos/b'] }
    expect(await command('intake.pick', { kind: 'folder' })).toEqual({
      ok: true,
      value: { batchIds: ['batch-1'], surveyId: null },
    })
    expect(client.addedPaths).toEqual([['/photos/a', '/photos/b']])
    state.dialogAnswer = { canceled: true, filePaths: [] }
    expect(await command('intake.pick', { kind: 'files' })).toEqual({
      ok: true,
      value: { batchIds: [], surveyId: null },
    })
    expect(state.dialogs.map(({ options }) => options.properties)).toEqual([
      ['openDirectory', 'multiSelections'],
      ['openFile', 'multiSelections'],
    ])
    expect(state.dialogs[0]?.parent).toBe(window)
  })

  it('shows a source that is there in its file manager', async () => {
    expect(codeOf(await command('item.showInFolder', { itemIds: ['item-1'] }))).toBe('source-missing')
    await writeFile(join(dir, 'one.jpg'), '')
    expect(codeOf(await command('item.showInFolder', { itemIds: ['item-1'] }))).toBe(null)
    expect(state.shown).toEqual([join(dir, 'one.jpg')])
  })

  it('opens stored files of the known server in the browser, and no other address', async () => {
    const open = async (link: string, server: string | null) => {
      vi.spyOn(client.files, 'linkTo').mockReturnValueOnce(link)
      const settings = {
        ...defaultSettings,
        servers: server === null ? [] : [{ id: 'studio', name: 'Studio', url: server, token: '' }],
      }
      vi.spyOn(client.settings, 'current', 'get').mockReturnValue(settings)
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
  it('comes after the client has stopped, once, with the window out of sight', async () => {
    const stopped = Promise.withResolvers<void>()
    const stop = vi.spyOn(client, 'stop').mockReturnValue(stopped.promise)
    const preventDefault = vi.fn()
    app.emit('before-quit', { preventDefault })
    app.emit('before-quit', { preventDefault })
    expect(preventDefault).toHaveBeenCalledTimes(2)
    await expect.poll(() => stop).toHaveBeenCalled()
    expect(stop).toHaveBeenCalledTimes(1)
    expect(window.calls.at(-1)).toBe('hide')
    expect(state.calls).not.toContain('exit 0')
    stopped.resolve()
    await expect.poll(() => state.calls.at(-1)).toBe('exit 0')
  })
})
