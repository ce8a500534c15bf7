import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openTestClient } from '../main/a-client.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { countingProxy } from './counting-proxy.ts'
import { announceSeed, fingerprint, makePhotoFolder, seeded } from './photo-folder.ts'
import { end, serve, upload } from './programs.ts'

const kills = Number(process.env.PHOTOFERRY_KILLS ?? 10)
const chunkBytes = 1 << 20
/** Grows with the kills, so that the last of them still meets an upload. */
const largest = Math.max(10, kills) * 2.5 * chunkBytes
const chunksInFlight = 3 * 3
/** Headers and JSON bodies of the requests for one file, generously. */
const talkBytesPerFile = 1_500

/** Waits for a moment within an upload; asks often, since the moment is to be met as it comes. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(2)
}

describe('killing', () => {
  it('the uploader at random moments loses nothing and sends at most the chunks in flight again', async () => {
    const random = seeded(announceSeed('kills of the uploader'))
    const folder = temporaryFolder()
    const files = 60
    const bytesTotal = makePhotoFolder(join(folder, 'source', 'shoot'), files, largest, random)
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(chunkBytes)] })
    const proxy = await countingProxy(() => server.port)
    const target = { url: proxy.url, token: server.token }
    const start = () => upload([join(folder, 'source', 'shoot')], target, join(folder, 'state'))

    let struck = 0
    for (let kill = 0; kill < kills; kill++) {
      const { child } = start()
      const killAtBytes = proxy.sentBytes() + (random() * bytesTotal) / (2 * kills)
      await until(() => proxy.sentBytes() > killAtBytes || child.exitCode !== null)
      if (child.exitCode === null) struck++
      await end(child, 'SIGKILL')
    }
    expect(struck).toBe(kills)
    // Nothing is added once more: a file that the list had lost would be found again in its folder.
    const { client, rows } = await openTestClient(join(folder, 'state'), target)
    await client.whenIdle()
    await expect.poll(() => rows().length).toBe(files)
    // One of them has no byte in it. What is shown follows the queue a moment later.
    const statuses = () => rows().map(({ state }) => state.status)
    await expect.poll(() => statuses().filter((status) => status !== 'done')).toEqual(['empty'])
    expect(fingerprint(join(folder, 'data', 'uploads'))).toEqual(fingerprint(join(folder, 'source')))
    const sentAgain = proxy.sentBytes() - bytesTotal - files * talkBytesPerFile * (kills + 1)
    console.log(`sent again over ${kills} kills: at most ${Math.max(0, sentAgain)} bytes`)
    expect(sentAgain).toBeLessThanOrEqual(kills * chunksInFlight * chunkBytes)
  }, 240_000)

  it('the server at random moments: the uploader waits, goes on and finishes by itself', async () => {
    const random = seeded(announceSeed('kills of the server'))
    const folder = temporaryFolder()
    const bytesTotal = makePhotoFolder(join(folder, 'source', 'shoot'), 60, 60 << 20, random)
    let server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(chunkBytes)] })
    const { result } = upload([join(folder, 'source', 'shoot')], server, join(folder, 'state'))
    let ended = false
    void result.finally(() => {
      ended = true
    })
    await until(() => existsSync(join(folder, 'data', 'uploads', 'shoot')))
    for (let kill = 0; kill < kills && !ended; kill++) {
      await delay(random() * 400)
      await server.kill('SIGKILL')
      server = await serve(join(folder, 'data'), {
        port: server.port,
        args: ['--chunk-size', String(chunkBytes)],
      })
    }
    const { summary, exitCode } = await result
    expect(summary).toMatchObject({ dropped: 60, done: 59, empty: 1, failed: 0, bytesTotal })
    expect(exitCode).toBe(1)
    expect(fingerprint(join(folder, 'data', 'uploads'))).toEqual(fingerprint(join(folder, 'source')))
  }, 240_000)
})
