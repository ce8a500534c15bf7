/** Starts the real server on what a power cut left, and checks what it promised (R1, R2, R12, docs/promises.md). */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfig } from '../../../server/config/config.ts'
import type { Log } from '../../../server/monitoring/log.ts'
import { type RunningServer, serve } from '../../../server/serve.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Recording } from '../replay/try-cuts.ts'
import { type Promised, type RecordedServer, recordServer } from './record-server.ts'
import { md5, sha256 } from './wire.ts'
import { personsFiles, workload } from './workload.ts'

export async function serverRecording(recorder: Recorder): Promise<Recording> {
  const recorded = await recordServer(recorder)
  const { operations, promised } = recorded
  return {
    side: 'server',
    operations,
    root: recorder.root,
    tellings: [...new Set(promised.map(({ position }) => position))].sort((a, b) => a - b),
    check: (position, isFinishing) => checkServer(recorder.root, recorded, position, isFinishing),
  }
}

const silence = () => undefined
const silentLog: Log = { debug: silence, info: silence, warn: silence, error: silence }

async function checkServer(
  dataDir: string,
  recorded: RecordedServer,
  position: number,
  isFinishing: boolean,
): Promise<string[]> {
  const config = parseConfig(['--port', '0', '--data', dataDir], { CHUNK_SIZE: '64K' })
  if (config === undefined) throw new Error('no configuration')
  let server: RunningServer
  try {
    server = await serve(config, silentLog)
  } catch (thrown) {
    return [`The server does not start: ${String(thrown)}`]
  }
  try {
    const due = dueAt(recorded, position)
    const problems = [
      ...tokenProblems(server, recorded, due),
      ...(await storedProblems(server, dataDir, due)),
      ...libraryProblems(dataDir, recorded, due),
      ...(await leftoverProblems(server, dataDir)),
    ]
    if (isFinishing && problems.length === 0) problems.push(...(await finishProblems(server, dataDir, due)))
    return problems
  } finally {
    await server.close()
  }
}

/** What must be stored: of several promises for one path the last one, unless its owner removes it just then. */
function dueAt({ promised, removed }: RecordedServer, position: number): Promised[] {
  const due = new Map<string, Promised>()
  for (const promise of promised) {
    const removedAt = removed.get(promise.path)
    const mayBeGone = removedAt !== undefined && promise.position <= removedAt && position > removedAt
    if (promise.position <= position && !mayBeGone) due.set(promise.path, promise)
  }
  return [...due.values()]
}

function tokenProblems(server: RunningServer, { token }: RecordedServer, due: readonly Promised[]): string[] {
  const isKnown = due.length > 0
  return isKnown && server.token !== token ? ['The token that clients have is not accepted any more.'] : []
}

/** R1: what was answered as stored is there, is what was sent, and is in the ledger. */
async function storedProblems(
  server: RunningServer,
  dataDir: string,
  due: readonly Promised[],
): Promise<string[]> {
  const problems: string[] = []
  for (const { path, bytes } of due) {
    const found = readStored(dataDir, path)
    if (found === undefined) problems.push(`R1: ${path} was stored and is gone.`)
    else if (!found.bytes.equals(bytes)) problems.push(`R1: ${path} was stored and has other bytes.`)
    const row = await server.uploads.ledger.fileAt(path)
    if (row === undefined) {
      problems.push(`R1: ${path} was stored and is not in the ledger.`)
      continue
    }
    const isSame = row.size === bytes.length && row.md5 === md5(bytes) && row.sha256 === sha256(bytes)
    if (!isSame) problems.push(`R1: the ledger has another digest for ${path}.`)
    if (found !== undefined && found.mtimeMs !== row.mtimeMs) {
      problems.push(`R1: ${path} has another time than in the ledger: ${found.mtimeMs}, ${row.mtimeMs}.`)
    }
  }
  return problems
}

function readStored(dataDir: string, path: string): { bytes: Buffer; mtimeMs: number } | undefined {
  const file = join(dataDir, 'uploads', path)
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat && { bytes: readFileSync(file), mtimeMs: stat.mtimeMs }
}

/** R2: a path holds nothing, or a whole file that was brought for it. */
function libraryProblems(dataDir: string, { promised }: RecordedServer, due: readonly Promised[]): string[] {
  const library = join(dataDir, 'uploads')
  const entries = readdirSync(library, { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name).slice(library.length + 1)
    const isPersons = personsFiles.includes(path) && !due.some((promise) => promise.path === path)
    if (entry.isDirectory() || isPersons) return []
    const bytes = readFileSync(join(library, path))
    const isWhole = promised.some((promise) => promise.path === path && promise.bytes.equals(bytes))
    return isWhole ? [] : [`R2: ${path} is torn, or is no file that was brought: ${bytes.length} bytes.`]
  })
}

const ownFiles = [
  'ledger.db',
  'ledger.db-wal',
  'ledger.db-shm',
  'ledger.db-journal',
  'token',
  'partial',
  'ballast',
  'damaged',
]

/** R12: after the clean-up no temporary file is left that no task needs. */
async function leftoverProblems(server: RunningServer, dataDir: string): Promise<string[]> {
  const open = await server.uploads.ledger.openTasks()
  const needed = new Set(open.flatMap(({ taskId, unplacedPartial }) => [taskId, unplacedPartial]))
  const folder = join(dataDir, '.photoferry')
  const partials = readdirSync(join(folder, 'partial')).filter((name) => !needed.has(name))
  const others = readdirSync(folder).filter((name) => !ownFiles.includes(name))
  return [...partials, ...others].map((name) => `R12: ${name} is left over.`)
}

let requests = 0

/** Every client comes back and finishes: all its files must be there then, and all that was there before. */
async function finishProblems(
  server: RunningServer,
  dataDir: string,
  due: readonly Promised[],
): Promise<string[]> {
  const address = { url: server.url, token: server.token ?? '', nextId: () => `finish-${++requests}` }
  const problems: string[] = []
  for (const step of workload.flatMap(({ steps }) => steps)) {
    // The server may only find out now that bytes of some chunks are lost: they are asked for, and sent.
    const told = await patiently(() => step.finish(address)).catch((thrown) => {
      problems.push(`The upload can't be finished: ${String(thrown)}`)
      return []
    })
    for (const one of told) {
      const found = one && readStored(dataDir, one.path)
      if (one && found?.bytes.equals(one.bytes) !== true) {
        problems.push(`R1: ${one.path} was brought again and has other bytes.`)
      }
    }
  }
  const after = due.filter(({ path, bytes }) => readStored(dataDir, path)?.bytes.equals(bytes) !== true)
  problems.push(...after.map(({ path }) => `R2: ${path} was stored and was harmed by what came later.`))
  return [...problems, ...(await leftoverProblems(server, dataDir))]
}

const tries = 3

async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (attempt === tries || !String(thrown).includes('chunks-missing')) throw thrown
    }
  }
}
