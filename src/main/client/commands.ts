/**
 * Answers the window's commands: parses each payload at the door and hands it to the client or to the host.
 * Shared by both bridges (Electron's IPC and browser mode); knows neither.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AppInfo, FolderListing } from '../../shared/answers.ts'
import {
  type CommandInput,
  type CommandName,
  type CommandOutputs,
  type CommandReply,
  commandInputs,
  type SkippedFile,
} from '../../shared/ipc.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import { settingsFileExtension, settingsFileText } from '../../shared/settings-file.ts'
import type { Client, WrittenReceipt } from './client.ts'
import { parseInput } from './parse-input.ts'

/** What differs between the desktop and browser mode. */
export interface Host {
  readonly info: Omit<AppInfo, 'usualLibraryDir' | 'usualReceiptDir' | 'homeDir' | 'isNew'>
  /** Opens the system's dialog, or takes what was opened; answers absolute paths, none when it was dismissed. */
  pick(kind: CommandInput<'intake.pick'>['kind']): Promise<readonly string[]>
  listFolder(path: string | null): Promise<FolderListing>
  /** Opens a drop that a page announces, or an earlier one again, where it is still there. @returns its id */
  beginStaging(drop: CommandInput<'staging.begin'>): Promise<string>
  /** Lists files of a drop that the page does not send because of the person's rules. */
  skipStaged(dropId: string, files: readonly SkippedFile[]): Promise<void>
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
/** What the desktop and browser mode do each in their own way. */
type HostCommand =
  | 'app.info'
  | 'intake.pick'
  | 'folders.list'
  | 'folders.choose'
  | 'staging.begin'
  | 'staging.skip'
  | 'staging.finish'
  | 'item.showInFolder'
  | 'item.open'
  | 'batch.show'
  | 'receipt.save'
  | 'settings.toFile'
type HostHandlers = Pick<Handlers, HostCommand>
type ClientHandlers = Omit<Handlers, HostCommand>

/** Builds the dispatcher that a bridge calls for every command it receives. */
export function createDispatch(client: Client, host: Host): Dispatch {
  const handlers: Handlers = {
    ...clientHandlers(client),
    ...dayHandlers(client),
    ...hostHandlers(client, host),
  }
  return async (name, input) => {
    try {
      if (!isCommand(name)) {
        throw new UploadError('bad-request', `There is no command named ${JSON.stringify(name)}.`)
      }
      return { ok: true, value: await run(handlers, name, input) }
    } catch (thrown) {
      return { ok: false, error: toUploadError(thrown).info }
    }
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commandInputs, name)
}

async function run<Name extends CommandName>(handlers: Handlers, name: Name, input: unknown) {
  // The compiler does not see that a schema and a handler of the same name belong together.
  return handlers[name](parseInput(name, commandInputs[name], input) as CommandInput<Name>)
}

type DayHandlers = Pick<
  Handlers,
  | 'batch.setDestination'
  | 'destination.preview'
  | 'cards.upload'
  | 'cards.check'
  | 'cards.dismiss'
  | 'cards.eject'
  | 'watched.add'
  | 'watched.change'
  | 'watched.remove'
>

/** Where files go, and the cards and folders that they come from. */
function dayHandlers({ cards, destinations, watchedFolders }: Client): DayHandlers {
  return {
    'batch.setDestination': async ({ batchId, destination }) =>
      done(await destinations.set(batchId, destination)),
    'destination.preview': ({ destination, batchId }) => destinations.preview(destination, batchId),
    'cards.upload': async ({ cardId, ...plan }) => done(await cards.upload(cardId, plan)),
    'cards.check': ({ cardId }) => done(cards.check(cardId)),
    'cards.dismiss': ({ cardId }) => done(cards.dismiss(cardId)),
    'cards.eject': async ({ cardId }) => done(await cards.eject(cardId)),
    'watched.add': async (input) => done(await watchedFolders.add(input)),
    'watched.change': async ({ watchId, change }) => done(await watchedFolders.change(watchId, change)),
    'watched.remove': async ({ watchId }) => done(await watchedFolders.remove(watchId)),
  }
}

function clientHandlers({
  intake,
  queue,
  files,
  settings,
  serverAnswers,
  history,
  restart,
  batchLinks,
}: Client): Omit<ClientHandlers, keyof DayHandlers> {
  return {
    'intake.add': ({ paths, ...choice }) => intake.add(paths, choice),
    'survey.get': ({ surveyId }) => intake.survey(surveyId),
    'survey.confirm': async ({ surveyId, ...choice }) => ({
      batchIds: await intake.confirm(surveyId, choice),
    }),
    'survey.forget': ({ surveyId }) => done(intake.discard(surveyId)),
    'queue.pause': async (target) => done(await queue.pause(target)),
    'queue.resume': async (target) => done(await queue.resume(target)),
    'queue.cancel': ({ agreed, ...target }) => queue.cancel(target, agreed),
    'queue.retry': async (target) => done(await queue.retry(target)),
    'queue.moveToTop': async (target) => done(await queue.moveToTop(target)),
    'queue.removeFinished': ({ agreed, ...target }) => queue.removeFinished(target, agreed),
    'queue.remove': ({ agreed, ...target }) => queue.remove(target, agreed),
    'queue.undo': async ({ undoId }) => ({ restored: await queue.undo(undoId) }),
    'batches.reorder': async ({ batchIds }) => done(await queue.reorderBatches(batchIds)),
    'batches.dismissMissing': async ({ batchIds }) => done(await queue.dismissMissing(batchIds)),
    'batches.setServer': async ({ batchIds, serverId }) =>
      done(await queue.setBatchServer(batchIds, serverId)),
    'batch.share': ({ batchId, days }) => batchLinks.make(batchId, days),
    'batch.setPreset': ({ batchId, presetId }) => queue.setBatchPreset(batchId, presetId),
    'presets.save': ({ id, preset }) => settings.savePreset(id, preset),
    'presets.remove': ({ id }) => settings.removePreset(id),
    'item.details': ({ itemId }) => files.details(itemId),
    'item.photo': ({ itemId }) => files.photo(itemId),
    'item.links': ({ itemIds }) => ({ links: files.links(itemIds) }),
    'restart.items': ({ group }) => ({ itemIds: restart.items(group) }),
    'restart.dismiss': () => done(restart.dismiss()),
    'history.list': async () => ({
      entries: history.entries(),
      certificates: await history.certificates(),
    }),
    'history.get': ({ batchId }) => ({ entry: history.entry(batchId) }),
    'history.remove': async ({ batchIds }) => done(await history.remove(batchIds)),
    'settings.get': () => settings.current,
    'settings.set': (patch) => settings.change(patch),
    'settings.fromFile': ({ text }) => settings.importFile(text),
    'server.check': (address) => settings.checkServer(address),
    'server.answer': (answer) => serverAnswers.answer(answer),
  }
}

/** Whoever looks at a batch at its server has looked by then, days. */
const shownDays = 1

function hostHandlers({ intake, files, settings, history, batchLinks }: Client, host: Host): HostHandlers {
  return {
    'app.info': () => ({
      ...host.info,
      usualLibraryDir: settings.defaultLibraryDir,
      usualReceiptDir: join(homedir(), 'Documents', 'PhotoFerry receipts'),
      homeDir: homedir(),
      isNew: settings.current.servers.length === 0 && history.entries().length === 0,
    }),
    'intake.pick': async ({ kind, ...choice }) => {
      const paths = await host.pick(kind)
      return paths.length === 0 ? { batchIds: [], surveyId: null } : intake.add(paths, choice)
    },
    'folders.list': ({ path }) => host.listFolder(path),
    'staging.begin': async (drop) => ({ dropId: await host.beginStaging(drop) }),
    'staging.skip': async ({ dropId, files: named }) => done(await host.skipStaged(dropId, named)),
    'staging.finish': async ({ dropId }) => done(await host.finishStaging(dropId)),
    'folders.choose': async () => ({ path: await host.chooseFolder() }),
    'item.showInFolder': async ({ itemIds }) =>
      done(await host.showInFolder(itemIds.map((itemId) => files.details(itemId).sourcePath))),
    'receipt.save': async ({ batchId, format }) => ({
      path: await host.saveFile(await history.receipt(batchId, format)),
    }),
    'settings.toFile': async (choice) => ({
      path: await host.saveFile({
        fileName: `PhotoFerry ${choice.kind}${settingsFileExtension}`,
        parts: [settingsFileText(settings.current, choice)],
      }),
    }),
    'item.open': async ({ itemId }) => ({ url: await host.open(files.linkTo(itemId)) }),
    'batch.show': async ({ batchId }) => ({
      url: await host.open((await batchLinks.make(batchId, shownDays)).url),
    }),
  }
}

/** The answer of a command that has nothing to say but that it is done. */
function done(_result: unknown): Record<string, never> {
  return {}
}
