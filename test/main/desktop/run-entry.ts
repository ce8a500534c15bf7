/** Runs the real desktop entry with the stand-ins for Electron and the client; the test file mocks both modules. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Client, ClientOptions } from '../../../src/main/client/client.ts'
import type { CommandReply } from '../../../src/shared/ipc.ts'
import { ipcChannels } from '../../../src/shared/preload-api.ts'
import { type ClientStandIn, createClientStandIn } from '../browser/client-stand-in.ts'
import { type BrowserWindow, state } from './electron-stand-in.ts'

export interface Run extends AsyncDisposable {
  readonly dir: string
  readonly client: ClientStandIn
  /** What the entry opened the client with. */
  readonly options: ClientOptions
  readonly window: BrowserWindow
}

const opening: { client: Client | null; options: ClientOptions | null } = { client: null, options: null }

/** Takes the place of `openClient`. */
export async function openStandIn(options: ClientOptions): Promise<Client> {
  opening.options = options
  if (opening.client === null) throw new Error('run the entry with runEntry')
  return opening.client
}

/** Starts the entry, makes Electron ready and waits for the window. */
export async function runEntry(): Promise<Run> {
  const dir = await mkdtemp(join(tmpdir(), 'ferry-desktop-'))
  state.userData = join(dir, 'user-data')
  process.argv = ['photoferry', '--still=7', join(dir, 'opened.jpg')]
  const client = createClientStandIn(dir)
  opening.client = client
  await import('../../../src/main/index.ts')
  state.becomeReady()
  const window = await vi.waitFor(() => expectFirst(state.windows), 30_000)
  const options = expectFirst(opening.options === null ? [] : [opening.options])
  const dispose = () => rm(dir, { recursive: true, force: true })
  return { dir, client, options, window, [Symbol.asyncDispose]: dispose }
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
