/** Connects the window's page to the client over Electron's IPC: commands in, replies and the feed out. */
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import type { CommandReply } from '../../shared/ipc.ts'
import { ipcChannels } from '../../shared/preload-api.ts'
import type { Client } from '../client/client.ts'
import type { Dispatch } from '../client/commands.ts'

export interface IpcOptions {
  readonly client: Client
  readonly dispatch: Dispatch
  /** Whether a message comes from the window's own page; all others are refused. */
  readonly isOurPage: (event: IpcMainEvent | IpcMainInvokeEvent) => boolean
  /** Told of the page that begins to listen, and with null when it has gone. */
  readonly onPage: (page: WebContents | null) => void
}

const foreignSender: CommandReply = {
  ok: false,
  error: { code: 'forbidden', message: "PhotoFerry answers only its own window's page." },
}

const missingName: CommandReply = {
  ok: false,
  error: { code: 'bad-request', message: 'Expected the name of a command.' },
}

/** Answers commands, and runs at most one feed per window. A feed ends with the page that asked for it. */
export function connectIpc({ client, dispatch, isOurPage, onPage }: IpcOptions): void {
  const feeds = new Map<WebContents, () => void>()

  ipcMain.handle(ipcChannels.command, (event, name: unknown, input: unknown) => {
    if (!isOurPage(event)) return foreignSender
    // Not converted to a string: ['intake.add'] would become the very name that the preload script holds back.
    return typeof name === 'string' ? dispatch(name, input) : missingName
  })
  ipcMain.on(ipcChannels.subscribe, (event) => {
    if (!isOurPage(event)) return
    feeds.get(event.sender)?.()
    const end = startFeed(client, event.sender, () => onPage(null))
    feeds.set(event.sender, () => {
      feeds.delete(event.sender)
      end()
    })
    onPage(event.sender)
  })
  ipcMain.on(ipcChannels.unsubscribe, (event) => {
    if (isOurPage(event)) feeds.get(event.sender)?.()
  })
}

/** Sends the client's events until the returned function is called, or the page is closed, reloaded or crashed. */
function startFeed(client: Client, contents: WebContents, onEnd: () => void): () => void {
  const unsubscribe = client.feed.subscribe((event) => {
    if (!contents.isDestroyed()) contents.send(ipcChannels.feed, event)
  })
  const end = () => {
    unsubscribe()
    onEnd()
    contents.off('destroyed', end)
    contents.off('render-process-gone', end)
    contents.off('did-navigate', end)
  }
  contents.on('destroyed', end)
  contents.on('render-process-gone', end)
  // Once another page is there: one that was denied has only begun.
  contents.on('did-navigate', end)
  return end
}
