import { describe, expect, it } from 'vitest'
import { photo } from './crash-scenarios.ts'
import { type Death, dieAtEvery } from './deaths.ts'
import { appendingClients, bringByContract, dialectScenarios, documentClients } from './dialect-scenarios.ts'
import { start } from './harness.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'

async function expectWhole(dataDir: string): Promise<string[]> {
  const paths = await storedFiles(dataDir)
  for (const path of paths) expect(await storedBytes(dataDir, path)).toEqual(photo)
  return paths
}

async function expectRecovery(scenario: string, { dataDir, survived }: Death): Promise<void> {
  const before = await expectWhole(dataDir)
  if (survived) expect(before).toEqual(['photo.jpg'])
  const { server } = await start({ dataDir, args: ['--no-auth'] })
  const { ledger } = server.uploads
  const open = await ledger.openTasks()
  const known = open.flatMap(({ taskId, unplacedPartial }) =>
    unplacedPartial === null ? [taskId] : [taskId, unplacedPartial],
  )
  expect(known).toEqual(expect.arrayContaining(await partialNames(dataDir)))
  const bring = documentClients[scenario]
  const append = appendingClients[scenario]
  if (bring !== undefined) {
    await bring(server.url, 'photo.jpg', photo)
  } else if (append !== undefined) {
    const kept = open[0] && `${scenario.startsWith('tus') ? '/tus' : '/resumable'}/${open[0].taskId}`
    if (kept !== undefined || before.length === 0) await append(server, kept)
  } else {
    await bringByContract(server.url).catch(async () => {
      // Killed while the wrong chunk was its only one: told so now, the client sends again what it is asked for.
      expect(scenario).toBe('the published contract, mended')
      await bringByContract(server.url)
    })
  }
  expect(await expectWhole(dataDir)).toEqual(['photo.jpg'])
  // A whole file is sent as another upload: what was begun expires.
  if (scenario !== 'a whole file in a form') {
    expect(await ledger.openTasks()).toEqual([])
    expect(await partialNames(dataDir)).toEqual([])
  }
  await server.close()
}

// A hundred children and more: before a release, as with the native workloads.
describe.runIf(process.env.CRASH_ALL === '1')(
  'a server killed before its k-th operation, for every k',
  () => {
    it.each(Object.keys(dialectScenarios))(
      'keeps its promises: %s',
      { timeout: 180_000 },
      async (scenario) => {
        const operations = await dieAtEvery(scenario, (death) => expectRecovery(scenario, death))
        console.log(`${scenario}: killed at each of ${operations} operations`)
      },
    )
  },
)
