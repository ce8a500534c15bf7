/** The desktop's carrier of the contract in ipc.ts: what the preload script exposes, and the channels it speaks on. Pure vocabulary. */
import type { FeedEvent } from './feed.ts'
import type { CommandName, CommandReply } from './ipc.ts'

/** What the preload script exposes to the window as `window.photoferry`: named functions and plain data only. */
export interface PreloadApi {
  invoke(name: CommandName, input: unknown): Promise<CommandReply>
  subscribe(listener: (event: FeedEvent) => void): () => void
  /** Adds dropped files and folders; the paths are read from the `File` objects inside the preload script. */
  addFiles(files: readonly File[]): Promise<CommandReply>
}

/** Names of the channels on Electron's IPC. */
export const ipcChannels = {
  command: 'photoferry:command',
  subscribe: 'photoferry:subscribe',
  unsubscribe: 'photoferry:unsubscribe',
  feed: 'photoferry:feed',
} as const
