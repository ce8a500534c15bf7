/** Two hundred clients at once: nothing lost, nothing doubled. `npm run bench:load` takes a thousand uploads of each. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { runLoad } from '../bench/load-clients.ts'
import { spawnServer, temporaryFolder } from './harness.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'

it('stores every file of two hundred clients once, and whole', async () => {
  const dataDir = temporaryFolder()
  const { client } = await spawnServer(dataDir)
  const { url, token } = client
  const { stored } = await runLoad({ url, token, clients: 200, uploadsEach: 3, bytes: 5_000 })
  const library = await storedFiles(dataDir)
  expect(library).toEqual([...stored.keys()].toSorted())
  for (const path of library) {
    const md5 = createHash('md5').update(await storedBytes(dataDir, path))
    expect(md5.digest('hex')).toBe(stored.get(path))
  }
  expect(await partialNames(dataDir)).toEqual([])
  expect((await client.request('GET', '/api/stats')).body).toMatchObject({
    activeUploads: 0,
    completedUploads: 600,
    failedUploads: 0,
  })
})
