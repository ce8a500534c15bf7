/** What the desktop can do for its window: the system's dialogs, file manager and browser. */
import { access, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions, shell } from 'electron'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Host } from '../client/commands.ts'

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

const oneFolder: OpenDialogOptions = {
  title: 'Choose a folder',
  buttonLabel: 'Choose',
  properties: ['openDirectory', 'createDirectory'],
}

/** More windows of a file manager than this help nobody. */
const foldersShown = 10

export function createDesktopHost({ version, settings, window }: DesktopHostOptions): Host {
  const openDialog = (options: OpenDialogOptions) => {
    const parent = window()
    return parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options)
  }
  return {
    info: {
      mode: 'desktop',
      version,
      platform: process.platform,
      canShowInFolder: true,
      canStartAtLogin: process.platform !== 'linux',
    },
    pick: async (kind) => {
      const chosen = await openDialog(choices[kind])
      return chosen.canceled ? [] : chosen.filePaths
    },
    chooseFolder: async () => {
      const chosen = await openDialog(oneFolder)
      return chosen.canceled ? null : (chosen.filePaths[0] ?? null)
    },
    saveFile: async ({ fileName, parts }) => {
      const options: SaveDialogOptions = { defaultPath: fileName }
      const parent = window()
      const chosen = parent
        ? await dialog.showSaveDialog(parent, options)
        : await dialog.showSaveDialog(options)
      if (chosen.canceled || chosen.filePath === '') return null
      await writeFile(chosen.filePath, parts)
      return chosen.filePath
    },
    showInFolder,
    open: async (url) => {
      if (!isAtKnownServer(url, settings().servers)) {
        throw new UploadError(
          'forbidden',
          'This file is on a server that is not in the settings: not opened.',
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

/** Shows the first file of each folder; what is gone is told only when nothing is left to show. */
async function showInFolder(paths: readonly string[]): Promise<void> {
  const firsts = [...new Map([...paths].reverse().map((path) => [dirname(path), path])).values()].reverse()
  const there = await Promise.all(
    firsts.slice(0, foldersShown).map((path) =>
      access(path).then(
        () => path,
        () => null,
      ),
    ),
  )
  const shown = there.filter((path) => path !== null)
  if (shown.length === 0) throw new UploadError('source-missing', `${paths[0]} is not there any more.`)
  for (const path of shown) shell.showItemInFolder(path)
}

/** A link's address is the server's word: it may lead to a server in the settings or to this machine's own, no further. */
function isAtKnownServer(url: string, servers: Settings['servers']): boolean {
  const { protocol, origin, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  if (servers.some((server) => origin === new URL(server.url).origin)) return true
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(new UploadError('bad-request', `Not on the desktop: ${reason}.`))
}
