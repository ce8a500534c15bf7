/** Opens what the client stands on, journal and settings first, and has the running parts built upon it. */
import { type ErrorInfo, toUploadError } from '../../shared/protocol/errors.ts'
import { isActive, transition } from '../../shared/upload.ts'
import { createHashPool } from '../hashing/hash-pool.ts'
import { ImagePool } from '../images/convert/image-pool.ts'
import { Thumbnails } from '../images/thumbnails/thumbnails.ts'
import { StagingArea } from '../intake/staging-area.ts'
import { HistoryStore } from '../journal/history-store.ts'
import { Journal } from '../journal/journal.ts'
import { RestartMemory } from '../journal/restart-memory.ts'
import { SettingsStore } from '../journal/settings-store.ts'
import { PayloadArea } from '../pipeline/payload-area.ts'
import { ItemList } from '../queue/item-list.ts'
import { connectParts, type Foundation, type Running } from './connect-parts.ts'
import type { ClientOptions } from './options.ts'
import { Removals } from './removals.ts'
import { RestartCheck } from './restart-check.ts'
import { Surveys } from './surveys.ts'

export interface ClientParts extends Foundation, Running {
  readonly thumbnails: Thumbnails
  readonly surveys: Surveys
  readonly removals: Removals
}

/** Opens journal and settings and builds the rest upon them; nothing runs yet. */
export function buildParts(options: ClientOptions): ClientParts {
  const notices: ErrorInfo[] = []
  const note = (thrown: unknown) => {
    const { info } = toUploadError(thrown)
    if (notices.some(({ message }) => message === info.message)) return
    options.log(info.message)
    notices.push(info)
  }
  const settings = new SettingsStore(options)
  const journal = new Journal({ ...options, onWriteError: note })
  const history = new HistoryStore(options)
  for (const problem of [settings.problem, history.problem, ...journal.problems]) if (problem) note(problem)
  const list = new ItemList(journal)
  const restart = new RestartCheck({
    items: list.select({ all: true }),
    memory: new RestartMemory(options),
    onProblem: note,
  })
  requeueInterrupted(list)
  const staging = new StagingArea(options.stateDir)
  const needed = list.where(({ staged, state }) => staged && state.status !== 'done')
  staging.sweep(new Set(needed.map(({ sourcePath }) => sourcePath)))
  const tools = {
    hashPool: createHashPool(options.hashWorker),
    imagePool: new ImagePool(options.imageWorker),
    payloads: new PayloadArea(options.stateDir),
  }
  tools.payloads.sweep(list.select({ all: true }))
  const openBatches = new Set<string>()
  const thumbnails = new Thumbnails({
    program: { ...options.imageWorker, entry: options.thumbnailWorker },
    stateDir: options.stateDir,
  })
  const removals = new Removals((items) => {
    for (const { staged, sourcePath } of items) if (staged) staging.release(sourcePath)
  })
  const found = { settings, journal, history, restart, notices, options, note }
  const base = { ...found, list, staging, tools, openBatches }
  const surveys = new Surveys(list, settings)
  return { ...base, thumbnails, surveys, removals, ...connectParts(base) }
}

/** Active items of the run before are queued again; the server will say what it already holds. */
function requeueInterrupted(list: ItemList): void {
  const interrupted = list.where(({ state }) => isActive(state.status) || state.status === 'waiting')
  list.put(interrupted.map((item) => transition(item, { status: 'queued' })))
}
