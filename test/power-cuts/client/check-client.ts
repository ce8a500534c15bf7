/** Opens the real client on what a power cut left of its folder, and checks what it promised (R3, R8, R12, docs/promises.md). */

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  type Client,
  type ClientOptions,
  endlessPatience,
  openClient,
} from '../../../src/main/client/client.ts'
import { openStores } from '../../../src/main/client/stores.ts'
import { terminalClient } from '../../../src/main/terminal/terminal-client.ts'
import type { Batch } from '../../../src/shared/batch.ts'
import { toUploadError } from '../../../src/shared/protocol/errors.ts'
import { isFinished, isOver, type UploadItem } from '../../../src/shared/upload.ts'
import type { Recorder } from '../record/recorder.ts'
import { DiskModel } from '../replay/disk-model.ts'
import type { Operation } from '../replay/read-log.ts'
import type { Recording } from '../replay/try-cuts.ts'
import { type Expected, type Facts, factsAt, type PlacedMark } from './facts.ts'
import { pageFiles } from './page-files.ts'
import { recordClient, serverIn } from './record-client.ts'

interface Scene {
  readonly stateDir: string
  readonly scratch: string
  readonly marks: readonly PlacedMark[]
  /** Name of a converted copy -> its bytes. */
  readonly copies: ReadonlyMap<string, Buffer>
}

export async function clientRecording(recorder: Recorder): Promise<Recording> {
  const { operations, marks } = await recordClient(recorder)
  const scene: Scene = {
    stateDir: recorder.root,
    scratch: recorder.scratch,
    marks,
    copies: copiesIn(operations),
  }
  return {
    side: 'client',
    operations,
    root: recorder.root,
    tellings: marks.map(({ position }) => position),
    check: (position, isFinishing) => checkClient(scene, position, isFinishing),
  }
}

/** What the copies held that were given their names. */
function copiesIn(operations: readonly Operation[]): Map<string, Buffer> {
  const copies = new Map<string, Buffer>()
  const disk = new DiskModel()
  for (const operation of operations) {
    disk.apply(operation)
    if (operation.kind !== 'rename' || !operation.to.startsWith('payloads/')) continue
    const file = disk.files.get(operation.ino)
    if (file) copies.set(basename(operation.to), file.current())
  }
  return copies
}

const pageBytes = new Map(
  Object.values(pageFiles).flatMap((files) => files.map((file) => [file.relativePath, file.bytes])),
)

/** A copy that was found although no list names it may be called by its file's own name. */
function isWholeCopy(relativePath: string, bytes: Buffer): boolean {
  const known = pageBytes.get(relativePath)
  return known === undefined ? [...pageBytes.values()].some((one) => one.equals(bytes)) : known.equals(bytes)
}

async function checkClient(scene: Scene, position: number, isFinishing: boolean): Promise<string[]> {
  const { stateDir, marks } = scene
  const facts = factsAt(marks, position)
  const problems: string[] = []
  let items: readonly UploadItem[] = []
  const options: ClientOptions = {
    ...terminalClient,
    stateDir,
    server: null,
    bundled: null,
    patience: endlessPatience,
    stillSeconds: 0,
    log: () => undefined,
  }
  try {
    const report = (thrown: unknown) => {
      // A page was about to be told that they are here: they are put on the list.
      if (toUploadError(thrown).info.facts?.kind === 'copies-found') return
      problems.push(`R3: the client reports damage: ${String(thrown)}`)
    }
    const stores = openStores(options, report)
    items = stores.list.select({ all: true })
    problems.push(...itemProblems(items, facts))
    for (const { batchId, sources } of facts.drops) {
      const batch = stores.list.batch(batchId)
      if ((batch?.unscannedPaths.length ?? 0) > 0) continue
      problems.push(...lostSources(items, facts, sources))
      if (batch) problems.push(...countProblems(batch, items, sources.length))
    }
    problems.push(
      ...stagedProblems(items, facts),
      ...copyProblems(items, scene),
      ...leftovers(items, stateDir),
    )
    for (const { batchId, itemIds } of facts.receipts) {
      const lines = await stores.historyStore.lines(batchId)
      const lost = itemIds.filter((itemId) => !lines.stored.has(itemId))
      problems.push(...lost.map((itemId) => `The receipt line of ${itemId}, which was removed, is lost.`))
    }
    const { theme } = stores.settings.current
    if (!facts.themes.includes(theme)) problems.push(`The settings are not those that were saved: ${theme}.`)
    stores.journal.flush()
  } catch (thrown) {
    problems.push(`R3: the client does not open: ${String(thrown)}`)
  }
  if (isFinishing && problems.length === 0) problems.push(...(await finishProblems(options, scene, items)))
  return problems
}

const finishedAs: Readonly<Record<Exclude<Expected, 'gone' | 'going'>, (status: string) => boolean>> = {
  paused: (status) => status === 'paused',
  canceled: (status) => status === 'canceled',
  failed: (status) => status !== 'done' && status !== 'empty',
}

function meets(item: UploadItem | undefined, expected: Expected): boolean {
  if (item === undefined || expected === 'gone') return item === undefined && expected === 'gone'
  const { status } = item.state
  if (expected === 'going') return status !== 'paused' && status !== 'canceled' && status !== 'failed'
  return finishedAs[expected](status)
}

/** R3: no item vanishes, none is what it was before an acknowledged command. */
function itemProblems(items: readonly UploadItem[], { items: expectations }: Facts): string[] {
  const byId = new Map(items.map((item) => [item.id, item]))
  return [...expectations].flatMap(([id, expected]) => {
    const item = byId.get(id)
    if (expected.some((one) => meets(item, one))) return []
    return [
      `R3: ${item?.relativePath ?? id} is ${item?.state.status ?? 'lost'}, not ${expected.join(' or ')}.`,
    ]
  })
}

/** R3: every file of an accepted drop is on the list, unless the person removed it. */
function lostSources(items: readonly UploadItem[], facts: Facts, sources: readonly string[]): string[] {
  const listed = new Set(items.map(({ sourcePath }) => sourcePath))
  const lost = sources.filter((source) => !listed.has(source))
  // Which files those were that the person removed, only their count says here; itemProblems names each.
  const removable = [...facts.items.values()].filter((expected) => expected.includes('gone')).length
  return lost.length <= removable ? [] : [`R3: ${lost.length} files of a drop are lost: ${lost.join(', ')}.`]
}

/** R3: dropped = on the list + removed; after a crash in the middle of a removal its files may be counted twice. */
function countProblems(
  { id, name, removed }: Batch,
  items: readonly UploadItem[],
  dropped: number,
): string[] {
  const listed = items.filter(({ batchId }) => batchId === id).length
  const counted = listed + removed.stored + removed.notStored
  if (counted >= dropped) return []
  return [`R3: of ${dropped} files of ${name} only ${counted} are counted.`]
}

/** R3: what a page was told has arrived is on the list, and its copy is whole until it is stored. */
function stagedProblems(items: readonly UploadItem[], { staged }: Facts): string[] {
  const problems: string[] = []
  for (const { batchId, relativePath } of staged) {
    const isListed = items.some((item) => item.batchId === batchId && item.relativePath === relativePath)
    if (!isListed) problems.push(`R3: ${relativePath} arrived from a page and is not on the list.`)
  }
  for (const { staged: isCopy, state, sourcePath, relativePath } of items) {
    if (!isCopy || isFinished(state.status)) continue
    const bytes = statSync(sourcePath, { throwIfNoEntry: false }) && readFileSync(sourcePath)
    if (bytes === undefined) problems.push(`R3: the copy of ${relativePath}, which a page sent, is gone.`)
    else if (!isWholeCopy(relativePath, bytes)) {
      problems.push(`R3: the copy of ${relativePath}, which a page sent, is torn: ${bytes.length} bytes.`)
    }
  }
  return problems
}

/** R8: a converted copy that would be sent is the one that was made. */
function copyProblems(items: readonly UploadItem[], { copies }: Scene): string[] {
  return items.flatMap(({ payload, state, relativePath }) => {
    if (payload === null || isOver(state.status)) return []
    const stat = statSync(payload.path, { throwIfNoEntry: false })
    const isUsed = stat?.size === payload.size && stat.mtimeMs === payload.mtimeMs
    if (!isUsed || copies.get(basename(payload.path))?.equals(readFileSync(payload.path)) === true) return []
    return [`R8: the converted copy of ${relativePath} is torn.`]
  })
}

const ownFiles =
  /^(settings\.json|format\.json|lock\.db(-journal)?|(journal|history)\/[\w-]+(\.previous)?\.json|history\/[0-9a-f-]+\.jsonl)$/

/** R12: no temporary file is left that no item needs. */
function leftovers(items: readonly UploadItem[], stateDir: string): string[] {
  const names = items.map(({ sourcePath }) => join(stateDir, 'staging-names', basename(sourcePath)))
  const needed = new Set([
    ...names,
    ...items.flatMap(({ sourcePath, payload }) => [sourcePath, payload?.path]),
  ])
  const found = readdirSync(stateDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return found.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    const own = path.slice(stateDir.length + 1)
    return ownFiles.test(own) || needed.has(path) ? [] : [`R12: ${own} is left over.`]
  })
}

let servers = 0
const finishMs = 60_000

/** The client goes on and sends all that is left; then the server must have every file that nobody gave up. */
async function finishProblems(
  options: ClientOptions,
  scene: Scene,
  items: readonly UploadItem[],
): Promise<string[]> {
  const dataDir = join(scene.scratch, `finish-${++servers}`)
  mkdirSync(dataDir)
  const server = await serverIn(dataDir)
  const address = { url: server.url, token: server.token ?? '' }
  try {
    const client = await openClient({ ...options, server: address })
    await client.queue.resume({ all: true })
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), finishMs).unref())
    const isFinishing = await Promise.race([client.whenIdle().then(() => true), late])
    // What was stored at another server before is not sent again.
    const sent = items.filter(({ state }) => !isFinished(state.status))
    const problems = isFinishing ? sent.flatMap((item) => sentProblems(client, dataDir, item)) : []
    await client.stop()
    return isFinishing ? problems : ['The client does not finish what is left.']
  } finally {
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** What a file was before it is sent, and what the server has of it then. */
function sentProblems({ files }: Client, dataDir: string, item: UploadItem): string[] {
  const { relativePath, staged, sourcePath } = item
  const { state, isCopy, sha256 } = files.details(item.id)
  if (relativePath === 'nothing.jpg')
    return state.status === 'failed' ? [] : [`R3: a missing file is ${state.status}.`]
  if (state.status !== 'done') return [`R3: ${relativePath} is ${state.status} after all was sent.`]
  const path = decodeURIComponent(new URL(state.url).pathname.replace('/uploads/', ''))
  const stored = readFileSync(join(dataDir, 'uploads', path))
  const isSame = isCopy
    ? createHash('sha256').update(stored).digest('hex') === sha256
    : staged
      ? isWholeCopy(relativePath, stored)
      : readFileSync(sourcePath).equals(stored)
  return isSame ? [] : [`R1: ${relativePath} is done, and the server has other bytes.`]
}
