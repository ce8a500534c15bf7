import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { statsSchema } from '../../src/shared/protocol/wire.ts'
import { asAnybody } from '../as-anybody.ts'
import { pacingProxy } from '../crossing/pacing-proxy.ts'
import { fingerprint } from '../crossing/photo-folder.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

const chunkBytes = 1 << 20
const smallChunks = { args: ['--chunk-size', String(chunkBytes)] }
const mebibytes = (count: number) => count * chunkBytes

describe('the client', () => {
  it('pauses a file in the middle, sends nothing meanwhile, and resumes with the chunks that are missing', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), smallChunks)
    const proxy = await pacingProxy(server.port, mebibytes(5))
    const { client, row, statuses } = await openTestClient(join(folder, 'state'), {
      ...server,
      url: proxy.url,
    })
    await client.intake.addPaths([
      join(writeFiles(join(folder, 'in'), { 'clip.mov': mebibytes(20) }), 'clip.mov'),
    ])
    await proxy.reached
    await client.queue.pause({ all: true })
    const sent = proxy.passedBytes()
    proxy.release()
    await expect.poll(statuses).toEqual({ 'clip.mov': 'paused' })
    const held = row('clip.mov').acknowledgedBytes
    expect(held).toBeGreaterThan(0)
    await delay(1_000)
    // What lay in buffers on its way before the pause may arrive; nothing follows it.
    expect(proxy.passedBytes() - sent).toBeLessThan(mebibytes(4))
    expect(row('clip.mov').acknowledgedBytes).toBe(held)
    await client.queue.resume({ itemIds: [row('clip.mov').id] })
    await client.whenIdle()
    await expect.poll(statuses).toEqual({ 'clip.mov': 'done' })
    const { sentBytes } = client.files.details(row('clip.mov').id)
    expect(sentBytes).toBeLessThanOrEqual(mebibytes(20 + 3))
  })

  it('cancels one file, a batch and everything, and leaves nothing of them at the server', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), smallChunks)
    const proxy = await pacingProxy(server.port, mebibytes(3))
    const { client, row, rows, statuses } = await openTestClient(join(folder, 'state'), {
      ...server,
      url: proxy.url,
    })
    const source = writeFiles(join(folder, 'in'), {
      'a.jpg': mebibytes(4),
      'b.jpg': mebibytes(4),
      'c.jpg': 10,
    })
    await client.intake.addPaths([source])
    await proxy.reached
    await expect.poll(rows).toHaveLength(3)
    await client.queue.cancel({ itemIds: [row('a.jpg').id] })
    await client.queue.cancel({ batchIds: [row('b.jpg').batchId] })
    proxy.release()
    await client.whenIdle()
    await expect.poll(() => new Set(Object.values(statuses()))).not.toContain('uploading')
    await expect.poll(statuses).toMatchObject({ 'a.jpg': 'canceled', 'b.jpg': 'canceled' })
    const openTasks = async () => {
      const headers = { Authorization: `Bearer ${server.token}` }
      const answer = await fetch(`${server.url}/api/stats`, { headers })
      return statsSchema.parse(await answer.json()).activeUploads
    }
    await expect.poll(openTasks).toBe(0)
    await expect.poll(() => readdirSync(join(folder, 'data', '.photoferry', 'partial'))).toEqual([])
    expect(await client.queue.removeFinished({ all: true })).toMatchObject({ removed: 3 })
    await expect.poll(rows).toEqual([])
  })

  it('retries what failed when the person has mended it, with the count back at zero', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, row, statuses } = await openTestClient(join(folder, 'state'), server)
    const source = writeFiles(join(folder, 'in'), { 'a.jpg': 10, 'b.jpg': 10 })
    await client.settings.change({ maxFileSize: 5 })
    await client.intake.addPaths([source])
    await expect.poll(statuses).toEqual({ 'a.jpg': 'failed', 'b.jpg': 'failed' })
    expect(row('a.jpg').state).toMatchObject({ error: { code: 'source-too-large' } })
    await client.queue.retry({ itemIds: [row('a.jpg').id] })
    await client.whenIdle()
    await expect.poll(statuses).toEqual({ 'a.jpg': 'failed', 'b.jpg': 'failed' })
    await client.settings.change({ maxFileSize: null })
    await client.queue.retry({ all: true })
    await client.whenIdle()
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done' })
    expect(row('a.jpg').attempts).toBe(0)
  })

  it('comes back after a stop with everything where it stood, and goes on by itself', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), smallChunks)
    const proxy = await pacingProxy(server.port, mebibytes(5))
    const target = { ...server, url: proxy.url }
    const source = writeFiles(join(folder, 'in'), { 'a.mov': mebibytes(9), 'b.jpg': 100, 'c.jpg': 100 })
    const first = await openTestClient(join(folder, 'state'), target)
    await first.client.settings.change({ parallelFiles: 1 })
    await first.client.intake.addPaths([source])
    await proxy.reached
    await expect.poll(first.rows).toHaveLength(3)
    await first.client.queue.pause({ itemIds: [first.row('c.jpg').id] })
    await first.client.stop()
    proxy.release()
    const second = await openTestClient(join(folder, 'state'), target)
    await second.client.whenIdle()
    await expect.poll(second.statuses).toEqual({ 'a.mov': 'done', 'b.jpg': 'done', 'c.jpg': 'paused' })
    expect(second.client.files.details(second.row('a.mov').id).sentBytes).toBeLessThanOrEqual(
      mebibytes(9 + 3),
    )
  })

  it('waits while the server is away, says so, counts no retry, and goes on when it is back', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, events, row, statuses } = await openTestClient(join(folder, 'state'), server)
    await expect.poll(() => events.at(-1)?.overview.server.reachability).toBe('reachable')
    await server.kill('SIGKILL')
    await client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 10 })])
    await expect.poll(statuses).toEqual({ 'a.jpg': 'waiting' })
    await expect
      .poll(() => events.at(-1)?.overview.server)
      .toMatchObject({
        reachability: 'unreachable',
        trouble: { error: { code: 'server-unreachable' } },
      })
    expect(row('a.jpg').attempts).toBe(0)
    await serve(join(folder, 'data'), { port: server.port })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    await expect.poll(() => events.at(-1)?.overview.server.trouble).toBeNull()
  })

  it('knows at once, before any file is sent, that the server is not there', async () => {
    const nowhere = { url: 'http://127.0.0.1:9', token: 'x' }
    const { events } = await openTestClient(temporaryFolder(), nowhere)
    await expect.poll(() => events.at(-1)?.overview.server.trouble?.error.code).toBe('server-unreachable')
  })

  it('does not double what is on the list already, and offers finished files anew', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, rows, statuses } = await openTestClient(join(folder, 'state'), server)
    const source = writeFiles(join(folder, 'in'), { 'a.jpg': 10 })
    await client.intake.addPaths([source])
    await client.whenIdle()
    rmSync(join(folder, 'data', 'uploads', 'in', 'a.jpg'))
    await client.intake.addPaths([source])
    await client.whenIdle()
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    expect(rows()).toHaveLength(1)
    expect(existsSync(join(folder, 'data', 'uploads', 'in', 'a.jpg'))).toBe(true)
  })

  it('does not double a file that waits, when the folder above its own is dropped', async () => {
    const folder = temporaryFolder()
    const away = { url: 'http://127.0.0.1:9', token: '' }
    const { client, rows } = await openTestClient(join(folder, 'state'), away)
    const source = writeFiles(join(folder, 'trip', 'day 1'), { 'a.jpg': 10 })
    await client.intake.addPaths([source])
    await expect.poll(() => rows().map(({ relativePath }) => relativePath)).toEqual(['day 1/a.jpg'])
    writeFiles(join(folder, 'trip'), { 'z.jpg': 10 })
    await client.intake.addPaths([join(folder, 'trip')])
    const both = ['day 1/a.jpg', 'trip/z.jpg']
    await expect.poll(() => rows().map(({ relativePath }) => relativePath)).toEqual(both)
  })

  it('does not double a folder that is dropped twice while it is still being read', async () => {
    const folder = temporaryFolder()
    const names = Array.from({ length: 1_200 }, (_, index) => [`${index}.jpg`, 1] as const)
    const source = writeFiles(join(folder, 'in'), Object.fromEntries(names))
    const { client, rows } = await openTestClient(join(folder, 'state'), null)
    await Promise.all([client.intake.addPaths([source]), client.intake.addPaths([source])])
    await expect.poll(() => rows().length).toBe(1_200)
    await client.stop()
    const again = await openTestClient(join(folder, 'state'), null)
    await expect.poll(() => again.rows().length).toBe(1_200)
  })

  it('takes ten thousand files that were dropped one by one, and goes on reading after a restart', async () => {
    const folder = temporaryFolder()
    const names = Array.from({ length: 10_000 }, (_, index) => [`${index}.jpg`, 0] as const)
    const source = writeFiles(join(folder, 'in'), Object.fromEntries(names))
    const first = await openTestClient(join(folder, 'state'), null)
    await first.client.intake.addPaths(names.map(([name]) => join(source, name)))
    await expect.poll(() => first.rows().length).toBeGreaterThan(0)
    await first.client.stop()
    const second = await openTestClient(join(folder, 'state'), null)
    await expect.poll(() => second.rows().length).toBe(10_000)
    expect(second.events.at(-1)?.overview.totals.files).toBe(10_000)
  })

  it('keeps both versions of a file that was changed after it was stored', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, row } = await openTestClient(join(folder, 'state'), server)
    const source = join(writeFiles(join(folder, 'in'), { 'a.jpg': 10 }), 'a.jpg')
    await client.intake.addPaths([source])
    await client.whenIdle()
    writeFileSync(source, 'edited in Lightroom')
    await client.intake.addPaths([source])
    await client.whenIdle()
    expect([...fingerprint(join(folder, 'data', 'uploads')).keys()]).toEqual(['a (2).jpg', 'a.jpg'])
    expect(readFileSync(join(folder, 'data', 'uploads', 'a (2).jpg'), 'utf8')).toBe('edited in Lightroom')
    await expect.poll(() => row('a.jpg').state).toMatchObject({ url: expect.stringContaining('a%20(2).jpg') })
  })

  it('gives a link to a stored file that a browser can open without the token', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, row, statuses } = await openTestClient(join(folder, 'state'), server)
    await client.intake.addPaths([join(writeFiles(join(folder, 'in'), { '婚礼 1.jpg': 10 }), '婚礼 1.jpg')])
    await expect.poll(statuses).toEqual({ '婚礼 1.jpg': 'done' })
    const link = client.files.linkTo(row('婚礼 1.jpg').id)
    expect(link).not.toContain(server.token)
    expect((await fetch(link)).status).toBe(200)
    expect((await fetch(link.replace('signature=', 'signature=0'))).status).toBe(401)
  })

  it('answers what is wrong with a server before it is used', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client } = await openTestClient(join(folder, 'state'), null)
    expect(await client.settings.checkServer(server)).toMatchObject({ ok: true })
    expect(await client.settings.checkServer({ ...server, token: 'wrong-token' })).toMatchObject({
      ok: false,
      error: { code: 'unauthorized' },
    })
    const nowhere = { url: 'http://127.0.0.1:9', token: 'x' }
    expect(await client.settings.checkServer(nowhere)).toMatchObject({
      ok: false,
      error: { code: 'server-unreachable' },
    })
  })

  it('releases a staged copy once it is stored, and sweeps what a crash left in the staging area', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const first = await openTestClient(join(folder, 'state'), server)
    const drop = await first.client.intake.openInbox('Dropped')
    const staged = join(drop.folder, 'copy.jpg')
    writeFileSync(staged, 'pixels')
    await drop.add('Dropped/a.jpg', staged)
    await drop.close()
    await first.client.whenIdle()
    await expect.poll(() => existsSync(staged)).toBe(false)
    expect(readFileSync(join(folder, 'data', 'uploads', 'Dropped', 'a.jpg'), 'utf8')).toBe('pixels')
    const orphan = (await first.client.intake.openInbox('Cut off')).folder
    writeFileSync(join(orphan, 'half.jpg.part'), 'pix')
    await first.client.stop()
    await openTestClient(join(folder, 'state'), server)
    expect(existsSync(orphan)).toBe(false)
  })

  it('tells all rows in pages to a new subscriber, and batches with their sums', async () => {
    const folder = temporaryFolder()
    const names = Array.from({ length: 4_100 }, (_, index) => [`${index}.jpg`, 3] as const)
    const { client, events } = await openTestClient(join(folder, 'state'), null)
    await client.intake.addPaths([writeFiles(join(folder, 'in'), Object.fromEntries(names))])
    await expect.poll(() => events.flatMap(({ batches }) => batches).at(-1)?.scanning).toBe(false)
    const late: (typeof events)[number][] = []
    client.feed.subscribe((event) => late.push(event))
    await expect.poll(() => late.reduce((sum, { items }) => sum + items.length, 0)).toBe(4_100)
    expect(late.map(({ reset }) => reset)).toEqual([true, false])
    expect(late.map(({ more }) => more)).toEqual([true, false])
    expect(late[0]?.batches).toMatchObject([
      { name: 'in', scanning: false, totals: { files: 4_100, bytesTotal: 12_300 } },
    ])
  })

  it('refuses to start on a state folder that is in use, and starts once it is free', async () => {
    const folder = temporaryFolder()
    const { client } = await openTestClient(folder, null)
    await expect(openTestClient(folder, null)).rejects.toMatchObject({ code: 'state-in-use' })
    await client.stop()
    await openTestClient(folder, null)
  })

  it('says when the queue cannot be written', async () => {
    await asAnybody(async () => {
      const folder = temporaryFolder()
      const { client, events } = await openTestClient(join(folder, 'state'), null)
      chmodSync(join(folder, 'state', 'journal'), 0o500)
      const source = writeFiles(join(folder, 'in'), { 'a.jpg': 1 })
      await expect(client.intake.addPaths([source])).rejects.toThrow()
      // What the command could not add is not on the list either.
      await expect.poll(() => events.flatMap(({ removedBatchIds }) => removedBatchIds).length).toBe(1)
      await expect.poll(() => events.at(-1)?.overview.notices).toMatchObject([{ code: 'disk-full' }])
      chmodSync(join(folder, 'state', 'journal'), 0o700)
    })
  })
})
