import { describe, expect, it } from 'vitest'
import {
  merge,
  type Said,
  uploadAtOnce,
  uploadChunks,
  uploadInOrder,
  uploadWhole,
} from './document-clients.ts'
import { bytesOf, md5, spawnServer, start, temporaryFolder } from './harness.ts'
import { damagePartial, storedBytes, storedFiles } from './test-storage.ts'

const kib = 1024
const openToAll = ['--no-auth']
const largeBytes = Number(process.env.PHOTOFERRY_DOCUMENT_BYTES ?? 20 * kib * kib)
const sizes = [1, 100, 64 * kib, 64 * kib + 1, 300 * kib, largeBytes]
const chunkSize = 64 * kib
const names = ['DSC 0001 copy.jpg', '婚礼 照片.jpg', "d'été #1 100%.jpg"]

/** Starts a server whose clock the test can set. */
async function startAt() {
  const clock = { aheadMs: 0 }
  const parts = { now: () => Date.now() + clock.aheadMs }
  const { server, dataDir } = await start({ args: openToAll, parts })
  return { url: server.url, dataDir, clock }
}

const messages = (said: readonly Said[]) => said.map(({ message }) => message)
const statuses = (said: readonly Said[]) => said.map(({ status }) => status)

describe('the clients of the documents', () => {
  it.each(names)('bring files of every size under the name %s, and find them again', async (name) => {
    const { server, dataDir } = await start({ args: openToAll })
    for (const [index, size] of sizes.entries()) {
      const bytes = bytesOf(size)
      const large = { chunkSize: size > 10 * chunkSize ? 1024 * kib : chunkSize }
      const ours = [
        `1 ${index} ${name}`,
        `2 ${index} ${name}`,
        `3 ${index} ${name}`,
        `4 ${index} ${name}`,
        `5 ${index} ${name}`,
      ]
      const [whole = '', first = '', later = '', atOnce = '', merged = ''] = ours
      const urls = [
        (await uploadWhole(server.url, whole, bytes)).url,
        (await uploadInOrder(server.url, first, bytes, large)).at(-1)?.url,
        (await uploadInOrder(server.url, later, bytes, { ...large, fileFirst: false })).at(-1)?.url,
      ]
      const received = await uploadAtOnce(server.url, atOnce, bytes, { ...large, fileFirst: index % 2 === 0 })
      expect(new Set(received.map(({ text }) => text))).toEqual(new Set(['Chunk received']))
      await uploadChunks(server.url, bytes, large)
      urls.push((await merge(server.url, merged)).url)
      for (const url of urls) {
        const got = Buffer.from(await (await fetch(`${server.url}${url}`)).arrayBuffer())
        expect(md5(got)).toBe(md5(bytes))
      }
      for (const path of ours) expect(md5(await storedBytes(dataDir, path))).toBe(md5(bytes))
    }
    expect(await storedFiles(dataDir)).toHaveLength(5 * sizes.length)
  })

  it('are told which chunk came, and at the last one where the file is', async () => {
    const { url } = await startAt()
    const said = await uploadInOrder(url, 'a.jpg', bytesOf(150 * kib), { chunkSize })
    expect(messages(said)).toEqual(['Chunk 0 uploaded', 'Chunk 1 uploaded', 'File upload complete'])
    expect(said.map((one) => one.url)).toEqual([undefined, undefined, '/uploads/a.jpg'])
    expect(messages([await uploadWhole(url, 'b.jpg', bytesOf(9))])).toEqual(['File upload complete'])
    expect(messages(await uploadChunks(url, bytesOf(9), { chunkSize }))).toEqual(['Chunk 0 uploaded'])
    expect(await merge(url, 'c.jpg')).toMatchObject({
      status: 200,
      message: 'File merged',
      url: '/uploads/c.jpg',
    })
  })

  it('keep a file of the same name beside one with other content, and store the same content once', async () => {
    const { url, dataDir } = await startAt()
    const [one, other] = [bytesOf(100 * kib), bytesOf(100 * kib)]
    for (const bytes of [one, other, one, other]) await uploadInOrder(url, 'a.jpg', bytes, { chunkSize })
    for (const bytes of [one, other]) await uploadWhole(url, 'a.jpg', bytes)
    expect(await storedFiles(dataDir)).toEqual(['a (2).jpg', 'a.jpg'])
    expect(md5(await storedBytes(dataDir, 'a (2).jpg'))).toBe(md5(other))
  })

  it('go on after a kill of the server by the bytes that they think were sent', async () => {
    const folder = temporaryFolder()
    const bytes = bytesOf(1000 * kib)
    const first = await spawnServer(folder, { args: openToAll })
    await uploadInOrder(first.client.url, 'a.jpg', bytes, { chunkSize, to: 7 })
    await uploadAtOnce(first.client.url, 'b.jpg', bytes, { chunkSize, to: 9 })
    await uploadChunks(first.client.url, bytes, { chunkSize, to: 5 })
    first.process.kill('SIGKILL')
    await first.exited
    const { client, process, exited } = await spawnServer(folder, { args: openToAll })
    expect((await uploadInOrder(client.url, 'a.jpg', bytes, { chunkSize, from: 7 })).at(-1)).toMatchObject({
      url: '/uploads/a.jpg',
    })
    await uploadAtOnce(client.url, 'b.jpg', bytes, { chunkSize, from: 9 })
    await uploadChunks(client.url, bytes, { chunkSize, from: 5 })
    await merge(client.url, 'c.jpg')
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg'])
      expect(md5(await storedBytes(folder, name))).toBe(md5(bytes))
    process.kill('SIGKILL')
    await exited
  })

  it('never complete a file with a hole', async () => {
    const { url, dataDir } = await startAt()
    const bytes = bytesOf(300 * kib)
    const said = await uploadInOrder(url, 'a.jpg', bytes, { chunkSize, from: 2 })
    expect(statuses(said)).toEqual([409, 409, 409])
    expect(said.at(-1)?.message).toContain('has not arrived')
    await uploadAtOnce(url, 'b.jpg', bytes, { chunkSize, from: 1 })
    await uploadChunks(url, bytes, { chunkSize, from: 1 })
    expect(await merge(url, 'c.jpg')).toMatchObject({ status: 409 })
    expect(await storedFiles(dataDir)).toEqual([])
    await uploadInOrder(url, 'a.jpg', bytes, { chunkSize })
    await uploadAtOnce(url, 'b.jpg', bytes, { chunkSize, to: 1 })
    await uploadChunks(url, bytes, { chunkSize, to: 1 })
    await merge(url, 'c.jpg')
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg'])
      expect(md5(await storedBytes(dataDir, name))).toBe(md5(bytes))
  })

  it('are refused with other bytes while an upload lives, and begin anew after half a minute of silence', async () => {
    const { url, dataDir, clock } = await startAt()
    const [one, other] = [bytesOf(300 * kib), bytesOf(300 * kib)]
    const ways = [
      (bytes: Uint8Array, to?: number) =>
        uploadInOrder(url, 'a.jpg', bytes, { chunkSize, ...(to && { to }) }),
      (bytes: Uint8Array, to?: number) => uploadAtOnce(url, 'b.jpg', bytes, { chunkSize, ...(to && { to }) }),
      (bytes: Uint8Array, to?: number) => uploadChunks(url, bytes, { chunkSize, ...(to && { to }) }),
    ]
    for (const upload of ways) await upload(one, 2)
    clock.aheadMs += 29_000
    for (const upload of ways) {
      const [first] = await upload(other)
      expect(first).toMatchObject({ status: 409 })
      expect(first?.message ?? first?.text).toContain('two uploads would mix')
    }
    // Also what was refused is a sign of life, of the first client as of the second.
    clock.aheadMs += 29_000
    for (const upload of ways) expect(new Set(statuses(await upload(one)))).toEqual(new Set([409]))
    expect(await merge(url, 'c.jpg')).toMatchObject({ status: 409 })
    expect(await storedFiles(dataDir)).toEqual([])
    clock.aheadMs += 31_000
    for (const upload of ways) expect(new Set(statuses(await upload(other)))).toEqual(new Set([200]))
    await merge(url, 'c.jpg')
    expect(await storedFiles(dataDir)).toEqual(['a.jpg', 'b.jpg', 'c.jpg'])
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg'])
      expect(md5(await storedBytes(dataDir, name))).toBe(md5(other))
  })

  it('are asked for chunks that the disk has with other bytes, and stored once those came again', async () => {
    const { server, dataDir } = await start({ args: openToAll })
    const bytes = bytesOf(300 * kib)
    await uploadInOrder(server.url, 'a.jpg', bytes, { chunkSize, to: 3 })
    const [task] = await server.uploads.ledger.openTasks()
    await damagePartial(dataDir, task?.taskId ?? '', 70 * kib, chunkSize)
    const said = await uploadInOrder(server.url, 'a.jpg', bytes, { chunkSize, from: 3 })
    expect(said.at(-1)).toMatchObject({ status: 409, url: undefined })
    expect(await storedFiles(dataDir)).toEqual([])
    const again = await uploadInOrder(server.url, 'a.jpg', bytes, { chunkSize })
    expect(again.at(-1)).toMatchObject({ status: 200, url: '/uploads/a.jpg' })
    expect(md5(await storedBytes(dataDir, 'a.jpg'))).toBe(md5(bytes))
  })

  it('never give up a chunk that they were just told is there', async () => {
    const { url, dataDir, clock } = await startAt()
    const [old, edited] = [bytesOf(150 * kib), bytesOf(150 * kib)]
    old.copy(edited, 0, 0, chunkSize)
    await uploadAtOnce(url, 'edit.psd', old, { chunkSize, to: 2 })
    clock.aheadMs += 31_000
    // Its first chunk is the old one's: the second comes within half a minute of it.
    const said: Said[] = []
    for (const index of [0, 1, 2])
      said.push(...(await uploadAtOnce(url, 'edit.psd', edited, { chunkSize, from: index, to: index + 1 })))
    expect(statuses(said)).toEqual([200, 409, 409])
    expect(await storedFiles(dataDir)).toEqual([])
    clock.aheadMs += 31_000
    await uploadAtOnce(url, 'edit.psd', edited, { chunkSize })
    expect(md5(await storedBytes(dataDir, 'edit.psd'))).toBe(md5(edited))
  })

  it('begin anew after the silence of a longer upload of that name, and of a shorter one', async () => {
    const { url, dataDir, clock } = await startAt()
    const [short, long] = [bytesOf(130 * kib), bytesOf(300 * kib)]
    await uploadInOrder(url, 'a.jpg', long, { chunkSize, to: 3 })
    expect(statuses(await uploadInOrder(url, 'a.jpg', short, { chunkSize }))).toEqual([409, 409, 409])
    clock.aheadMs += 31_000
    await uploadInOrder(url, 'a.jpg', short, { chunkSize, to: 2 })
    clock.aheadMs += 31_000
    await uploadInOrder(url, 'a.jpg', long, { chunkSize })
    expect(md5(await storedBytes(dataDir, 'a.jpg'))).toBe(md5(long))
  })

  it('of several tokens never mix, though they send from one address', async () => {
    const { url, dataDir } = await startTokens()
    const files = ['ann', 'bob', 'cho'].map((token) => ({ token, bytes: bytesOf(500 * kib) }))
    const send = async ({ token, bytes }: (typeof files)[number]) => {
      for (let index = 0; index < 8; index++) {
        const form = new FormData()
        form.append(
          'file',
          new Blob([new Uint8Array(bytes.subarray(index * chunkSize, (index + 1) * chunkSize))]),
        )
        for (const [name, value] of Object.entries({ filename: 'a.jpg', chunkNumber: index, totalChunks: 8 }))
          form.append(name, String(value))
        const headers = { Authorization: `Bearer ${token}-secret` }
        await fetch(`${url}/upload`, { method: 'POST', headers, body: form })
      }
    }
    await Promise.all(files.map(send))
    for (const { token, bytes } of files)
      expect(md5(await storedBytes(dataDir, `${token}/a.jpg`))).toBe(md5(bytes))
  })

  it('that send one name at once from one address store no mixture', async () => {
    const { url, dataDir } = await startAt()
    const files = [bytesOf(500 * kib), bytesOf(500 * kib)]
    await Promise.all(files.map((bytes) => uploadInOrder(url, 'a.jpg', bytes, { chunkSize })))
    const known = new Set(files.map(md5))
    for (const path of await storedFiles(dataDir))
      expect(known).toContain(md5(await storedBytes(dataDir, path)))
  })

  it.each([
    ['no number of chunks', { filename: 'a.jpg', chunkNumber: '0' }, 400],
    ['a chunk beyond the last', { filename: 'a.jpg', chunkNumber: '2', totalChunks: '2' }, 400],
    ['a negative chunk', { filename: 'a.jpg', chunkNumber: '-1', totalChunks: '2' }, 400],
    ['no name', { chunkNumber: '0', totalChunks: '2' }, 400],
    ['a path for a name', { filename: '../a.jpg', chunkNumber: '0', totalChunks: '2' }, 400],
    ['a folder in its name', { filename: 'a/b.jpg', chunkNumber: '0', totalChunks: '2' }, 400],
    ['a million chunks', { filename: 'a.jpg', chunkNumber: '0', totalChunks: '1000000' }, 400],
  ])('with %s are told what is wrong, in `message` too', async (_what, fields, status) => {
    const { url, dataDir } = await startAt()
    for (const fileFirst of [true, false]) {
      const form = new FormData()
      if (fileFirst) form.append('file', new Blob(['bytes']))
      for (const [name, value] of Object.entries(fields)) form.append(name, value)
      if (!fileFirst) form.append('file', new Blob(['bytes']))
      for (const route of ['/upload', '/file/resumeUpload']) {
        const answer = await fetch(`${url}${route}`, { method: 'POST', body: form })
        const body = (await answer.json()) as { message: string; error: { message: string } }
        expect(answer.status).toBe(status)
        expect(body.message).toBe(body.error.message)
      }
    }
    expect(await storedFiles(dataDir)).toEqual([])
  })

  it('whose file is too large are told so', async () => {
    const { server, dataDir } = await start({ args: [...openToAll, '--max-file-size', '100K'] })
    const bytes = bytesOf(101 * kib)
    expect(await uploadWhole(server.url, 'a.jpg', bytes)).toMatchObject({ status: 413 })
    expect((await uploadInOrder(server.url, 'a.jpg', bytes, { chunkSize })).at(-1)).toMatchObject({
      status: 413,
    })
    expect(await storedFiles(dataDir)).toEqual([])
  })

  it('of the chunk service find in the answer what they sent and the chunk to go on with', async () => {
    const { server, client } = await start({ args: openToAll })
    const bytes = bytesOf(150 * kib)
    const offer = { hash: md5(bytes), fileName: 'a.jpg', fileType: 'image/jpeg', fileSize: bytes.length }
    const ask = async () => {
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(`${server.url}/api/task`, {
        method: 'POST',
        headers,
        body: JSON.stringify(offer),
      })
      return (await answer.json()) as { taskId: string; chunkSize: number; currentChunk: number }
    }
    const task = await ask()
    expect(task).toMatchObject({
      ...offer,
      chunkSize: 64 * kib,
      currentChunk: 0,
      done: false,
      totalChunks: 3,
    })
    await client.put(task.taskId, 0, bytes.subarray(0, 64 * kib))
    expect(await ask()).toMatchObject({ ...offer, currentChunk: 1 })
    await client.put(task.taskId, 2, bytes.subarray(128 * kib))
    expect(await ask()).toMatchObject({ currentChunk: 1 })
    await client.put(task.taskId, 1, bytes.subarray(64 * kib, 128 * kib))
    expect(await ask()).toMatchObject({ currentChunk: 3 })
  })
})

function startTokens() {
  const env = { TOKENS: 'ann:ann-secret,bob:bob-secret,cho:cho-secret' }
  return start({ env }).then(({ server, dataDir }) => ({ url: server.url, dataDir }))
}
