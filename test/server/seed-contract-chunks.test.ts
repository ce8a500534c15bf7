import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ContractUpload, call, contractUpload, sendAll, shuffled } from './contract-client.ts'
import { fileFirst, formOf, parts } from './contract-forms.ts'
import { bytesOf, md5, type Started, start } from './harness.ts'
import { slowToVerify } from './held-work.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'

let started: Started
let number = 0
beforeAll(async () => {
  started = await start({ args: ['--no-auth'], parts: { waitMs: 20_000 } })
})

/** A file of its own for every test. */
function upload(size: number, chunkSize: number): ContractUpload {
  number += 1
  return contractUpload(started.server.url, `${number}.jpg`, bytesOf(size), chunkSize)
}

const storedMd5 = async (name: string) => md5(await storedBytes(started.dataDir, name))

async function expectStored(file: ContractUpload): Promise<void> {
  expect(await file.complete()).toMatchObject({ status: 200, body: { success: true, md5: file.md5 } })
  expect(await storedMd5(file.fileName)).toBe(file.md5)
}

const sendForm = (form: FormData) => call(`${started.server.url}/api/upload-chunk`, 'POST', form)
describe('chunks in any order', () => {
  it.each([
    ['the last one first', 9_500, [9, 0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['backwards', 9_500, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['the last one last', 9_500, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['the last one as large as the others', 3_000, [2, 1, 0]],
    ['two, the smaller one first', 1_001, [1, 0]],
    ['one alone', 700, [0]],
  ])('make the file: %s', async (_, size, order) => {
    const file = upload(size, 1_000)
    for (const [turn, index] of order.entries()) {
      expect((await file.send(index)).body).toMatchObject({
        uploaded: turn + 1,
        total: order.length,
        chunkIndex: index,
      })
      expect((await file.check()).body.uploadedChunks).toEqual(order.slice(0, turn + 1).toSorted())
    }
    await expectStored(file)
    expect(await partialNames(started.dataDir)).toEqual([])
  })

  it('make the file when all of them come at once, each of them twice', async () => {
    const file = upload(999_999, 10_000)
    const order = [...shuffled(file.totalChunks, 3), ...shuffled(file.totalChunks, 5)]
    const replies = await sendAll(file, order, order.length)
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]))
    await expectStored(file)
  })

  it('make the file whatever its sizes, the order of chunks and the order of every form', async () => {
    const cases = fc.record({
      size: fc.integer({ min: 1, max: 5_000 }),
      chunkSize: fc.integer({ min: 1, max: 3_000 }).map((size) => Math.max(size, 150)),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      form: fc.shuffledSubarray(parts, { minLength: parts.length }),
      atOnce: fc.integer({ min: 1, max: 4 }),
    })
    const bring = fc.asyncProperty(cases, async ({ size, chunkSize, seed, form, atOnce }) => {
      const file = upload(size, chunkSize)
      const anyForm = { ...file, send: (index: number) => sendForm(formOf(file, index, form)) }
      const replies = await sendAll(anyForm, shuffled(file.totalChunks, seed), atOnce)
      expect(replies.every((reply) => reply.status === 200)).toBe(true)
      await expectStored(file)
    })
    const seed = Number(process.env.FUZZ_SEED ?? 4711)
    await fc.assert(bring, { numRuns: Number(process.env.FUZZ_RUNS ?? 40), seed })
    expect(await partialNames(started.dataDir)).toEqual([])
  })

  it('never mix with those of another count, even of the same file', async () => {
    const content = bytesOf(5_000)
    const small = contractUpload(started.server.url, 'counts.jpg', content, 1_000)
    const large = contractUpload(started.server.url, 'counts.jpg', content, 2_000)
    await sendAll(small, [0, 1, 4], 1)
    expect((await large.check()).body.uploadedChunks).toEqual([])
    await sendAll(large, [2, 0, 1], 1)
    await expectStored(large)
    expect((await small.check()).body).toMatchObject({ uploadedChunks: [0, 1, 4], progress: 60 })
    await small.remove()
    expect(await partialNames(started.dataDir)).toEqual([])
  })
})

describe('a chunk that is not what it was', () => {
  it.each([
    ['in its place', [0, 1, 2], 1, parts],
    ['held aside', [2], 2, parts],
    ['after its form said so at the end', [0, 1, 2], 2, fileFirst],
  ])('is a conflict, and changes nothing: %s', async (_, sent, index, order) => {
    const file = upload(2_500, 1_000)
    await sendAll(file, sent, 1)
    const { status, body } = await sendForm(formOf(file, index, order, bytesOf(file.chunk(index).length)))
    expect(status).toBe(409)
    expect(body).toMatchObject({ success: false, error: { code: 'chunk-conflict' } })
    expect((await sendForm(formOf(file, index, order))).status).toBe(200)
    await sendAll(file, [0, 1, 2], 3)
    await expectStored(file)
  })

  it('is refused when it has another size than the others', async () => {
    const file = upload(4_500, 1_000)
    await file.send(1)
    for (const [index, length] of [
      [0, 999],
      [2, 1_001],
      [3, 0],
      [4, 1_001],
    ] as const) {
      for (const order of [parts, fileFirst]) {
        const { status, body } = await sendForm(formOf(file, index, order, bytesOf(length)))
        expect([status, body]).toMatchObject([400, { success: false, error: { code: 'chunk-invalid' } }])
      }
    }
    expect((await file.check()).body.uploadedChunks).toEqual([1])
    await sendAll(file, [0, 2, 3, 4], 2)
    await expectStored(file)
  })

  it('is refused when the last one that waits is larger than it', async () => {
    const file = upload(3_000, 1_000)
    await file.send(2)
    expect((await file.send(0, new Uint8Array(bytesOf(400)))).body).toMatchObject({ success: false })
    await sendAll(file, [0, 1], 1)
    await expectStored(file)
  })
})

describe('a wrong digest of the whole', () => {
  it.each([
    ['in the middle', 1, 1_000],
    ['at the end, longer', 3, 900],
    ['at the end, shorter', 3, 100],
  ])('is refused, and mended by the right chunk: %s', async (_, wrong, length) => {
    const file = upload(3_500, 1_000)
    await sendAll(
      file,
      [0, 1, 2, 3].filter((index) => index !== wrong),
      1,
    )
    await file.send(wrong, new Uint8Array(bytesOf(length)))
    const { status, body } = await file.complete()
    expect(status).toBe(422)
    expect(body).toMatchObject({ success: false, error: { code: 'digest-mismatch' } })
    expect(body.error).toMatchObject({
      message: expect.stringContaining('Send the chunk that is wrong again'),
    })
    expect(await storedFiles(started.dataDir)).not.toContain(file.fileName)
    expect((await file.send(wrong)).body).toMatchObject({ success: true, uploaded: 4 })
    await expectStored(file)
  })

  it('lets a client that sends what is missing begin again, and asks for every chunk once', async () => {
    const file = upload(3_500, 1_000)
    await sendAll(file, [0, 1, 2], 1)
    await file.send(3, new Uint8Array(bytesOf(500)))
    expect((await file.complete()).status).toBe(422)
    expect((await file.check()).body).toEqual({ success: true, uploadedChunks: [], progress: 0 })
    await sendAll(file, [0, 2], 1)
    expect((await file.check()).body.uploadedChunks).toEqual([0, 2])
    expect((await file.send(0, new Uint8Array(bytesOf(1_000)))).status).toBe(409)
    await sendAll(file, [1, 3], 1)
    await expectStored(file)
  })

  it('is not mended by a chunk that comes while the file is verified, which is told to come again', async () => {
    const held = Promise.withResolvers<void>()
    let isHeld = false
    const { server } = await start({
      args: ['--no-auth'],
      parts: { openStore: (config) => slowToVerify(config, () => (isHeld ? held.promise : undefined)) },
    })
    const bytes = bytesOf(3_500)
    const file = contractUpload(server.url, 'held.jpg', bytes, 1_000)
    await sendAll(file, [0, 2, 3], 1)
    await file.send(1, new Uint8Array(bytesOf(1_000)))
    expect((await file.complete()).status).toBe(422)
    isHeld = true
    const completed = file.complete()
    await expect.poll(async () => (await file.send(1)).status).toBe(423)
    held.resolve()
    expect((await completed).status).toBe(422)
    expect((await file.send(1)).status).toBe(200)
    expect((await file.complete()).status).toBe(200)
  })

  it('is told apart from missing chunks', async () => {
    const file = upload(3_500, 1_000)
    const missing = async () => {
      const { status, body } = await file.complete()
      expect(status).toBe(409)
      return (body.error as { details: { missingChunks: number[] } }).details.missingChunks
    }
    expect(await missing()).toEqual([0, 1, 2, 3])
    await file.send(3)
    expect(await missing()).toEqual([0, 1, 2])
    await sendAll(file, [0, 2], 1)
    expect(await missing()).toEqual([1])
    await file.send(1)
    await expectStored(file)
  })
})
