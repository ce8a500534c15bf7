/** Chunks of the published contract that never come to their end: deleted, cut off, standing still, without an end. */
import { request } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ContractUpload, contractUpload, sendAll } from './contract-client.ts'
import { fileFirst, formOf, parts } from './contract-forms.ts'
import { bytesOf, md5, type Started, start } from './harness.ts'
import { sendHeld } from './held-work.ts'
import { onDisk, partialNames, storedBytes } from './test-storage.ts'

let started: Started
/** One that does not wait long for a body. */
let strict: Started
let number = 0
beforeAll(async () => {
  started = await start({ args: ['--no-auth'] })
  strict = await start({ args: ['--no-auth'], parts: { bodyIdleMs: 1_500 } })
})

/** A file of its own for every test. */
function upload(size: number, chunkSize: number, { server } = started): ContractUpload {
  number += 1
  return contractUpload(server.url, `${number}.jpg`, bytesOf(size), chunkSize)
}

async function expectStored(file: ContractUpload, { dataDir } = started): Promise<void> {
  expect(await file.complete()).toMatchObject({ status: 200, body: { success: true, md5: file.md5 } })
  expect(md5(await storedBytes(dataDir, file.fileName))).toBe(file.md5)
}

describe('a chunk on its way', () => {
  /** Begins the form of a chunk and stops in the middle of its bytes. */
  async function begin(file: ContractUpload, index: number, order: readonly string[], at = started) {
    const packed = new Response(formOf(file, index, order))
    const whole = Buffer.from(await packed.arrayBuffer())
    const sending = request(`${at.server.url}/api/upload-chunk`, {
      method: 'POST',
      headers: {
        'Content-Type': packed.headers.get('Content-Type') ?? '',
        'Content-Length': whole.length,
      },
    })
    const answer = new Promise<number | undefined>((resolve) => {
      sending.on('response', (response) => resolve(response.resume().statusCode))
      sending.on('error', () => resolve(undefined))
    })
    sending.write(whole.subarray(0, whole.length - file.chunk(index).length))
    return { sending, answer, rest: whole.subarray(whole.length - file.chunk(index).length) }
  }
  const partials = (at = started) => partialNames(at.dataDir)

  // On its way into a bucket so little is in memory only: there is nothing to see.
  it.runIf(onDisk)('is gone with its upload when that is deleted', async () => {
    for (const [sent, index] of [
      [[], 1],
      [[0], 1],
    ] as const) {
      const file = upload(300_000, 100_000)
      await sendAll(file, sent, 1)
      const { answer, sending } = await begin(file, index, parts)
      await expect.poll(async () => (await file.status()).status).toBe(200)
      await expect.poll(() => partials()).not.toEqual([])
      expect((await file.remove()).status).toBe(200)
      expect(await answer).toBe(404)
      sending.destroy()
      await expect.poll(() => partials()).toEqual([])
    }
  })

  it.runIf(onDisk)(
    'leaves no trace when it is cut off or stands still, wherever its bytes went',
    async () => {
      for (const order of [parts, fileFirst]) {
        const cutOff = upload(300_000, 100_000)
        const cut = await begin(cutOff, 1, order)
        await expect.poll(() => partials()).not.toEqual([])
        cut.sending.destroy()
        await expect.poll(() => partials()).toEqual([])
        const stalled = upload(300_000, 100_000, strict)
        const still = await begin(stalled, 2, order, strict)
        expect(await still.answer).toBe(408)
        still.sending.destroy()
        await expect.poll(() => partials(strict)).toEqual([])
        for (const [file, at] of [
          [cutOff, started],
          [stalled, strict],
        ] as const) {
          expect((await file.check()).body.uploadedChunks).toEqual([])
          await sendAll(file, [0, 1, 2], 3)
          await expectStored(file, at)
        }
      }
    },
  )

  it('never counts when its form breaks off behind it', async () => {
    const file = upload(1_000, 1_000)
    const packed = new Response(formOf(file, 0, parts))
    const whole = Buffer.from(await packed.arrayBuffer())
    const type = packed.headers.get('Content-Type') ?? ''
    const end = whole.lastIndexOf('--\r\n')
    const more = Buffer.from('\r\nContent-Disposition: form-data; name="more"\r\n\r\n'.padEnd(400, 'x'))
    const bytes = new Uint8Array(Buffer.concat([whole.subarray(0, end), more]))
    const headers = { 'Content-Type': type }
    const held = sendHeld(started.client, 'POST', '/api/upload-chunk', bytes, headers)
    // All of its bytes are there, and the end of the form is not.
    for (let time = 0; time < 10; time += 1) {
      expect((await file.check()).body.uploadedChunks).toEqual([])
    }
    held.end()
    expect(await held.answer).toBe(400)
    expect((await file.check()).body.uploadedChunks).toEqual([])
    await file.send(0)
    await expectStored(file)
  })

  it('never counts when its form has no end', async () => {
    const file = upload(1_000, 1_000)
    const packed = new Response(formOf(file, 0, parts))
    const whole = Buffer.from(await packed.arrayBuffer())
    const type = packed.headers.get('Content-Type') ?? ''
    for (const length of [whole.length - 10, whole.length - 500, 400]) {
      const response = await fetch(`${started.server.url}/api/upload-chunk`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: whole.subarray(0, length),
      })
      expect([response.status, await response.json()]).toMatchObject([400, { success: false }])
    }
    expect((await file.check()).body.uploadedChunks).toEqual([])
    await file.send(0)
    await expectStored(file)
    expect(await storedBytes(started.dataDir, file.fileName)).toHaveLength(1_000)
  })
})
