/** R7: what was hashed is what is sent, and what the original is now: a change in between sends nothing of two versions. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { endlessPatience } from '../../../src/main/client/client.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'
import { noise, writePhoto } from '../images/photos.ts'
import { folders, gallery, large } from './preset-scene.ts'
import { type ScriptedServer, scriptedServer } from './scripted-server.ts'

const md5Of = (path: string) => createHash('md5').update(readFileSync(path)).digest('hex')

/** What somebody does to an original of 200,000 bytes. */
const changes: Readonly<Record<string, (path: string) => void>> = {
  'written to': (path) => writeFileSync(path, Buffer.alloc(200_000, 'b')),
  'made longer': (path) => writeFileSync(path, Buffer.alloc(200_001, 'b')),
  'replaced by another of its size and time': (path) => {
    const { atime, mtime } = statSync(path)
    writeFileSync(`${path}.new`, Buffer.alloc(200_000, 'b'))
    utimesSync(`${path}.new`, atime, mtime)
    renameSync(`${path}.new`, path)
  },
}

/**
 * A server that calls `onOffer` before it answers the first offer.
 * @param chunkSize bytes
 */
function changingServer(chunkSize: number, onOffer: () => void): Promise<ScriptedServer> {
  let offers = 0
  let offer: Record<string, unknown> = {}
  return scriptedServer(({ line, json }) => {
    const { fileSize: size, hash: md5, sha256 } = offer as { fileSize: number; hash: string; sha256: string }
    const stored = { fileName: 'a.jpg', size, md5, sha256, path: '/u', url: '/u', uploadTime: 5 }
    const total = Math.ceil(size / chunkSize)
    if (line.endsWith('/complete')) return [200, stored]
    if (line.startsWith('PUT')) {
      const isLast = line.includes('complete=')
      return [200, { chunkIndex: 0, uploaded: total, total, progress: 100, ...(isLast && { stored }) }]
    }
    offer = json ?? {}
    offers += 1
    if (offers === 1) onOffer()
    const totalChunks = Math.ceil(Number(json?.fileSize) / chunkSize)
    return [200, { taskId: `t${offers}`, chunkSize, totalChunks, uploadedChunks: [], done: false }]
  })
}

describe('an original between the reading for its digest and the reading for its chunks', () => {
  it.each(
    Object.keys(changes).flatMap(
      (change) =>
        [
          [change, 'one chunk', 1 << 20],
          [change, 'several chunks', 1 << 16],
        ] as const,
    ),
  )(
    'that is %s, and goes in %s, is sent as it is then, and nothing of it before',
    async (change, _, chunkSize) => {
      const folder = temporaryFolder()
      mkdirSync(join(folder, 'in'))
      const path = join(folder, 'in', 'a.jpg')
      writeFileSync(path, Buffer.alloc(200_000, 'a'))
      const server = await changingServer(chunkSize, () => changes[change]?.(path))
      const { client, statuses, row } = await openTestClient(join(folder, 'state'), server, endlessPatience)
      await client.intake.addPaths([join(folder, 'in')])
      await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
      const lines = server.requests.map(({ line }) => line)
      expect(lines.slice(0, 2)).toEqual(['POST /api/task', 'POST /api/task'])
      expect(lines.filter((line) => line.includes('/t1/'))).toEqual([])
      expect(server.requests[1]?.json?.hash).toBe(md5Of(path))
      expect(client.files.details(row('a.jpg').id)).toMatchObject({ md5: md5Of(path), failedAttempts: [] })
    },
  )
})

describe('an original whose copy travels', () => {
  it.each([
    ['one chunk', 1 << 24],
    ['several chunks', 1 << 16],
  ])('and that changes after the copy was made is not done with that copy: %s', async (_, chunkSize) => {
    const places = folders()
    await writePhoto(places.source, 'a.jpg', large)
    const path = join(places.source, 'a.jpg')
    const other = join(places.folder, 'other')
    mkdirSync(other)
    await writePhoto(other, 'a.jpg', { ...large, raw: noise(1600, 1200, 7) })
    const server = await changingServer(chunkSize, () => renameSync(join(other, 'a.jpg'), path))
    const { client, statuses } = await openTestClient(places.state, server, endlessPatience, {
      preset: gallery,
    })
    await client.intake.addPaths([places.source])
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    const offers = server.requests.filter(({ line }) => line === 'POST /api/task')
    expect(offers.map(({ json }) => json?.hash)).toHaveLength(2)
    expect(offers[0]?.json?.hash).not.toBe(offers[1]?.json?.hash)
    // Its chunks may have been on their way; completed it never was.
    const completed = server.requests.filter(({ line }) => /\/complete$|complete=/.test(line))
    expect(completed.map(({ line }) => line).filter((line) => line.includes('/t1/'))).toEqual([])
    expect(completed.length).toBeGreaterThan(0)
  })
})
