/**
 * Answers the window's commands: parses each payload at the door and hands it to the ferry or to the host.
 * Shared by both bridges (Electron's IPC and browser mode); knows neither.
 */
import { toUploadError, UploadError } from '../shared/errors.ts'
import {
  type AppInfo,
  type CommandInput,
  type CommandName,
  type CommandOutputs,
  type CommandReply,
  commandInputs,
  type FolderListing,
} from '../shared/ipc.ts'
import type { Ferry } from './ferry.ts'

/** What differs between the desktop and browser mode. */
export interface Host {
  readonly info: AppInfo
  /** Opens the system's dialog; answers absolute paths, none when it was dismissed. */
  pick(kind: 'files' | 'folder'): Promise<readonly string[]>
  listFolder(path: string | null): Promise<FolderListing>
  /**
   * @param earlierId a drop of before to go on with, where it is still there
   * @param presetId of a new drop; left out, what the settings say
   */
  beginStaging(name: string, files: number, earlierId?: string, presetId?: string): Promise<string>
  finishStaging(dropId: string): Promise<void>
  /** @param path absolute path of a source file */
  showInFolder(path: string): Promise<void>
  /**
   * @param url absolute http(s) URL of a stored file, with whatever lets this person see it
   * @returns the URL for the page to open, or null when it is open
   */
  open(url: string): Promise<string | null>
}

/** Runs one command of the window; never rejects. */
export type Dispatch = (name: string, input: unknown) => Promise<CommandReply>

type Handlers = {
  [Name in CommandName]: (input: CommandInput<Name>) => Promise<CommandOutputs[Name]> | CommandOutputs[Name]
}

const nothing: Record<string, never> = {}

/** Builds the dispatcher that a bridge calls for every command it receives. */
export function createDispatch(ferry: Ferry, host: Host): Dispatch {
  const handlers = { ...ferryHandlers(ferry), ...hostHandlers(ferry, host) } as Handlers
  return async (name, input) => {
    try {
      if (!Object.hasOwn(commandInputs, name)) {
        throw new UploadError('bad-request', `There is no command named ${JSON.stringify(name)}.`)
      }
      return { ok: true, value: await run(handlers, name as CommandName, input) }
    } catch (thrown) {
      return { ok: false, error: toUploadError(thrown).info }
    }
  }
}

async function run<Name extends CommandName>(handlers: Handlers, name: Name, input: unknown) {
  const parsed = commandInputs[name].safeParse(input)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const place = issue?.path.join('.') ?? ''
    throw new UploadError(
      'bad-request',
      `${name}${place && ` (${place})`}: ${issue?.message ?? 'invalid input'}`,
    )
  }
  return handlers[name](parsed.data as CommandInput<Name>)
}

function ferryHandlers(ferry: Ferry): Partial<Handlers> {
  return {
    'intake.add': async ({ paths, presetId }) => ({ batchIds: await ferry.addPaths(paths, presetId) }),
    'queue.pause': async (target) => ferry.pause(target).then(() => nothing),
    'queue.resume': async (target) => ferry.resume(target).then(() => nothing),
    'queue.cancel': async (target) => ferry.cancel(target).then(() => nothing),
    'queue.retry': async (target) => ferry.retry(target).then(() => nothing),
    'queue.removeFinished': async () => ({ removed: await ferry.removeFinished() }),
    'batch.setPreset': async ({ batchId, presetId }) => ({
      changed: await ferry.setBatchPreset(batchId, presetId),
    }),
    'presets.save': ({ id, preset }) => ferry.savePreset(id, preset),
    'presets.remove': ({ id }) => ferry.removePreset(id),
    'item.details': ({ itemId }) => ferry.details(itemId),
    'settings.get': () => ferry.settings(),
    'settings.set': (patch) => ferry.changeSettings(patch),
    'server.check': (address) => ferry.checkServer(address),
  }
}

function hostHandlers(ferry: Ferry, host: Host): Partial<Handlers> {
  return {
    'app.info': () => host.info,
    'intake.pick': async ({ kind, presetId }) => {
      const paths = await host.pick(kind)
      return { batchIds: paths.length === 0 ? [] : await ferry.addPaths(paths, presetId) }
    },
    'folders.list': ({ path }) => host.listFolder(path),
    'staging.begin': async ({ name, files, dropId, presetId }) => ({
      dropId: await host.beginStaging(name, files, dropId, presetId),
    }),
    'staging.finish': ({ dropId }) => host.finishStaging(dropId).then(() => nothing),
    'item.showInFolder': ({ itemId }) =>
      host.showInFolder(ferry.details(itemId).sourcePath).then(() => nothing),
    'item.open': async ({ itemId }) => ({ url: await host.open(ferry.linkTo(itemId)) }),
  }
}
