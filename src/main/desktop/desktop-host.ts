/** What the desktop offers its window: the system's dialogs, file manager and browser. */
import { access, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions, shell } from 'electron'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Host } from '../client/commands.ts'
import { type DesktopText, desktopText } from './desktop-text.ts'

export interface DesktopHostOptions {
  /** PhotoFerry's own. */
  readonly version: string
  readonly settings: () => Settings
  /** The window that dialogs belong to; null while none is open. */
  readonly window: () => BrowserWindow | null
  /** Takes the paths that the system asked the app to open; each is given once. */
  readonly takeOpened: () => readonly string[]
  /** Whether the system's key store keeps tokens from other programs. */
  readonly sealsTokens: boolean
}

const pickerProperties = {
  files: ['openFile', 'multiSelections'],
  folder: ['openDirectory', 'multiSelections'],
  library: ['openDirectory', 'createDirectory'],
} as const satisfies Record<keyof DesktopText['pickers'], OpenDialogOptions['properties']>

/** A person has no use for more windows of the file manager than this. */
const maxFoldersShown = 10

export function createDesktopHost(options: DesktopHostOptions): Host {
  const { version, settings, window, takeOpened, sealsTokens } = options
  const pick = async (kind: keyof typeof pickerProperties) => {
    const { title, button } = desktopText(settings().language).pickers[kind]
    const dialogOptions: OpenDialogOptions = {
      title,
      buttonLabel: button,
      properties: [...pickerProperties[kind]],
    }
    const parent = window()
    const answer = await (parent
      ? dialog.showOpenDialog(parent, dialogOptions)
      : dialog.showOpenDialog(dialogOptions))
    return answer.canceled ? [] : answer.filePaths
  }
  return {
    info: {
      mode: 'desktop',
      version,
      platform: process.platform,
      canShowInFolder: true,
      sealsTokens,
    },
    pick: async (kind) => (kind === 'opened' ? takeOpened() : pick(kind)),
    chooseFolder: async () => (await pick('library'))[0] ?? null,
    saveFile: (file) => saveFile(file, window()),
    showInFolder,
    open: async (url) => {
      if (!isAtKnownServer(url, settings().servers)) {
        const message = 'Not opened: the file is on a server that is not in Settings.'
        throw new UploadError('forbidden', message)
      }
      await shell.openExternal(url)
      return null
    },
    listFolder: () => refuse('use the dialog of the system'),
    beginStaging: () => refuse('dropped files are read in place'),
    skipStaged: () => refuse('dropped files are read in place'),
    finishStaging: () => refuse('dropped files are read in place'),
  }
}

/** Asks where to save a file, and writes it. @returns its absolute path; null when the dialog was dismissed */
export async function saveFile(
  { fileName, parts }: { readonly fileName: string; readonly parts: Iterable<string | Uint8Array> },
  parent: BrowserWindow | null,
): Promise<string | null> {
  const options: SaveDialogOptions = { defaultPath: fileName }
  const answer = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options)
  if (answer.canceled || answer.filePath === '') return null
  await writeFile(answer.filePath, parts)
  return answer.filePath
}

/** Shows the first file of each folder in the file manager. Missing files are an error only if there is nothing to show. */
async function showInFolder(paths: readonly string[]): Promise<void> {
  const firsts = [...new Map([...paths].reverse().map((path) => [dirname(path), path])).values()].reverse()
  const existing = await Promise.all(
    firsts.slice(0, maxFoldersShown).map((path) =>
      access(path).then(
        () => path,
        () => null,
      ),
    ),
  )
  const shown = existing.filter((path) => path !== null)
  if (shown.length === 0) throw new UploadError('source-missing', `${paths[0]} is no longer there.`)
  for (const path of shown) shell.showItemInFolder(path)
}

/** The address of a link comes from a server, so it may lead only to a server in the settings or on this machine. */
function isAtKnownServer(url: string, servers: Settings['servers']): boolean {
  const { protocol, origin, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  if (servers.some((server) => origin === new URL(server.url).origin)) return true
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(new UploadError('bad-request', `Not available on the desktop: ${reason}.`))
}
