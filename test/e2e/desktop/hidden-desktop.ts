/**
 * The desktop app started at login, asked by the inspector of its main process alone. Playwright, which attaches to each page
 * as it comes, leaves a window of Electron 33 that opens later paused in one of some ten starts.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { argsFor, type DesktopFolders, executable } from './desktop-app.ts'

export interface HiddenDesktop {
  /** Labels of the menu; empty while it is not there yet. */
  menus(): Promise<string[]>
  /** Of each window. */
  isVisible(): Promise<boolean[]>
}

export async function startHidden(folders: DesktopFolders): Promise<HiddenDesktop> {
  const args = ['--inspect=0', ...argsFor(folders, ['--hidden'])]
  const child = spawn(executable(), args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const ask = asking(await addressOf(createInterface({ input: child.stderr })))
  return {
    menus: () => ask('Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? []'),
    isVisible: () => ask('BrowserWindow.getAllWindows().map((window) => window.isVisible())'),
  }
}

async function addressOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /Debugger listening on (ws:\S+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('Electron ended before it said where its inspector listens')
}

/** @returns asks for the value of an expression in which Electron's own names are known */
function asking(address: string): <Value>(expression: string) => Promise<Value> {
  return async (value) => {
    // Only a connection that begins once Electron is ready knows `require`, and only then does Electron have this module.
    const inspector = new WebSocket(address)
    await once(inspector, 'open')
    const expression = `(({ BrowserWindow, Menu }) => ${value})(require('electron/main'))`
    const params = { expression, includeCommandLineAPI: true, returnByValue: true }
    inspector.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }))
    const [message] = await once(inspector, 'message')
    inspector.close()
    const { result } = JSON.parse(String(message))
    if (result.exceptionDetails !== undefined) throw new Error(result.result.description)
    return result.result.value
  }
}
