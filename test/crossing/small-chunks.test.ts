/** A reverse proxy that refuses large bodies: chunks become small enough, nothing is counted, and it is remembered. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { leastChunkBytes } from '../../src/shared/protocol/wire.ts'
import type { UploadItem } from '../../src/shared/upload.ts'
import { openTestClient } from '../main/a-client.ts'
import { type ReverseProxy, reverseProxy } from '../reverse-proxy.ts'
import { Client, chunkOf } from '../server/harness.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

const mebibyte = 2 ** 20
const refusals = ({ seen }: ReverseProxy) => seen.filter(({ status }) => status === 413).length

/** A source of five files from 20 kB to 8.4 MB, and a server. */
async function scene() {
  const folder = temporaryFolder()
  const source = join(folder, 'source')
  const random = seeded(4)
  const sizes = [20_000, 400_000, 1_100_000, 3_000_000, 8_400_000]
  for (const [index, size] of sizes.entries()) {
    writeRandomFile(join(source, `IMG_${index}.RAW`), size, random)
  }
  const server = await serve(join(folder, 'data'))
  return { folder, source, server, state: join(folder, 'state'), sizes, random }
}

/** What the journal of a run holds against its files. */
function failuresIn(state: string): unknown[] {
  const folder = join(state, 'journal')
  const shards = readdirSync(folder).filter((name) => name.startsWith('items-') && name.endsWith('.json'))
  expect(shards).not.toEqual([])
  return shards.flatMap((name) => {
    const { items } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { items: UploadItem[] }
    return items.filter(({ failedAttempts, attempts }) => attempts > 0 || failedAttempts.length > 0)
  })
}

/** A reverse proxy with a limit. */
async function limited(port: number, maxBodyBytes: number, prefix = '') {
  return { proxy: await reverseProxy(port, { prefix, maxBodyBytes: () => maxBodyBytes }) }
}

describe('a proxy that refuses bodies', () => {
  it.each([
    ['above 1 MB, as nginx does it unless told otherwise', mebibyte],
    ['above 300 KB', 300_000],
  ])('%s gets chunks that fit: everything is stored, nothing is counted', async (_what, maxBodyBytes) => {
    const { folder, source, server, state, sizes, random } = await scene()
    const { proxy } = await limited(server.port, maxBodyBytes, '/photos')
    const at = { url: proxy.url, token: server.token }
    const first = await upload([source], at, state, { args: ['--receipt', join(folder, 'r.json')] }).result
    expect(first).toMatchObject({ exitCode: 0, summary: { done: sizes.length, failed: 0 } })
    expect(failuresIn(state)).toEqual([])
    expect(fingerprint(join(folder, 'data', 'uploads', 'source'))).toEqual(fingerprint(source))
    expect(refusals(proxy)).toBeGreaterThan(0)
    // Each file in flight may find out about each size by itself, and no file afterwards.
    expect(refusals(proxy)).toBeLessThan(60)
    expect(readFileSync(join(folder, 'r.json'), 'utf8')).toContain(`${proxy.url}/uploads/source/IMG_0.RAW`)

    const before = refusals(proxy)
    writeRandomFile(join(source, 'later.RAW'), 2_500_000, random)
    const second = await upload([source], at, state).result
    expect(second).toMatchObject({ exitCode: 0, summary: { failed: 0 } })
    expect(fingerprint(join(folder, 'data', 'uploads', 'source'))).toEqual(fingerprint(source))
    expect(refusals(proxy)).toBe(before)
  })

  it('and an older server that knows no smaller chunks: the light says it', async () => {
    const { source, server, state } = await scene()
    const proxy = await reverseProxy(server.port, {
      maxBodyBytes: () => mebibyte,
      rewriteJson: ({ maxChunkSize: _, ...offered }) => offered,
    })
    const watched = await openTestClient(state, { url: proxy.url, token: server.token })
    await watched.client.intake.addPaths([source])
    await vi.waitFor(() => {
      const trouble = watched.events.at(-1)?.overview.server.trouble
      expect(trouble?.error).toMatchObject({ code: 'proxy-answer', facts: { kind: 'chunk-refused' } })
      expect(watched.statuses()['IMG_1.RAW']).toBe('done')
    }, 30_000)
    expect(watched.rows().some(({ state }) => state.status === 'failed')).toBe(false)
  })

  it('whose patience ends before a large chunk has arrived gets smaller ones at the next attempt', async () => {
    const { folder, source, server, state } = await scene()
    const proxy = await reverseProxy(server.port, { maxBodyBytes: () => mebibyte, refusal: 408 })
    const run = await upload([source], { url: proxy.url, token: server.token }, state).result
    expect(run).toMatchObject({ exitCode: 0, summary: { failed: 0 } })
    expect(fingerprint(join(folder, 'data', 'uploads', 'source'))).toEqual(fingerprint(source))
  })

  it('whose patience ends after the short last chunk has arrived gets smaller ones too, and keeps nothing of it', async () => {
    const { folder, server, state, random } = await scene()
    const source = join(folder, 'one')
    writeRandomFile(join(source, 'clip.mov'), 8_400_000, random)
    const limit = { maxBodyBytes: () => mebibyte, refusal: 408, refusalMs: 500 }
    const proxy = await reverseProxy(server.port, limit)
    const run = await upload([source], { url: proxy.url, token: server.token }, state).result
    expect(run).toMatchObject({ exitCode: 0, summary: { failed: 0 } })
    expect(fingerprint(join(folder, 'data', 'uploads', 'one'))).toEqual(fingerprint(source))
  })

  it('begins a task with larger chunks anew, which an earlier run opened without the proxy', async () => {
    const { folder, server, state, random } = await scene()
    const source = join(folder, 'one')
    writeRandomFile(join(source, 'clip.mov'), 17_000_000, random)
    const bytes = readFileSync(join(source, 'clip.mov'))
    const client = new Client(server.url, server.token)
    const task = await client.offer('one/clip.mov', bytes)
    expect(task.chunkSize).toBe(8 * mebibyte)
    expect((await client.put(task.taskId, 2, chunkOf(task, bytes, 2))).status).toBe(200)
    const { proxy } = await limited(server.port, mebibyte)
    const run = await upload([source], { url: proxy.url, token: server.token }, state).result
    expect(run).toMatchObject({ exitCode: 0, summary: { done: 1 } })
    expect(failuresIn(state)).toEqual([])
    expect(fingerprint(join(folder, 'data', 'uploads', 'one'))).toEqual(fingerprint(source))
    expect((await client.request('GET', `/api/task/${task.taskId}`)).status).toBe(404)
  })

  it('above 200 KB makes the light say what to ask of whom, and what fits is stored', async () => {
    const { source, server, state } = await scene()
    const { proxy } = await limited(server.port, 200_000)
    const watched = await openTestClient(state, { url: proxy.url, token: server.token })
    await watched.client.intake.addPaths([source])
    const { host } = new URL(proxy.url)
    await vi.waitFor(() => {
      const trouble = watched.events.at(-1)?.overview.server.trouble
      expect(trouble?.error).toMatchObject({
        code: 'proxy-answer',
        message: `A proxy in front of ${host} refuses requests of 262 kB, and PhotoFerry can't send smaller ones to this server. Ask whoever runs the proxy to let 262 kB through (nginx: client_max_body_size).`,
        facts: { kind: 'chunk-refused', host, size: leastChunkBytes },
      })
      expect(watched.statuses()['IMG_0.RAW']).toBe('done')
    }, 30_000)
    expect(watched.rows().some(({ state }) => state.status === 'failed')).toBe(false)
  })
})
