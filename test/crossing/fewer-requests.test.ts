/** Small files need two requests each: an offer, and their only chunk, with which the server completes them. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

it('brings small files over in two requests each, and large ones as always', async () => {
  const folder = temporaryFolder()
  const random = seeded(1)
  for (let index = 0; index < 20; index += 1) {
    writeRandomFile(join(folder, 'source', `IMG_${index}.jpg`), 20_000, random)
  }
  writeRandomFile(join(folder, 'source', 'clip.mov'), 300_000, random)
  const server = await serve(join(folder, 'data'), { args: ['--chunk-size', '128K'] })
  const run = await upload([join(folder, 'source')], server, join(folder, 'state')).result
  expect(run.summary).toMatchObject({ done: 21, failed: 0 })
  expect(fingerprint(join(folder, 'data', 'uploads', 'source'))).toEqual(fingerprint(join(folder, 'source')))
  const metrics = await fetch(`${server.url}/metrics`, {
    headers: { Authorization: `Bearer ${server.token}` },
  })
  const text = await metrics.text()
  const count = (method: string, route: string) =>
    Number(
      new RegExp(
        `photoferry_http_request_seconds_count{method="${method}",route="${route}",status="200"} (\\d+)`,
      ).exec(text)?.[1] ?? 0,
    )
  expect(count('POST', '/api/task')).toBe(21)
  expect(count('PUT', '/api/task/:taskId/chunk/:chunkIndex')).toBe(20 + 3)
  expect(count('POST', '/api/task/:taskId/complete')).toBe(1)
})
