/** How the desktop carries the contract of ipc.ts: what the preload script exposes, and its channels. */
import type { Intake } from './answers.ts'
import type { FeedEvent } from './feed.ts'
import type { CommandName, CommandReply } from './ipc.ts'

/** What the preload script exposes to the window as `window.photoferry`: named functions and plain data only. */
export interface PreloadApi {
  invoke(name: CommandName, input: unknown): Promise<CommandReply>
  subscribe(listener: (event: FeedEvent) => void): () => void
  /** Adds dropped files and folders; the paths are read from the `File` objects inside the preload script. Answers `AddedFiles`. */
  addFiles(files: readonly File[]): Promise<CommandReply>
  /** Tells what is chosen in the menus of the system, also what was chosen before anybody listened. */
  onMenu(listener: (command: MenuCommand) => void): () => void
}

/** What the system's menus ask the page to do; `add-opened` takes what the system asked the app to open. */
export type MenuCommand = 'add-files' | 'add-folder' | 'add-opened' | 'settings' | 'history' | 'shortcuts'

/** The result of a drop. */
export interface AddedFiles extends Intake {
  /** Dropped things that are no files of this computer, such as a picture dragged out of a page: left out. */
  readonly pathless: number
}

/** Names of the channels on Electron's IPC. */
export const ipcChannels = {
  command: 'photoferry:command',
  subscribe: 'photoferry:subscribe',
  unsubscribe: 'photoferry:unsubscribe',
  feed: 'photoferry:feed',
  menu: 'photoferry:menu',
} as const
