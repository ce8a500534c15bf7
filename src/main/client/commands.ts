/**
 * Answers the window's commands: parses each payload at the door and hands it to the client or to the host.
 * Shared by both bridges (Electron's IPC and browser mode); knows neither.
 */
import type { AppInfo, FolderListing } from '../../shared/answers.ts'
import {
  type CommandInput,
  type CommandName,
  type CommandOutputs,
  type CommandReply,
  commandInputs,
} from '../../shared/ipc.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { Client, DropChoice, WrittenReceipt } from './client.ts'

/** What differs between the desktop and browser mode. */
export interface Host {
  readonly info: Omit<AppInfo, 'usualLibraryDir'>
  /** Opens the system's dialog; answers absolute paths, none when it was dismissed. */
  pick(kind: 'files' | 'folder'): Promise<readonly string[]>
  listFolder(path: string | null): Promise<FolderListing>
  /** @param earlierId a drop of before to go on with, where it is still there */
  beginStaging(name: string, earlierId: string | undefined, choice: DropChoice): Promise<string>
  finishStaging(dropId: string): Promise<void>
  /** Opens the system's dialog for one folder; its absolute path, null when it was dismissed. */
  chooseFolder(): Promise<string | null>
  /** Asks where to save it, and does; the absolute path, null when the dialog was dismissed. */
  saveFile(file: WrittenReceipt): Promise<string | null>
  /** @param paths absolute paths of source files; the folder of each is opened once, ten folders at most */
  showInFolder(paths: readonly string[]): Promise<void>
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
export function createDispatch(client: Client, host: Host): Dispatch {
  const handlers = { ...clientHandlers(client), ...hostHandlers(client, host) } as Handlers
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

function clientHandlers(client: Client): Partial<Handlers> {
  return {
    'intake.add': ({ paths, ...choice }) => client.takeIn(paths, choice),
    'survey.get': ({ surveyId }) => client.survey(surveyId),
    'survey.confirm': async ({ surveyId, ...choice }) => ({
      batchIds: await client.confirmSurvey(surveyId, choice),
    }),
    'survey.forget': ({ surveyId }) => {
      client.forgetSurvey(surveyId)
      return nothing
    },
    'queue.pause': async (target) => client.pause(target).then(() => nothing),
    'queue.resume': async (target) => client.resume(target).then(() => nothing),
    'queue.cancel': async (target) => client.cancel(target).then(() => nothing),
    'queue.retry': async (target) => client.retry(target).then(() => nothing),
    'queue.moveToTop': async (target) => client.moveToTop(target).then(() => nothing),
    'queue.removeFinished': (target) => client.removeFinished(target),
    'queue.remove': (target) => client.remove(target),
    'queue.undo': async ({ undoId }) => ({ restored: await client.undo(undoId) }),
    'batches.reorder': async ({ batchIds }) => client.reorderBatches(batchIds).then(() => nothing),
    'batches.setServer': async ({ batchIds, serverId }) =>
      client.setBatchServer(batchIds, serverId).then(() => nothing),
    'batch.setPreset': ({ batchId, presetId }) => client.setBatchPreset(batchId, presetId),
    'presets.save': ({ id, preset }) => client.savePreset(id, preset),
    'presets.remove': ({ id }) => client.removePreset(id),
    'item.details': ({ itemId }) => client.details(itemId),
    'item.photo': ({ itemId }) => client.photo(itemId),
    'item.links': ({ itemIds }) => ({ links: client.links(itemIds) }),
    'restart.items': ({ group }) => ({ itemIds: client.restartItems(group) }),
    'restart.dismiss': () => {
      client.dismissRestart()
      return nothing
    },
    'history.list': () => ({ entries: client.history() }),
    'history.remove': async ({ batchIds }) => client.forgetHistory(batchIds).then(() => nothing),
    'settings.get': () => client.settings(),
    'settings.set': (patch) => client.changeSettings(patch),
    'server.check': (address) => client.checkServer(address),
  }
}

function hostHandlers(client: Client, host: Host): Partial<Handlers> {
  return {
    'app.info': () => ({ ...host.info, usualLibraryDir: client.usualLibraryDir }),
    'intake.pick': async ({ kind, ...choice }) => {
      const paths = await host.pick(kind)
      return paths.length === 0 ? { batchIds: [], surveyId: null } : client.takeIn(paths, choice)
    },
    'folders.list': ({ path }) => host.listFolder(path),
    'staging.begin': async ({ name, dropId, presetId, serverId }) => ({
      dropId: await host.beginStaging(name, dropId, { presetId, serverId }),
    }),
    'staging.finish': ({ dropId }) => host.finishStaging(dropId).then(() => nothing),
    'folders.choose': async () => ({ path: await host.chooseFolder() }),
    'item.showInFolder': ({ itemIds }) =>
      host.showInFolder(itemIds.map((itemId) => client.details(itemId).sourcePath)).then(() => nothing),
    'receipt.save': async ({ batchId, format }) => ({
      path: await host.saveFile(await client.receipt(batchId, format)),
    }),
    'item.open': async ({ itemId }) => ({ url: await host.open(client.linkTo(itemId)) }),
  }
}
