import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cleanUp } from '../../server/uploads/clean-up.ts'
import { call, contractUpload, sendAll, shuffled } from './contract-client.ts'
import { bytesOf, md5, spawnServer, start, temporaryFolder } from './harness.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'

const kib = 1024
/** 100 MiB: PHOTOFERRY_CONTRACT_BYTES=104857600 */
const largeBytes = Number(process.env.PHOTOFERRY_CONTRACT_BYTES ?? 10 * kib * kib)
const openToAll = { args: ['--no-auth'] }

const count = z.int().min(0)
const answers = {
  check: z.strictObject({ success: z.literal(true), uploadedChunks: z.array(count), progress: count }),
  chunk: z.strictObject({
    success: z.literal(true),
    uploaded: count,
    total: count,
    progress: count,
    chunkIndex: count,
  }),
  complete: z.strictObject({
    success: z.literal(true),
    fileName: z.string(),
    size: count,
    md5: z.string().length(32),
    path: z.string().startsWith('/uploads/'),
    uploadTime: z.number(),
  }),
  status: z.strictObject({
    uploaded: count,
    total: count,
    percentage: count,
    status: z.literal('uploading'),
    startTime: z.iso.datetime(),
    lastUpdate: z.iso.datetime(),
  }),
  remove: z.strictObject({ success: z.literal(true) }),
  health: z.strictObject({
    status: z.literal('ok'),
    message: z.string(),
    timestamp: z.iso.datetime(),
    version: z.string(),
    node: z.string(),
  }),
  // More facts are welcome here, these must be there.
  stats: z.looseObject({
    activeUploads: count,
    totalMemoryUsage: z.object({ rss: count, heapTotal: count, heapUsed: count, external: count }),
    uptime: z.number(),
    nodeVersion: z.string(),
    platform: z.string(),
  }),
}

describe('a client of the published contract', () => {
  it('brings a large file in shuffled, parallel and repeated chunks', async () => {
    const child = await spawnServer(temporaryFolder(), openToAll)
    const { url } = child.client
    const bytes = bytesOf(largeBytes - 12_345)
    const upload = contractUpload(url, 'Berge über Nacht.nef', bytes, 256 * kib)
    const order = shuffled(upload.totalChunks)
    const repeated = [...order, ...order.slice(0, 8)]
    const replies = await sendAll(upload, repeated, 6)
    for (const [turn, reply] of replies.entries()) {
      expect(answers.chunk.parse(reply.body)).toMatchObject({ chunkIndex: repeated[turn] })
    }
    expect(answers.check.parse((await upload.check()).body).uploadedChunks).toHaveLength(upload.totalChunks)
    const { status, body } = await upload.complete()
    expect(status).toBe(200)
    expect(answers.complete.parse(body)).toMatchObject({
      fileName: 'Berge über Nacht.nef',
      size: bytes.length,
      md5: md5(bytes),
      path: '/uploads/Berge%20%C3%BCber%20Nacht.nef',
    })
    const download = await child.client.download(String(body.path))
    expect(md5(download.bytes)).toBe(md5(bytes))
    expect((await upload.complete()).body).toEqual({ ...body, uploadTime: expect.any(Number) })
  })

  it('is answered with exactly the fields and types of the contract', async () => {
    const { server } = await start(openToAll)
    const upload = contractUpload(server.url, 'a.jpg', bytesOf(5_000), 1_000)
    const before = Date.now()
    expect(answers.check.parse((await upload.check()).body)).toEqual({
      success: true,
      uploadedChunks: [],
      progress: 0,
    })
    for (const index of [0, 1, 3]) answers.chunk.parse((await upload.send(index)).body)
    const fourth = await upload.send(2)
    expect(fourth.body).toEqual({ success: true, uploaded: 4, total: 5, progress: 80, chunkIndex: 2 })
    expect((await upload.check()).body).toEqual({
      success: true,
      uploadedChunks: [0, 1, 2, 3],
      progress: 80,
    })
    const status = answers.status.parse((await upload.status()).body)
    expect(status).toMatchObject({ uploaded: 4, total: 5, percentage: 80 })
    expect(Date.parse(status.startTime)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(status.lastUpdate)).toBeGreaterThanOrEqual(Date.parse(status.startTime))
    answers.health.parse((await call(`${server.url}/api/health`, 'GET')).body)
    expect(answers.stats.parse((await call(`${server.url}/api/stats`, 'GET')).body).activeUploads).toBe(1)
    await upload.send(4)
    const { uploadTime } = answers.complete.parse((await upload.complete()).body)
    // The milliseconds that it took.
    expect(uploadTime).toBeGreaterThanOrEqual(0)
    expect(uploadTime).toBeLessThanOrEqual(Date.now() - before)
    expect(answers.remove.parse((await upload.remove()).body)).toEqual({ success: true })
  })

  it('shows its token where one is asked for', async () => {
    const { client } = await start()
    const upload = contractUpload(client.url, 'a.jpg', bytesOf(100), 100)
    const replies = [
      await upload.check(),
      await upload.send(0),
      await upload.complete(),
      await upload.remove(),
    ]
    for (const { status, body } of replies) {
      expect(status).toBe(401)
      expect(body).toEqual({ success: false, error: { code: 'unauthorized', message: expect.any(String) } })
    }
    expect((await upload.status()).status).toBe(401)
    const { md5: digest, fileName, totalChunks } = upload
    const shown = await client.post('/api/check-chunks', { md5: digest, fileName, totalChunks })
    expect(shown.body).toEqual({ success: true, uploadedChunks: [], progress: 0 })
  })
})

describe('an upload of the contract', () => {
  it('is the same after the server was killed, the last chunk held aside included', async () => {
    const dataDir = temporaryFolder()
    const sent = { 'early.jpg': [6, 3, 0], 'last.jpg': [6], 'some.jpg': [5, 2] }
    const contents = new Map(Object.keys(sent).map((name) => [name, bytesOf(650_000)]))
    const uploadTo = (url: string, name: string) =>
      contractUpload(url, name, contents.get(name) ?? Buffer.alloc(0), 100_000)
    const first = await spawnServer(dataDir, openToAll)
    for (const [name, indexes] of Object.entries(sent)) {
      const upload = uploadTo(first.client.url, name)
      for (const index of indexes) await upload.send(index)
    }
    first.process.kill('SIGKILL')
    await first.exited
    const second = await spawnServer(dataDir, openToAll)
    for (const [name, indexes] of Object.entries(sent)) {
      const upload = uploadTo(second.client.url, name)
      const had = indexes.toSorted()
      expect((await upload.check()).body.uploadedChunks).toEqual(had)
      await sendAll(
        upload,
        [0, 1, 2, 3, 4, 5, 6].filter((index) => !had.includes(index)),
        3,
      )
      expect((await upload.complete()).body).toMatchObject({ success: true, md5: upload.md5 })
      expect(md5(await storedBytes(dataDir, name))).toBe(upload.md5)
    }
    expect(await partialNames(dataDir)).toEqual([])
  })

  it('leaves nothing on the disk when it is deleted, and begins anew', async () => {
    const { server, dataDir } = await start(openToAll)
    const upload = contractUpload(server.url, 'a 100%.jpg', bytesOf(5_000), 1_000)
    for (const indexes of [[4], [4, 1], [0, 1, 2, 3, 4]]) {
      await sendAll(upload, indexes, 1)
      expect(await partialNames(dataDir)).toHaveLength(1)
      expect(await upload.remove()).toEqual({ status: 200, body: { success: true } })
      expect(await partialNames(dataDir)).toEqual([])
      expect((await upload.status()).status).toBe(404)
      expect((await upload.check()).body.uploadedChunks).toEqual([])
    }
    expect(await storedFiles(dataDir)).toEqual([])
    expect((await call(`${server.url}/api/stats`, 'GET')).body.activeUploads).toBe(0)
    expect((await upload.remove()).body).toEqual({ success: true })
  })

  it('expires like any other, with the chunk that is held aside, and not while it lives', async () => {
    let nowMs = 1_000_000
    const { server, dataDir } = await start({
      ...openToAll,
      env: { TASK_EXPIRY: '1' },
      parts: { now: () => nowMs },
    })
    const [old, live] = ['old.jpg', 'live.jpg'].map((name) =>
      contractUpload(server.url, name, bytesOf(3_000), 1_000),
    )
    for (const upload of [old, live]) await upload?.send(2)
    nowMs += 3_500_000
    await live?.check()
    nowMs += 200_000
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 1, removedPartials: 0 })
    expect((await old?.check())?.body.uploadedChunks).toEqual([])
    expect((await live?.check())?.body.uploadedChunks).toEqual([2])
    expect(await partialNames(dataDir)).toHaveLength(1)
  })

  it('sends what is stored too, because an MD5 proves nothing, and is told where it is', async () => {
    const { server, client, dataDir } = await start(openToAll)
    const bytes = bytesOf(250_000)
    expect((await client.upload('native.jpg', bytes)).status).toBe(200)
    const paths = []
    for (const name of ['native.jpg', 'copy.jpg']) {
      const upload = contractUpload(server.url, name, bytes, 100_000)
      expect((await upload.check()).body).toEqual({ success: true, uploadedChunks: [], progress: 0 })
      expect(await upload.complete()).toMatchObject({ status: 409, body: { success: false } })
      await sendAll(upload, [2, 0, 1], 3)
      const completed = await upload.complete()
      expect(completed.body).toMatchObject({ success: true, fileName: name, md5: md5(bytes) })
      expect((await upload.complete()).body).toEqual({ ...completed.body, uploadTime: expect.any(Number) })
      paths.push(completed.body.path)
    }
    expect(paths).toEqual(['/uploads/native.jpg', '/uploads/copy.jpg'])
    expect(await storedFiles(dataDir)).toEqual(['copy.jpg', 'native.jpg'])
    const other = contractUpload(server.url, 'copy.jpg', bytesOf(1_000), 1_000)
    await other.send(0)
    expect((await other.complete()).body).toMatchObject({
      fileName: 'copy.jpg',
      path: '/uploads/copy%20(2).jpg',
    })
  })

  it('may be empty', async () => {
    const { server, dataDir } = await start(openToAll)
    const none = contractUpload(server.url, 'none.txt', new Uint8Array(), 1_000)
    expect((await none.check()).body).toEqual({ success: true, uploadedChunks: [], progress: 100 })
    expect((await none.complete()).body).toMatchObject({ success: true, size: 0 })
    const one = { ...contractUpload(server.url, 'one.txt', new Uint8Array(), 1_000), totalChunks: 1 }
    const form = new FormData()
    for (const name of ['md5', 'fileName', 'totalChunks'] as const) form.append(name, String(one[name]))
    form.append('chunkIndex', '0')
    form.append('chunk', new Blob([]))
    expect((await call(`${server.url}/api/upload-chunk`, 'POST', form)).status).toBe(200)
    const { md5: digest, fileName, totalChunks } = one
    const announcement = { md5: digest, fileName, totalChunks }
    const completed = await call(`${server.url}/api/complete-upload`, 'POST', announcement)
    expect(completed.body).toMatchObject({ success: true, size: 0 })
    expect(await storedFiles(dataDir)).toEqual(['none.txt', 'one.txt'])
  })
})
