/** A real client with a real server and a card of photos, and beside them what no command may touch. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import { type CommandName, type CommandReply, commandInputs } from '../../src/shared/ipc.ts'
import { defaultSettings } from '../../src/shared/settings.ts'
import { openTestClient, type WatchedClient, writeFiles } from '../main/a-client.ts'
import { start } from '../server/harness.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { commandInputsOf, type Shown } from './command-inputs.ts'
import { hostileText } from './hostile-values.ts'
import { applyEdits, type Edit, edits, jsonSpots } from './spots.ts'

export interface CommandAttempt {
  readonly name: string
  /** Whose input it begins with. */
  readonly like: CommandName
  readonly changes: readonly Edit[]
}

const commandNames = Object.keys(commandInputs) as CommandName[]

/** @param more other values than JSON can carry, where these get through */
export function commandAttempts(more: readonly unknown[] = []): fc.Arbitrary<CommandAttempt> {
  const like = fc.constantFrom(...commandNames)
  const named = fc
    .record({ like, changes: edits(4, more) })
    .map((attempt) => ({ ...attempt, name: attempt.like }))
  const renamed = fc.record({ like, changes: edits(4, more), name: hostileText })
  return fc.oneof({ weight: 20, arbitrary: named }, { weight: 1, arbitrary: renamed })
}

export interface ClientScene extends WatchedClient {
  readonly stateDir: string
  readonly shown: Shown
  /** Adds the card anew, since commands remove what is on the list. @param dropId of a drop that is open, if any */
  renew(dropId: string): Promise<void>
  /** The input of an attempt. */
  inputOf(attempt: CommandAttempt): unknown
  expectNothingOutside(): void
  /** A folder that is added now is stored whole, whatever the settings and the list are like. */
  expectHonestDrop(): Promise<void>
}

export async function openClientScene(): Promise<ClientScene> {
  const root = temporaryFolder()
  const [card, outside, stateDir] = [join(root, 'card'), join(root, 'outside'), join(root, 'state')]
  for (const folder of [outside, join(root, 'honest')]) mkdirSync(folder)
  writeFileSync(join(outside, 'canary.jpg'), 'precious')
  writeFiles(card, { 'a.jpg': 3_000, 'b.jpg': 200_000, 'c/d.jpg': 0, 'c/e.mov': 100 })
  const { client: wire, dataDir } = await start()
  const watched = await openTestClient(stateDir, { url: wire.url, token: wire.token })
  const { client, rows } = watched
  const before = [everythingIn(card), everythingIn(outside)]
  const shown = { card, batchId: '', itemId: '', dropId: '', url: wire.url }
  return {
    ...watched,
    stateDir,
    shown,
    renew: async (dropId) => {
      // All that was seen of a hundred thousand commands would not fit into memory.
      watched.events.length = 0
      await client.intake.addPaths([card])
      const { id: itemId = '', batchId = '' } = rows().at(-1) ?? {}
      Object.assign(shown, { batchId, itemId, dropId })
    },
    inputOf: (attempt) => inputOf(attempt, shown),
    expectNothingOutside: () => {
      expect([everythingIn(card), everythingIn(outside)]).toEqual(before)
      expect(readdirSync(root).sort()).toEqual(['card', 'honest', 'outside', 'state'])
    },
    expectHonestDrop: async () => {
      const { ownPresets: _, ...untouched } = defaultSettings
      await client.settings.change({
        ...untouched,
        skipRules: { groups: [], extensions: [], patterns: [], empty: false },
      })
      await client.queue.remove({ all: true })
      const name = `honest-${Date.now()}`
      const [batchId] = await client.intake.addPaths(
        [writeFiles(join(root, 'honest', name), { 'x.jpg': 150_000 })],
        {
          presetId: 'original',
        },
      )
      const states = () =>
        rows()
          .filter((row) => row.batchId === batchId)
          .map(({ state }) => state.status)
      await expect.poll(states).toEqual(['done'])
      expect(readFileSync(join(dataDir, 'uploads', name, 'x.jpg'))).toEqual(Buffer.alloc(150_000, 'x.jpg'))
    },
  }
}

function inputOf({ like, changes }: CommandAttempt, shown: Shown): unknown {
  const holder: Record<string, unknown> = { input: structuredClone(commandInputsOf(shown)[like]) }
  applyEdits(changes, () => jsonSpots(holder, 'input'))
  return withoutLargeFolders(holder.input)
}

/** Honest commands that would read all of this machine are none of a test's. */
function withoutLargeFolders(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('paths' in input)) return input
  const { paths } = input
  if (!Array.isArray(paths)) return input
  const isLarge = (path: unknown) =>
    typeof path === 'string' && ['/', '/etc', '/proc'].includes(resolve(path))
  // Not by its own map(): a change may have given it another constructor.
  return { ...input, paths: [...paths].map((path) => (isLarge(path) ? '/nowhere' : path)) }
}

/** Fails where a command met a bug: it answers, and refuses with a reason of its own. */
export function expectAnswered(attempt: CommandAttempt, reply: CommandReply): void {
  const isBug = !reply.ok && reply.error.code === 'internal'
  if (isBug)
    throw new Error(`${JSON.stringify(attempt).slice(0, 3_000)} was answered with ${JSON.stringify(reply)}`)
  expect(typeof reply.ok).toBe('boolean')
}

function everythingIn(folder: string): unknown {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => [name, lstatSync(join(folder, name)).size, lstatSync(join(folder, name)).mtimeMs])
}
