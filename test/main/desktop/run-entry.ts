/** Runs the real desktop entry with the stand-ins for Electron and the ferry; the test file mocks both modules. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Ferry, FerryOptions } from '../../../src/main/ferry.ts'
import type { CommandReply } from '../../../src/shared/ipc.ts'
import { ipcChannels } from '../../../src/shared/preload-api.ts'
import { createFerryStandIn, type FerryStandIn } from '../browser/ferry-stand-in.ts'
import { type BrowserWindow, state } from './electron-stand-in.ts'

export interface Run extends AsyncDisposable {
  readonly dir: string
  readonly ferry: FerryStandIn
  /** What the entry opened the ferry with. */
  readonly options: FerryOptions
  readonly window: BrowserWindow
}

const opening: { ferry: Ferry | null; options: FerryOptions | null } = { ferry: null, options: null }

/** Takes the place of `openFerry`. */
export async function openStandIn(options: FerryOptions): Promise<Ferry> {
  opening.options = options
  if (opening.ferry === null) throw new Error('run the entry with runEntry')
  return opening.ferry
}

/** Starts the entry, makes Electron ready and waits for the window. */
export async function runEntry(): Promise<Run> {
  const dir = await mkdtemp(join(tmpdir(), 'ferry-desktop-'))
  state.userData = join(dir, 'user-data')
  const ferry = createFerryStandIn(dir)
  opening.ferry = ferry
  await import('../../../src/main/index.ts')
  state.becomeReady()
  const window = await vi.waitFor(() => expectFirst(state.windows))
  const options = expectFirst(opening.options === null ? [] : [opening.options])
  const dispose = () => rm(dir, { recursive: true, force: true })
  return { dir, ferry, options, window, [Symbol.asyncDispose]: dispose }
}

function expectFirst<Item>(items: readonly Item[]): Item {
  const [first] = items
  if (first === undefined) throw new Error('not there yet')
  return first
}

/** A message from the window's page, or with `change` from somewhere else. */
export function messageOf(window: BrowserWindow, change: { sender?: unknown; senderFrame?: unknown } = {}) {
  return { sender: window.webContents, senderFrame: window.webContents.mainFrame, ...change }
}

/** Sends a command as the preload script does. */
export async function sendCommand(message: object, name: unknown, input: unknown): Promise<CommandReply> {
  return (await state.commandHandlers.get(ipcChannels.command)?.(message, name, input)) as CommandReply
}

export const codeOf = (reply: CommandReply) => (reply.ok ? null : reply.error.code)
