/**
 * Runs in the window before its page, sandboxed: exposes named functions to the page, and nothing of Electron.
 * Of shared/ it takes types only, so that what is bundled here is this file alone.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Intake } from '../shared/answers.ts'
import type { FeedEvent } from '../shared/feed.ts'
import type { CommandReply } from '../shared/ipc.ts'
import type { AddedFiles, ipcChannels, PreloadApi } from '../shared/preload-api.ts'

const channels: typeof ipcChannels = {
  command: 'photoferry:command',
  subscribe: 'photoferry:subscribe',
  unsubscribe: 'photoferry:unsubscribe',
  feed: 'photoferry:feed',
}

interface Subscription {
  readonly listener: (event: FeedEvent) => void
  /** A new listener first gets a `reset`; what is still on its way to an earlier one is not for it. */
  begun: boolean
}

const subscriptions = new Set<Subscription>()

ipcRenderer.on(channels.feed, (_event, feed: FeedEvent) => {
  for (const subscription of subscriptions) {
    subscription.begun ||= feed.reset
    if (subscription.begun) subscription.listener(feed)
  }
})

const api: PreloadApi = {
  invoke: (name, input) =>
    // Paths come from the system's dialog or from dropped files; a page that was taken over may not make them up.
    name === 'intake.add'
      ? refuse('forbidden', 'The window adds files by a drop or by the dialog only.')
      : ipcRenderer.invoke(channels.command, name, input),
  subscribe: (listener) => {
    const subscription = { listener, begun: false }
    subscriptions.add(subscription)
    ipcRenderer.send(channels.subscribe)
    return () => {
      if (subscriptions.delete(subscription) && subscriptions.size === 0)
        ipcRenderer.send(channels.unsubscribe)
    }
  },
  addFiles,
}

contextBridge.exposeInMainWorld('photoferry', api)

/** Adds those that lie on a disk, and says how many do not. */
async function addFiles(files: readonly File[]): Promise<CommandReply> {
  const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')
  const nothing: Intake = { batchIds: [], surveyId: null }
  const reply: CommandReply =
    paths.length === 0
      ? { ok: true, value: nothing }
      : await ipcRenderer.invoke(channels.command, 'intake.add', { paths })
  if (!reply.ok) return reply
  const value: AddedFiles = { ...(reply.value as Intake), pathless: files.length - paths.length }
  return { ok: true, value }
}

async function refuse(code: 'forbidden', message: string): Promise<CommandReply> {
  return { ok: false, error: { code, message } }
}
