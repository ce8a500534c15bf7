/** Opens what the client has on disk: list, settings, history and copies, without what a crash left behind. */
import { type ErrorInfo, toUploadError } from '../../shared/protocol/errors.ts'
import { isActive, isParked, transition, type UploadItem } from '../../shared/upload.ts'
import { rootFor } from '../intake/drives.ts'
import { Inbox, type NamedCopy, type UnlistedCopy } from '../intake/inbox.ts'
import { CertificateStore } from '../journal/certificate-store.ts'
import { ChunkLimitStore } from '../journal/chunk-limit-store.ts'
import { HistoryStore } from '../journal/history-store.ts'
import { Journal } from '../journal/journal.ts'
import { ReachedStore } from '../journal/reached-store.ts'
import { RestartMemory } from '../journal/restart-memory.ts'
import { SettingsStore } from '../journal/settings-store.ts'
import { openStateFolders } from '../journal/state-folders.ts'
import { UntoldStore } from '../journal/untold-store.ts'
import { PayloadStore } from '../pipeline/payload-store.ts'
import { ItemList } from '../queue/item-list.ts'
import type { ReachedBefore } from '../queue/patience.ts'
import { ChunkLimits } from './chunk-limits.ts'
import type { ClientOptions } from './options.ts'
import { Restart } from './restart.ts'
import { ClientSettings } from './settings.ts'
import { listUnlisted } from './unlisted-copies.ts'

/** Problems that belong to no file: each is logged once and shown until the app ends. */
export function openProblems({ log }: Pick<ClientOptions, 'log'>) {
  const notices: ErrorInfo[] = []
  let onNew = () => {}
  const report = (thrown: unknown) => {
    const { info } = toUploadError(thrown)
    if (notices.some(({ message }) => message === info.message)) return
    log(info.message)
    notices.push(info)
    onNew()
  }
  /** @param listener called with every notice that is new from now on */
  const follow = (listener: () => void) => {
    onNew = listener
  }
  return { notices, report, follow }
}

/** @param report takes what was damaged, and what can't be written later */
export function openStores(options: ClientOptions, report: (thrown: unknown) => void) {
  openStateFolders(options.stateDir)
  const settingsStore = new SettingsStore(options)
  const journal = new Journal({ ...options, onWriteError: report })
  const historyStore = new HistoryStore(options)
  const certificates = new CertificateStore(options)
  for (const problem of [settingsStore.problem, historyStore.problem, ...journal.problems]) {
    if (problem) report(problem)
  }
  const list = new ItemList(journal)
  removeUnconfirmed(list)
  const items = list.select({ all: true }).filter(({ isPreview }) => !isPreview)
  const restart = new Restart({ items, memory: new RestartMemory(options), onProblem: report })
  requeueInterrupted(list)
  const { inbox, arrived } = openInbox(options, list, journal, report)
  const payloads = new PayloadStore(options.stateDir)
  payloads.sweep(list.select({ all: true }))
  const { bundled, resolveProxy } = options
  const settings = new ClientSettings(settingsStore, bundled?.libraryDir ?? null, resolveProxy)
  const chunkLimits = new ChunkLimits(new ChunkLimitStore(options), report)
  const reachedBefore = openReached(options, report)
  return {
    settings,
    journal,
    historyStore,
    certificates,
    list,
    restart,
    inbox,
    arrived,
    payloads,
    chunkLimits,
    reachedBefore,
    untold: new UntoldStore(options, report),
  }
}

/** Where no server is ever given up, it makes no difference whether it was reached before. */
function openReached(options: ClientOptions, report: (thrown: unknown) => void): ReachedBefore | undefined {
  if (options.patience.firstContactMs === Number.POSITIVE_INFINITY) return undefined
  const store = new ReachedStore(options)
  const keep = (url: string) => {
    try {
      store.keep(url)
    } catch (thrown) {
      report(thrown)
    }
  }
  return { has: (url) => store.has(url), keep }
}

/**
 * Deletes what is not needed any more; copies that no list names are put on it.
 * @returns with the inbox the copies that their own batches are to list: a page was sending them when the app ended
 */
function openInbox(
  { stateDir }: ClientOptions,
  list: ItemList,
  journal: Journal,
  report: (thrown: unknown) => void,
): { readonly inbox: Inbox; readonly arrived: readonly NamedCopy[] } {
  const inbox = new Inbox(stateDir)
  const copies = list.where(({ staged }) => staged)
  const needed = copies.filter(({ state }) => state.status !== 'done')
  const pathsOf = (items: readonly UploadItem[]) => new Set(items.map(({ sourcePath }) => sourcePath))
  const unlisted = inbox.sweep({ named: pathsOf(copies), needed: pathsOf(needed) })
  const arrived = unlisted.filter((copy) => hasJustArrived(copy, list))
  try {
    const own = new Set<UnlistedCopy>(arrived)
    const others = unlisted.filter((copy) => !own.has(copy))
    const found = listUnlisted(others, { list, journal })
    if (found) report(found)
  } catch (thrown) {
    // They are found again at the next start.
    report(thrown)
  }
  return { inbox, arrived }
}

/** Whether its batch still waits for the page, and lacks this file. */
function hasJustArrived(copy: UnlistedCopy, list: ItemList): copy is NamedCopy {
  const awaited = list.batch(copy.batchId)?.awaitedFiles ?? null
  if (copy.relativePath === null || awaited === null) return false
  const items = list.select({ batchIds: [copy.batchId] })
  return !items.some(({ relativePath }) => relativePath === copy.relativePath)
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
