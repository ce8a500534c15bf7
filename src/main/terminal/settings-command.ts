/** `photoferry settings export` and `import`: `.photoferry` files, as the window writes and reads them. */
import { randomUUID } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { UploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import {
  type ImportChange,
  largestSettingsFile,
  planImport,
  readSettingsFile,
  settingsFileExtension,
  settingsFileProblemText,
  settingsFileText,
} from '../../shared/settings-file.ts'
import { ClientSettings } from '../client/settings.ts'
import { SettingsStore } from '../journal/settings-store.ts'
import { openStateFolders } from '../journal/state-folders.ts'
import { markFormat, refuseNewer } from '../journal/state-format.ts'
import { lockState } from '../journal/state-lock.ts'
import { appStateDir } from './app-folders.ts'
import { terminalClient } from './terminal-client.ts'

export interface SettingsFlags {
  /** Absolute path. */
  readonly state?: string
}

export interface ExportFlags {
  readonly studio?: boolean
  readonly secrets?: boolean
}

/** @param path absolute @returns the exit code */
export async function runExport(path: string, flags: SettingsFlags & ExportFlags): Promise<number> {
  const { studio = false, secrets = false } = flags
  const file = await withSettings(flags, ({ current }) =>
    writeSettingsFile(path, settingsFileText(current, { kind: studio ? 'studio' : 'machine', secrets })),
  )
  const who = secrets ? ' Whoever has this file can upload. Send it only to them.' : ''
  console.log(escapeControls(`${file} is written.${who}`))
  return 0
}

/** @param path absolute @returns the exit code */
export async function runImport(
  path: string,
  flags: SettingsFlags & { readonly dryRun?: boolean },
): Promise<number> {
  const text = await readBounded(path)
  const read = readSettingsFile(text)
  if ('problem' in read)
    throw new UploadError('bad-request', `${path}: ${settingsFileProblemText(read.problem)}`)
  await withSettings(flags, async (settings) => {
    const { changes } = planImport(settings.current, read.file, randomUUID)
    if (!flags.dryRun) await settings.importFile(text)
    for (const change of changes) console.log(escapeControls(changeText(change)))
    if (changes.length === 0) console.log('Nothing changes.')
  })
  return 0
}

function changeText(change: ImportChange): string {
  switch (change.what) {
    case 'server-added':
      return `Server added: ${change.name}`
    case 'server-changed':
      return `Server changed: ${change.name}`
    case 'destination':
      return `Folder and names at ${change.name} set`
    case 'default-server':
      return `New photos go to ${change.name}`
    case 'preset-added':
      return `Preset added: ${change.name}`
    case 'preset-changed':
      return `Preset changed: ${change.name}`
    case 'setting':
      return `Setting changed: ${change.field}`
  }
}

async function readBounded(path: string): Promise<string> {
  const stats = await stat(path).catch(() => null)
  if (!stats?.isFile()) throw new UploadError('bad-request', `No such file: ${path}`)
  if (stats.size > largestSettingsFile)
    throw new UploadError('bad-request', `${path}: ${settingsFileProblemText({ kind: 'too-large' })}`)
  return readFile(path, 'utf8').catch((cause: Error) => {
    throw new UploadError('bad-request', `Can't read ${path} (${cause.message}).`, { cause })
  })
}

/** The settings of a state folder that no PhotoFerry has open. @throws UploadError as `openClient` */
async function withSettings<Answer>(
  { state: stateDir = appStateDir }: SettingsFlags,
  task: (settings: ClientSettings) => Answer | Promise<Answer>,
): Promise<Answer> {
  refuseNewer(stateDir)
  const unlock = await lockState(stateDir)
  try {
    markFormat(stateDir)
    openStateFolders(stateDir)
    return await task(new ClientSettings(new SettingsStore({ ...terminalClient, stateDir }), null))
  } finally {
    unlock()
  }
}

/**
 * It may hold a token: only this user may read it.
 * @param path absolute; the extension is added where it is missing
 * @returns the path that it has
 * @throws UploadError `bad-request` where there is a file of that name
 */
export async function writeSettingsFile(path: string, text: string): Promise<string> {
  const named = path.endsWith(settingsFileExtension) ? path : `${path}${settingsFileExtension}`
  const file = await open(named, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already' : 'can’t be written'
    throw new UploadError('bad-request', `${named} ${why}. Choose another name.`, { cause })
  })
  await file.writeFile(text).finally(() => file.close())
  return named
}
