/** Small files travel in bundles: killing either side in the middle of one loses nothing, and sends little again. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openTestClient } from '../main/a-client.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { countingProxy } from './counting-proxy.ts'
import { announceSeed, fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { end, serve, upload } from './programs.ts'

const kills = 4
const files = 400
const fileBytes = 40_000
/** Three bundles of 2 MiB at once, and what is in the sockets. */
const inFlight = 3 * (2 << 20) + (1 << 20)

it('killing the uploader in the middle of bundles loses nothing, and sends at most what was in flight again', async () => {
  const random = seeded(announceSeed('kills in the middle of bundles'))
  const folder = temporaryFolder()
  const source = join(folder, 'source', 'shoot')
  for (let nth = 0; nth < files; nth += 1)
    writeRandomFile(join(source, `day ${nth % 3}/IMG_${nth}.jpg`), fileBytes, random)
  const server = await serve(join(folder, 'data'))
  const proxy = await countingProxy(() => server.port)
  const target = { url: proxy.url, token: server.token }
  for (let kill = 0; kill < kills; kill += 1) {
    const { child } = upload([source], target, join(folder, 'state'))
    const killAtBytes = proxy.sentBytes() + 500_000 + random() * 2_000_000
    while (proxy.sentBytes() < killAtBytes && child.exitCode === null) await delay(2)
    expect(child.exitCode).toBeNull()
    await end(child, 'SIGKILL')
  }
  const { client, rows } = await openTestClient(join(folder, 'state'), target)
  await client.whenIdle()
  await expect.poll(() => rows().filter(({ state }) => state.status === 'done').length).toBe(files)
  expect(rows()).toHaveLength(files)
  const counted = rows().filter(
    ({ id, attempts }) => attempts + client.files.details(id).failedAttempts.length > 0,
  )
  expect(counted).toEqual([])
  expect(fingerprint(join(folder, 'data', 'uploads'))).toEqual(fingerprint(join(folder, 'source')))
  // Each run asks for what is left: some 400 bytes a file.
  const talk = (kills + 1) * files * 1_000
  expect(proxy.sentBytes() - files * fileBytes - talk).toBeLessThanOrEqual(kills * inFlight)
})
