/** Small files travel by the hundred; at a server of before they need two requests each: an offer, and their only chunk, with which the server completes them. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { olderServer } from './older-server.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { type ServerProcess, serve, upload } from './programs.ts'

/** Twenty small files and one of three chunks, and a server. */
async function scene() {
  const folder = temporaryFolder()
  const random = seeded(1)
  for (let index = 0; index < 20; index += 1) {
    writeRandomFile(join(folder, 'source', `IMG_${index}.jpg`), 20_000, random)
  }
  writeRandomFile(join(folder, 'source', 'clip.mov'), 2_500_000, random)
  const server = await serve(join(folder, 'data'), { args: ['--chunk-size', '1M'] })
  const run = async (url: string) => {
    const target = { url, token: server.token }
    const { summary } = await upload([join(folder, 'source')], target, join(folder, 'state')).result
    expect(summary).toMatchObject({ done: 21, failed: 0 })
    const stored = fingerprint(join(folder, 'data', 'uploads', 'source'))
    expect(stored).toEqual(fingerprint(join(folder, 'source')))
    return requestsTo(server)
  }
  return { server, run }
}

/** @returns how many requests to a route were answered with 200 */
async function requestsTo({ url, token }: ServerProcess) {
  const metrics = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${token}` } })
  const text = await metrics.text()
  return (method: string, route: string) =>
    Number(
      new RegExp(
        `photoferry_http_request_seconds_count{method="${method}",route="${route}",status="200"} (\\d+)`,
      ).exec(text)?.[1] ?? 0,
    )
}

it('brings small files over in a few requests in all, and large ones as always', async () => {
  const { server, run } = await scene()
  const count = await run(server.url)
  for (const route of ['/api/offers', '/api/bundle']) {
    expect(count('POST', route)).toBeGreaterThan(0)
    // One, if the files are found and read within a moment.
    expect(count('POST', route)).toBeLessThan(10)
  }
  expect(count('POST', '/api/task')).toBe(1)
  expect(count('PUT', '/api/task/:taskId/chunk/:chunkIndex')).toBe(3)
  expect(count('POST', '/api/task/:taskId/complete')).toBe(1)
})

it('brings small files to a server of before in two requests each', async () => {
  const { server, run } = await scene()
  const older = await olderServer(server.port)
  const count = await run(older.url)
  expect(count('POST', '/api/bundle')).toBe(0)
  expect(count('POST', '/api/task')).toBe(21)
  expect(count('PUT', '/api/task/:taskId/chunk/:chunkIndex')).toBe(20 + 3)
  expect(count('POST', '/api/task/:taskId/complete')).toBe(1)
})
