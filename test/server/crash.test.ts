/**
 * F1: the server is killed before its k-th operation on files or ledger, for every k until a run passes untouched.
 * After each death: done means stored (R1), a path is absent or whole (R2), little is sent again (R4), nothing is left
 * over (R12), and the same upload then ends well, once.
 */
import { describe, expect, it } from 'vitest'
import { bring, nothing, other, photo, scenarios } from './crash-scenarios.ts'
import { type Death, dieAtEvery } from './deaths.ts'
import { start } from './harness.ts'
import { keptBytes, partialNames, storedBytes, storedFiles, storedMtimeMs } from './test-storage.ts'

async function expectWhole(dataDir: string): Promise<string[]> {
  const paths = await storedFiles(dataDir)
  for (const path of paths) {
    const bytes = await storedBytes(dataDir, path)
    expect(
      [photo, other, nothing].some((whole) => whole.equals(bytes)),
      `${path} is whole`,
    ).toBe(true)
  }
  return paths
}

/** Scenario -> what is stored in the end, where that is not the photo alone. */
const expectedPaths: Readonly<Record<string, readonly string[]>> = {
  'a name that is taken': ['a/b/photo (2).jpg', 'a/b/photo.jpg'],
  'a copy made by the server': ['a/b/photo.jpg', 'original.jpg'],
  'a bundle': ['a/b/photo.jpg', 'a/other.jpg', 'empty.jpg'],
}
/** Scenarios in which bytes may have to be sent again. */
const sendsAgain = ['the whole way', 'a file without a digest beforehand', 'a bundle']

async function expectRecovery(scenario: string, { dataDir, survived }: Death): Promise<void> {
  const before = await expectWhole(dataDir)
  const isBundle = scenario === 'a bundle'
  const expected = expectedPaths[scenario] ?? ['a/b/photo.jpg']
  if (survived) expect(before).toEqual(expected)
  const { server } = await start({ dataDir })
  const open = await server.uploads.ledger.openTasks()
  const partials = await partialNames(dataDir)
  expect(open.map((task) => task.taskId)).toEqual(expect.arrayContaining(partials))
  const sent = await bring(server, 'a/b/photo.jpg', photo)
  if (!sendsAgain.includes(scenario)) expect(sent).toBe(0)
  if (isBundle) {
    await bring(server, 'a/other.jpg', other)
    await bring(server, 'empty.jpg', nothing)
  }
  expect(await expectWhole(dataDir)).toEqual(expected)
  const path = expected[0] ?? ''
  expect(await storedBytes(dataDir, path)).toEqual(photo)
  expect(await storedMtimeMs(dataDir, path)).toBe(1_600_000_000_000)
  if (scenario === 'a damaged file that is replaced') {
    // What was there is kept, whenever the server died.
    expect(await keptBytes(dataDir, path)).toEqual(other)
    expect((await server.uploads.ledger.totals()).damagedFiles).toBe(0)
  }
  const left = await server.uploads.ledger.openTasks()
  // Without a digest beforehand the first task cannot be found again; it waits until it expires.
  const forgotten =
    scenario === 'a file without a digest beforehand' ? left.filter((task) => task.md5 === null) : []
  expect(left).toEqual(forgotten)
  expect(await partialNames(dataDir)).toEqual(forgotten.map((task) => task.taskId))
  await server.close()
}

// One small upload and one bundle at every run, from its first operation to its last; the other workloads before a release.
const chosen = process.env.CRASH_ALL === '1' ? Object.keys(scenarios) : ['the whole way', 'a bundle']

describe('a server killed before its k-th operation, for every k', () => {
  it.each(chosen)('keeps its promises: %s', { timeout: 300_000 }, async (scenario) => {
    const operations = await dieAtEvery(scenario, (death) => expectRecovery(scenario, death))
    console.log(`${scenario}: killed at each of ${operations} operations`)
  })
})
