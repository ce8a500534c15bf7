/**
 * The preload script: runs sandboxed in the window before its page, and exposes named functions to the page, nothing of
 * Electron. It imports only types from shared/, so that its bundle contains nothing but this file.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Intake } from '../shared/answers.ts'
import type { FeedEvent } from '../shared/feed.ts'
import type { CommandReply } from '../shared/ipc.ts'
import type { AddedFiles, ipcChannels, MenuCommand, PreloadApi } from '../shared/preload-api.ts'

const channels: typeof ipcChannels = {
  command: 'photoferry:command',
  subscribe: 'photoferry:subscribe',
  unsubscribe: 'photoferry:unsubscribe',
  feed: 'photoferry:feed',
  menu: 'photoferry:menu',
}

interface Subscription {
  readonly listener: (event: FeedEvent) => void
  /** A new listener must first get a `reset`; events that were sent for earlier listeners are not for it. */
  started: boolean
}

const subscriptions = new Set<Subscription>()

ipcRenderer.on(channels.feed, (_event, feed: FeedEvent) => {
  for (const subscription of subscriptions) {
    subscription.started ||= feed.reset
    if (subscription.started) subscription.listener(feed)
  }
})

const menuListeners = new Set<(command: MenuCommand) => void>()
/** Chosen before anybody listened. */
const chosen: MenuCommand[] = []

ipcRenderer.on(channels.menu, (_event, command: MenuCommand) => {
  if (menuListeners.size === 0) chosen.push(command)
  for (const listener of menuListeners) listener(command)
})

const api: PreloadApi = {
  invoke: (name, input) =>
    // Paths come from the system's dialog or from dropped files; a hijacked page must not be able to make them up.
    name === 'intake.add'
      ? refuse('forbidden', 'The window can add files only by a drop or from the system’s dialog.')
      : ipcRenderer.invoke(channels.command, name, input),
  subscribe: (listener) => {
    const subscription = { listener, started: false }
    subscriptions.add(subscription)
    ipcRenderer.send(channels.subscribe)
    return () => {
      if (subscriptions.delete(subscription) && subscriptions.size === 0)
        ipcRenderer.send(channels.unsubscribe)
    }
  },
  addFiles,
  onMenu: (listener) => {
    menuListeners.add(listener)
    for (const command of chosen.splice(0)) listener(command)
    return () => void menuListeners.delete(listener)
  },
}

contextBridge.exposeInMainWorld('photoferry', api)

/** Adds the files that are on a disk, and answers how many are not. */
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
