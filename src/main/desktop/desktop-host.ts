/** What the desktop can do for its window: the system's dialogs, file manager and browser. */
import { access } from 'node:fs/promises'
import { type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron'
import { UploadError } from '../../shared/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Host } from '../commands.ts'

export interface DesktopHostOptions {
  /** PhotoFerry's own. */
  readonly version: string
  readonly settings: () => Settings
  /** The window that a dialog hangs on; null while none is open. */
  readonly window: () => BrowserWindow | null
}

const choices: Record<'files' | 'folder', OpenDialogOptions> = {
  files: { title: 'Add files', buttonLabel: 'Add', properties: ['openFile', 'multiSelections'] },
  folder: { title: 'Add folders', buttonLabel: 'Add', properties: ['openDirectory', 'multiSelections'] },
}

export function createDesktopHost({ version, settings, window }: DesktopHostOptions): Host {
  return {
    info: { mode: 'desktop', version, platform: process.platform, canShowInFolder: true },
    pick: async (kind) => {
      const parent = window()
      const chosen = parent
        ? await dialog.showOpenDialog(parent, choices[kind])
        : await dialog.showOpenDialog(choices[kind])
      return chosen.canceled ? [] : chosen.filePaths
    },
    showInFolder: async (path) => {
      await access(path).catch((cause) => {
        throw new UploadError('source-missing', `${path} is not there any more.`, { cause })
      })
      shell.showItemInFolder(path)
    },
    open: async (url) => {
      if (!isAtKnownServer(url, settings().server)) {
        throw new UploadError(
          'forbidden',
          'This file is on a server that is not the one in the settings: not opened.',
        )
      }
      await shell.openExternal(url)
      return null
    },
    listFolder: () => refuse('the system has a dialog for it'),
    beginStaging: () => refuse('dropped files are read where they are'),
    finishStaging: () => refuse('dropped files are read where they are'),
  }
}

/** A link's address is the server's word: it may lead to the server in the settings or to this machine's own, no further. */
function isAtKnownServer(url: string, server: Settings['server']): boolean {
  const { protocol, origin, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  if (server !== null) return origin === new URL(server.url).origin
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(new UploadError('bad-request', `Not on the desktop: ${reason}.`))
}
