/** The real preload script with a stand-in for Electron: what the page gets, and what it can do with it. */
import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ipcChannels, type PreloadApi } from '../../src/shared/preload-api.ts'
import { feedEvent } from '../main/browser/client-stand-in.ts'
import { ipcRenderer, state } from '../main/desktop/electron-stand-in.ts'

vi.mock('electron', () => import('../main/desktop/electron-stand-in.ts'))

await import('../../src/preload/index.ts')
const api = state.exposed.get('photoferry') as PreloadApi
const commands: unknown[][] = []
beforeEach(() => {
  commands.length = 0
  state.sentByPage.length = 0
  state.commandHandlers.set(ipcChannels.command, (_event, ...args) => {
    commands.push(args)
    return { ok: true, value: { batchIds: ['batch-1'] } }
  })
})

const announce = (event = feedEvent()) => ipcRenderer.emit(ipcChannels.feed, {}, event)

describe('the page', () => {
  it('gets four functions and nothing of Electron', () => {
    expect([...state.exposed.keys()]).toEqual(['photoferry'])
    expect(Object.entries(api).map(([name, value]) => [name, typeof value])).toEqual([
      ['invoke', 'function'],
      ['subscribe', 'function'],
      ['addFiles', 'function'],
      ['onMenu', 'function'],
    ])
  })

  it('sends commands by name', async () => {
    expect(await api.invoke('queue.pause', { all: true })).toMatchObject({ ok: true })
    expect(commands).toEqual([['queue.pause', { all: true }]])
  })

  it('cannot name a path of its own making', async () => {
    expect(await api.invoke('intake.add', { paths: ['/etc/passwd'] })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    })
    expect(commands).toEqual([])
  })
})

describe('dropped files', () => {
  it('are added by their paths', async () => {
    expect(await api.addFiles([new File([], 'a'), new File([], 'folder')])).toMatchObject({ ok: true })
    expect(commands).toEqual([['intake.add', { paths: ['/photos/a', '/photos/folder'] }]])
  })

  it('that lie on no disk are left out and counted, after the rest is added', async () => {
    const answer = await api.addFiles([new File([], 'made by a script'), new File([], 'a')])
    expect(answer).toMatchObject({ ok: true, value: { pathless: 1 } })
    expect(commands).toEqual([['intake.add', { paths: ['/photos/a'] }]])
  })

  it('of which none lies on a disk send no command', async () => {
    const nothing = { batchIds: [], surveyId: null }
    expect(await api.addFiles([new File([], 'made')])).toEqual({
      ok: true,
      value: { ...nothing, pathless: 1 },
    })
    expect(await api.addFiles([])).toEqual({ ok: true, value: { ...nothing, pathless: 0 } })
    expect(commands).toEqual([])
  })
})

describe('the menu of the system', () => {
  it('reaches the page, also what was chosen before it listened', () => {
    const told: string[] = []
    const choose = (command: string) => ipcRenderer.emit(ipcChannels.menu, {}, command)
    choose('add-opened')
    const leave = api.onMenu((command) => told.push(command))
    choose('settings')
    leave()
    choose('history')
    expect(told).toEqual(['add-opened', 'settings'])
  })
})

describe('the feed', () => {
  it('reaches a listener from its reset on, until it leaves', () => {
    const events: boolean[] = []
    const leave = api.subscribe((event) => events.push(event.reset))
    announce()
    announce(feedEvent({ reset: true }))
    announce()
    expect(events).toEqual([true, false])
    leave()
    leave()
    announce()
    expect(events).toHaveLength(2)
    expect(state.sentByPage).toEqual([ipcChannels.subscribe, ipcChannels.unsubscribe])
  })

  it('goes on for those who stay', () => {
    const [first, second] = [vi.fn(), vi.fn()]
    const leave = api.subscribe(first)
    const leaveToo = api.subscribe(second)
    announce(feedEvent({ reset: true }))
    leave()
    announce()
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2])
    expect(state.sentByPage).not.toContain(ipcChannels.unsubscribe)
    leaveToo()
  })
})

describe('the script', () => {
  it('takes nothing but types from shared, so that its bundle is itself', async () => {
    const source = await readFile(new URL('../../src/preload/index.ts', import.meta.url), 'utf8')
    const imports = source.match(/^import .*$/gm) ?? []
    expect(imports.filter((line) => !line.startsWith('import type '))).toEqual([
      "import { contextBridge, ipcRenderer, webUtils } from 'electron'",
    ])
  })
})
