/**
 * F17 for the client's own files: journal, history and settings that a real client wrote, changed in their values or in their
 * bytes, are opened by a real client. `PHOTOFERRY_FUZZ` says how many; each costs more than a request.
 */
import { cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { endlessPatience, openClient } from '../../src/main/client/client.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'
import { openTestClient, writeFiles } from '../main/a-client.ts'
import { start } from '../server/harness.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { patientMs, runs } from './runs.ts'
import { applyEdits, type ByteEdit, byteEdit, changeBytes, type Edit, edits, jsonSpots } from './spots.ts'

interface Damage {
  /** Of the files, modulo their count. */
  readonly file: number
  readonly changes: readonly Edit[]
  readonly bytes: readonly ByteEdit[]
}

const values = fc.record({ file: fc.nat(100), changes: edits(4), bytes: fc.constant([]) })
const bytes = fc.record({
  file: fc.nat(100),
  changes: fc.constant([]),
  bytes: fc.array(byteEdit, { minLength: 1, maxLength: 3 }),
})
const damages: fc.Arbitrary<Damage[]> = fc.array(fc.oneof(values, bytes), { minLength: 1, maxLength: 2 })

interface Scene {
  readonly state: string
  /** As the client left it. */
  readonly good: string
  /** Nothing in it may change. */
  readonly kept: readonly string[]
}

/** A state folder with stored, removed, paused and dropped files, servers and a preset. */
async function buildState(): Promise<Scene> {
  const root = temporaryFolder()
  const [state, good, outside] = [join(root, 'state'), join(root, 'good'), join(root, 'outside')]
  const [stored, paused] = [join(root, 'card 1'), join(root, 'card 2')]
  writeFiles(outside, { 'canary.jpg': 8 })
  writeFiles(stored, { 'a.jpg': 3_000, 'b.jpg': 40_000, 'c.jpg': 10, 'd.jpg': 0 })
  writeFiles(paused, { 'e.jpg': 3_000, 'f/g.jpg': 500, 'f/h.jpg': 500 })
  const { client: wire } = await start()
  const { client, row, statuses } = await openTestClient(state, { url: wire.url, token: wire.token })
  await client.intake.addPaths([stored])
  await client.whenIdle()
  await expect.poll(statuses).toMatchObject({ 'a.jpg': 'done', 'b.jpg': 'done', 'c.jpg': 'done' })
  await client.queue.remove({ itemIds: [row('c.jpg').id] })
  const profile = { id: 'studio', name: 'Studio', url: 'http://127.0.0.1:9', token: 'secret' }
  await client.settings.change({ servers: [profile], parallelFiles: 4 })
  const inbox = await client.intake.openInbox('Drop', undefined, {}, { files: 1, leftOut: 0, skipped: 0 })
  writeFiles(inbox.folder, { copy: 1_000 })
  const [batchId = ''] = await client.intake.addPaths([paused])
  await client.queue.pause({ all: true })
  await inbox.add('dropped.jpg', join(inbox.folder, 'copy'), () => undefined)
  await client.queue.pause({ all: true })
  await inbox.close(null)
  await client.queue.pause({ batchIds: [batchId] })
  await client.stop()
  cpSync(state, good, { recursive: true, preserveTimestamps: true })
  return { state, good, kept: [outside, stored, paused] }
}

/** The files that hold what a client knows, relative to the state folder. */
function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /\.jsonl?$/.test(name)).sort()
}

function damage(path: string, { changes, bytes: flips }: Damage): void {
  const good = readFileSync(path)
  const lines = path.endsWith('l') ? good.toString().trimEnd().split('\n') : [good.toString()]
  const changed =
    changes.length === 0 ? good : Buffer.from(lines.map((line) => changeJson(line, changes)).join('\n'))
  writeFileSync(path, flips.reduce(changeBytes, changed))
}

/** What an earlier change has made of the file may be no JSON any more. */
function changeJson(text: string, changes: readonly Edit[]): string {
  try {
    const holder: Record<string, unknown> = { content: JSON.parse(text) }
    applyEdits(changes, () => jsonSpots(holder, 'content'))
    return JSON.stringify(holder.content) ?? ''
  } catch {
    return text
  }
}

/** Entries that the files of the queue hold; one that is not JSON any more holds those that it held before. */
function entriesIn({ state, good }: Scene): number {
  const shards = filesIn(good).filter((name) => /^journal\/items-\d+\.json$/.test(name))
  const countIn = (path: string): number | undefined => {
    try {
      const { items } = JSON.parse(readFileSync(path, 'utf8'))
      return Array.isArray(items) ? items.length : undefined
    } catch {
      return undefined
    }
  }
  return shards.reduce((sum, name) => sum + (countIn(join(state, name)) ?? countIn(join(good, name)) ?? 0), 0)
}

function everythingIn(folder: string): unknown {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => [name, lstatSync(join(folder, name)).mtimeMs, lstatSync(join(folder, name)).size])
}

/** Opens it, removes everything from the list, and closes; answers what was listed and said. */
async function openAndEmpty(state: string): Promise<{ listed: number; said: readonly string[] }> {
  const said: string[] = []
  const listed = new Set<string>()
  let isListed = false
  // Not by the tests' own, which keeps each client until the test ends.
  const client = await openClient({
    ...terminalClient,
    stateDir: state,
    server: null,
    bundled: null,
    patience: endlessPatience,
    log: (line) => said.push(line),
  })
  try {
    client.feed.subscribe(({ items, overview, more }) => {
      for (const { id } of items) listed.add(id)
      said.push(...overview.notices.map(({ message }) => message))
      isListed ||= !more
    })
    await expect.poll(() => isListed, { interval: 5 }).toBe(true)
    await client.settings.change({ parallelFiles: 5 })
    client.history.entries()
    await client.queue.remove({ all: true })
  } finally {
    await client.stop()
  }
  return { listed: listed.size, said }
}

it('damaged files of the client are opened, what is not used is said, and nothing outside is touched', {
  timeout: patientMs,
}, async () => {
  const scene = await buildState()
  const { state, good, kept } = scene
  const files = filesIn(good)
  const before = kept.map(everythingIn)
  const property = fc.asyncProperty(damages, async (chosen) => {
    rmSync(state, { recursive: true, force: true })
    cpSync(good, state, { recursive: true, preserveTimestamps: true })
    for (const one of chosen) damage(join(state, files[one.file % files.length] ?? ''), one)
    const entries = entriesIn(scene)
    const { listed, said } = await openAndEmpty(state)
    const aside = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('.damaged-'),
    )
    if (aside.length > 0 || listed < entries) {
      expect(said, `${listed} of ${entries} listed, set aside: ${aside.join(', ')}`).not.toEqual([])
    }
    expect(kept.map(everythingIn)).toEqual(before)
  })
  console.log(`files: ${files.join(', ')}`)
  await fc.assert(property, runs('damaged state folders', 0.1))
  // What is not damaged is all there, and nothing is said.
  rmSync(state, { recursive: true, force: true })
  cpSync(good, state, { recursive: true, preserveTimestamps: true })
  expect(await openAndEmpty(state)).toEqual({ listed: entriesIn({ state, good, kept }), said: [] })
})
