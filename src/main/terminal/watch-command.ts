/** `photoferry watch`: uploads the files of folders as they come, until it is told to stop. */
import { stat } from 'node:fs/promises'
import { UploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import type { ItemState } from '../../shared/upload.ts'
import { type Client, endlessPatience, openClient } from '../client/client.ts'
import { appStateDir, desktopStateDir, uploadStateDir } from './app-folders.ts'
import { choosePreset, type PresetFlags } from './choose-preset.ts'
import { type DestinationFlags, destinationOf } from './destination-flags.ts'
import { serverOf } from './server-flags.ts'
import { type SkipFlags, skipRulesOf } from './skip-flags.ts'
import { whenToldToStop } from './stop-signals.ts'
import { terminalClient } from './terminal-client.ts'

export interface WatchFlags extends PresetFlags, SkipFlags, DestinationFlags {
  readonly server?: string
  readonly token: string
  /** Absolute path. */
  readonly state?: string
  readonly still?: number
  /** Leave alone what is there at the very first start. */
  readonly newOnly?: boolean
  /** Seconds between two readings of each folder, in the place of the system's events. */
  readonly poll?: number
  readonly json?: boolean
}

/** Events get lost where very much happens at once: the folder is read again so often, ms. */
const rereadMs = 60_000

/**
 * Prints a line for each file that is stored, skipped or failed.
 * @param folders absolute
 * @returns the exit code, once it was told to stop: 0
 * @throws UploadError `bad-request` for what is no folder, and as `runUpload`
 */
export async function runWatch(folders: readonly string[], flags: WatchFlags): Promise<number> {
  for (const folder of folders) await assertFolder(folder)
  const server = serverOf(flags)
  const destination = destinationOf(flags)
  const preset = await choosePreset(flags, [
    ...(flags.state ? [flags.state] : []),
    desktopStateDir,
    appStateDir,
  ])
  const client = await openClient({
    ...terminalClient,
    stateDir: flags.state ?? uploadStateDir(server.url, ['watch', ...folders], destination),
    server,
    preset,
    destination,
    skipRules: skipRulesOf(flags),
    bundled: null,
    patience: endlessPatience,
    ...(flags.still === undefined ? {} : { stillSeconds: flags.still }),
  })
  const stopped = whenToldToStop(['SIGINT', 'SIGTERM'])
  tellOfFiles(client, flags.json === true)
  const how = { existing: flags.newOnly !== true, events: flags.poll === undefined }
  const every = flags.poll === undefined ? rereadMs : flags.poll * 1000
  for (const folder of folders) {
    await client.watchedFolders.watch({ folder, rereadMs: every, ...how })
    console.error(escapeControls(`Watching ${folder}`))
  }
  await stopped
  await client.stop()
  return 0
}

/** One line on stdout for each file once it is stored, skipped or failed. */
function tellOfFiles(client: Client, asJson: boolean): void {
  const told = new Map<string, string>()
  client.feed.subscribe(({ items, removedItemIds }) => {
    for (const id of removedItemIds) told.delete(id)
    for (const { id, state, isPreview } of items) {
      if (told.get(id) === state.status) continue
      told.set(id, state.status)
      const facts = isPreview ? previewFactsOf(client, id, state) : factsOf(client, id, state)
      if (facts === null) continue
      const text = Object.entries(facts).map(([name, value]) => `${name}: ${value}`)
      console.log(asJson ? JSON.stringify(facts) : escapeControls(text.join('  ')))
    }
  })
}

/** A preview is told of by another word than its original: nobody may take it for stored. */
function previewFactsOf(
  client: Client,
  id: string,
  state: ItemState,
): Readonly<Record<string, string>> | null {
  return state.status === 'done' ? { preview: client.files.details(id).sourcePath, url: state.url } : null
}

function factsOf(client: Client, id: string, state: ItemState): Readonly<Record<string, string>> | null {
  if (state.status === 'done') {
    const { sourcePath, relativePath } = client.files.details(id)
    return { stored: sourcePath, as: relativePath, url: state.url }
  }
  if (state.status === 'failed')
    return { failed: client.files.details(id).sourcePath, why: state.error.message }
  const isLeft = state.status === 'skipped' || state.status === 'empty'
  return isLeft ? { [state.status]: client.files.details(id).sourcePath } : null
}

async function assertFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (!found?.isDirectory())
    throw new UploadError('bad-request', `${path} is not a folder. Name a folder to watch.`)
}
