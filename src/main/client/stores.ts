/** Opens what the client has on disk: list, settings, history and copies, without what a crash left behind. */
import { type ErrorInfo, toUploadError } from '../../shared/protocol/errors.ts'
import { isActive, isParked, transition, type UploadItem } from '../../shared/upload.ts'
import { rootFor } from '../intake/drives.ts'
import { Inbox } from '../intake/inbox.ts'
import { ChunkLimitStore } from '../journal/chunk-limit-store.ts'
import { HistoryStore } from '../journal/history-store.ts'
import { Journal } from '../journal/journal.ts'
import { RestartMemory } from '../journal/restart-memory.ts'
import { SettingsStore } from '../journal/settings-store.ts'
import { PayloadStore } from '../pipeline/payload-store.ts'
import { ItemList } from '../queue/item-list.ts'
import { ChunkLimits } from './chunk-limits.ts'
import type { ClientOptions } from './options.ts'
import { Restart } from './restart.ts'
import { ClientSettings } from './settings.ts'
import { listUnlisted } from './unlisted-copies.ts'

/** Problems that belong to no file: each is logged once and shown until the app ends. */
export function openProblems({ log }: Pick<ClientOptions, 'log'>) {
  const notices: ErrorInfo[] = []
  const report = (thrown: unknown) => {
    const { info } = toUploadError(thrown)
    if (notices.some(({ message }) => message === info.message)) return
    log(info.message)
    notices.push(info)
  }
  return { notices, report }
}

/** @param report takes what was damaged, and what can't be written later */
export function openStores(options: ClientOptions, report: (thrown: unknown) => void) {
  const settingsStore = new SettingsStore(options)
  const journal = new Journal({ ...options, onWriteError: report })
  const historyStore = new HistoryStore(options)
  for (const problem of [settingsStore.problem, historyStore.problem, ...journal.problems]) {
    if (problem) report(problem)
  }
  const list = new ItemList(journal)
  removeUnconfirmed(list)
  const items = list.select({ all: true })
  const restart = new Restart({ items, memory: new RestartMemory(options), onProblem: report })
  requeueInterrupted(list)
  const inbox = openInbox(options, list, journal, report)
  const payloads = new PayloadStore(options.stateDir)
  payloads.sweep(list.select({ all: true }))
  const { bundled, resolveProxy } = options
  const settings = new ClientSettings(settingsStore, bundled?.libraryDir ?? null, resolveProxy)
  const chunkLimits = new ChunkLimits(new ChunkLimitStore(options), report)
  return { settings, journal, historyStore, list, restart, inbox, payloads, chunkLimits }
}

/** Deletes what is not needed any more; copies that no list names are put on it. */
function openInbox(
  { stateDir }: ClientOptions,
  list: ItemList,
  journal: Journal,
  report: (thrown: unknown) => void,
): Inbox {
  const inbox = new Inbox(stateDir)
  const copies = list.where(({ staged }) => staged)
  const needed = copies.filter(({ state }) => state.status !== 'done')
  const pathsOf = (items: readonly UploadItem[]) => new Set(items.map(({ sourcePath }) => sourcePath))
  const unlisted = inbox.sweep({ named: pathsOf(copies), needed: pathsOf(needed) })
  try {
    const found = listUnlisted(unlisted, { list, journal })
    if (found) report(found)
  } catch (thrown) {
    // They are found again at the next start.
    report(thrown)
  }
  return inbox
}

/** A drop that the person had not confirmed when the app ended is not started behind their back. */
function removeUnconfirmed(list: ItemList): void {
  for (const batchId of [...list.batchIds()]) if (list.batch(batchId)?.unconfirmed) list.removeBatch(batchId)
}

/** Active items of the run before are queued again; the server will say what it already holds. */
function requeueInterrupted(list: ItemList): void {
  const waitsForDrive = ({ state, batchId, sourcePath }: UploadItem) =>
    isParked(state) && rootFor(list.batch(batchId)?.drives ?? [], sourcePath) !== undefined
  const interrupted = list.where(
    (item) => isActive(item.state.status) || (item.state.status === 'waiting' && !waitsForDrive(item)),
  )
  list.put(interrupted.map((item) => transition(item, { status: 'queued' })))
}
