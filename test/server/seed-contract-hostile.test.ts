/** What a hostile client of the published contract may send: refused with the reason, and nothing is left behind. */
import { request } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, contractUpload, type Reply, sendAll } from './contract-client.ts'
import { bytesOf, type Started, start, temporaryFolder } from './harness.ts'
import { isMemoryMeasured, mebibyte, spawnMeasured } from './measured-server.ts'
import { partialNames } from './test-storage.ts'

let started: Started
let url: string
beforeAll(async () => {
  started = await start({ args: ['--no-auth'], env: { MAX_FILE_SIZE: '1M' } })
  url = started.server.url
})

const good = { md5: 'a'.repeat(32), fileName: 'a.jpg', totalChunks: '3', chunkIndex: '1' }
type Fields = Readonly<Record<string, string>>

function formOf(fields: Fields, content: Uint8Array | null = bytesOf(100)): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (content) form.append('chunk', new Blob([new Uint8Array(content)]))
  return form
}

/** A form whose file is sent piece by piece, for as long as one likes. */
function openForm(to: string, fields: Fields) {
  const sending = request(`${to}/api/upload-chunk`, {
    method: 'POST',
    headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
  })
  sending.on('error', () => undefined)
  const answer = new Promise<number | undefined>((resolve) => {
    sending.on('response', (response) => resolve(response.resume().statusCode))
  })
  for (const [name, value] of Object.entries(fields)) {
    sending.write(`--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  }
  sending.write('--x\r\nContent-Disposition: form-data; name="chunk"; filename="c"\r\n\r\n')
  return {
    answer,
    /** Resolves when the system has taken the bytes. */
    write: (piece: Uint8Array) => new Promise<void>((resolve) => sending.write(piece, () => resolve())),
    end: () => {
      sending.end('\r\n--x--\r\n')
      return answer
    },
    cut: () => sending.destroy(),
  }
}

const sendForm = (form: FormData) => call(`${url}/api/upload-chunk`, 'POST', form)

async function expectRefused(reply: Promise<Reply>, status: number, code: string): Promise<void> {
  const { status: given, body } = await reply
  expect([given, body]).toMatchObject([status, { success: false, error: { code } }])
  expect(Object.keys(body).sort()).toEqual(['error', 'success'])
}

const badFields: ReadonlyArray<readonly [Fields, string]> = [
  [{ md5: 'x' }, 'bad-request'],
  [{ md5: '../../../../etc/passwd'.padEnd(32, 'x') }, 'bad-request'],
  [{ totalChunks: '-1' }, 'bad-request'],
  [{ totalChunks: '1.5' }, 'bad-request'],
  [{ totalChunks: 'NaN' }, 'bad-request'],
  [{ totalChunks: '100001' }, 'bad-request'],
  [{ totalChunks: '999999999999999999999' }, 'bad-request'],
  [{ totalChunks: '' }, 'bad-request'],
  [{ fileName: '..' }, 'name-invalid'],
  [{ fileName: '../a.jpg' }, 'name-invalid'],
  [{ fileName: '/etc/passwd' }, 'name-invalid'],
  [{ fileName: '..\\a.jpg' }, 'name-invalid'],
  [{ fileName: 'folder/a.jpg' }, 'name-invalid'],
  [{ fileName: 'a\0.jpg' }, 'name-invalid'],
  [{ fileName: 'C:a.jpg' }, 'name-invalid'],
  [{ fileName: 'x'.repeat(256) }, 'name-invalid'],
  [{ fileName: '' }, 'name-invalid'],
]

describe('fields that make no sense', () => {
  it.each(badFields)('are refused, wherever they stand: %j', async (bad, code) => {
    const fields = { ...good, ...bad }
    await expectRefused(sendForm(formOf(fields)), 400, code)
    const fileFirst = formOf({})
    for (const [name, value] of Object.entries(fields)) fileFirst.append(name, value)
    await expectRefused(sendForm(fileFirst), 400, code)
    const { chunkIndex: _, ...announcement } = fields
    await expectRefused(call(`${url}/api/check-chunks`, 'POST', announcement), 400, code)
    await expectRefused(call(`${url}/api/complete-upload`, 'POST', announcement), 400, code)
    expect(await partialNames(started.dataDir)).toEqual([])
  })

  it('are refused in paths too', async () => {
    for (const path of [`x/a.jpg`, `${good.md5}/..%2f..%2fpasswd`, `${good.md5}/..%5ca`, `${good.md5}/%00`]) {
      expect((await call(`${url}/api/upload-status/${path}`, 'GET')).status).toBe(400)
      expect((await call(`${url}/api/upload/${path}`, 'DELETE')).status).toBe(400)
    }
    expect((await call(`${url}/api/upload-status/${good.md5}/%ff`, 'GET')).status).toBe(404)
  })

  it('are refused when the chunk is none of the file', async () => {
    for (const chunkIndex of ['3', '100000', '-1', 'x', '1e3']) {
      const { status, body } = await sendForm(formOf({ ...good, chunkIndex }))
      expect([status, body]).toMatchObject([400, { success: false }])
      const message = /^\d+$/.test(chunkIndex) ? 'there is no chunk' : 'chunkIndex: expected a whole number'
      expect(JSON.stringify(body)).toContain(message)
    }
    await expectRefused(
      sendForm(formOf({ ...good, totalChunks: '0', chunkIndex: '0' })),
      400,
      'chunk-invalid',
    )
  })
})

describe('a path that is written otherwise', () => {
  it('is answered in the same shape', async () => {
    await expectRefused(call(`${url}/api/check-chunks/`, 'POST', {}), 400, 'bad-request')
    await expectRefused(call(`${url}/api/Complete-Upload`, 'POST', {}), 400, 'bad-request')
  })
})

describe('a form that is none', () => {
  it('is refused without its fields, without its file, or with too much of either', async () => {
    const { md5: _, ...incomplete } = good
    await expectRefused(sendForm(formOf(incomplete)), 400, 'bad-request')
    const withoutFile = new FormData()
    for (const [name, value] of Object.entries(good)) withoutFile.append(name, value)
    await expectRefused(sendForm(withoutFile), 400, 'bad-request')
    const twoFiles = formOf(good)
    twoFiles.append('chunk', new Blob(['again']))
    await expectRefused(sendForm(twoFiles), 400, 'bad-request')
    const otherFile = formOf(good, null)
    otherFile.append('other', new Blob(['x']))
    await expectRefused(sendForm(otherFile), 400, 'bad-request')
    const twice = formOf(good)
    twice.append('chunkIndex', '2')
    await expectRefused(sendForm(twice), 400, 'bad-request')
    await expectRefused(sendForm(formOf({ ...good, more: 'x'.repeat(10_000) })), 400, 'bad-request')
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 'x']))
    await expectRefused(sendForm(formOf({ ...many, ...good })), 400, 'bad-request')
    const { body } = await call(`${url}/api/upload-status/${good.md5}/a.jpg`, 'GET')
    expect(body).toMatchObject({ uploaded: 0, total: 3 })
  })

  it('is refused by its type', async () => {
    const send = async (type: string, body: string) => {
      const response = await fetch(`${url}/api/upload-chunk`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body,
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    await expectRefused(send('application/json', '{}'), 415, 'bad-request')
    await expectRefused(send('multipart/form-data', 'x'), 400, 'bad-request')
    await expectRefused(send('multipart/form-data; boundary=x', 'rubbish'), 400, 'bad-request')
    await expectRefused(send('multipart/form-data; boundary=x', '--x\r\n\r\n--x--\r\n'), 400, 'bad-request')
    const proto = formOf({ ...good, __proto__: 'x' })
    proto.append('__proto__', 'x')
    expect((await sendForm(proto)).status).toBe(200)
    await call(`${url}/api/upload/${good.md5}/a.jpg`, 'DELETE')
  })
})

describe('more bytes than the server takes', () => {
  /** Sends zeros without end; answers the status and how many bytes went out before it. */
  async function flood(fields: Fields): Promise<{ status: number | undefined; sentBytes: number }> {
    const { write, answer, cut } = openForm(url, fields)
    let sentBytes = 0
    let status: number | undefined
    answer.then((given) => {
      status = given
    })
    while (status === undefined) {
      sentBytes += 65_536
      await Promise.race([write(Buffer.alloc(65_536)), answer])
    }
    cut()
    return { status, sentBytes }
  }

  it.each([
    ['a file of one chunk', { ...good, totalChunks: '1', chunkIndex: '0' }],
    ['the first chunk', { ...good, chunkIndex: '0' }],
    ['the last chunk', { ...good, chunkIndex: '2' }],
    ['a chunk of which nothing is said', {}],
  ])('are refused while they come in: %s', async (_, fields) => {
    const { status, sentBytes } = await flood(fields)
    expect(status).toBe(413)
    expect(sentBytes).toBeLessThan(32 * mebibyte)
    await call(`${url}/api/upload/${good.md5}/a.jpg`, 'DELETE')
    await expect.poll(() => partialNames(started.dataDir)).toEqual([])
  })

  it('are refused as soon as the count of chunks tells', async () => {
    const upload = contractUpload(url, 'large.jpg', bytesOf(mebibyte + 1), 300_000)
    expect((await upload.send(0)).status).toBe(200)
    expect((await upload.send(1)).status).toBe(200)
    await expectRefused(upload.send(3), 413, 'file-too-large')
    const whole = contractUpload(url, 'whole.jpg', bytesOf(mebibyte), 300_000)
    await sendAll(whole, [3, 0, 1, 2], 1)
    expect((await whole.complete()).body).toMatchObject({ success: true, size: mebibyte })
    await upload.remove()
  })

  it('never stay in memory, however large a chunk is', async () => {
    const { client, heldBytes } = await spawnMeasured(temporaryFolder(), { args: ['--no-auth'] })
    const warm = contractUpload(client.url, 'warm.mov', bytesOf(12 * mebibyte), 12 * mebibyte)
    expect((await warm.send(0)).status).toBe(200)
    const idle = await heldBytes()
    const bytes = bytesOf(72 * mebibyte)
    const upload = contractUpload(client.url, 'clip.mov', bytes, bytes.length)
    const { md5: hash, fileName } = upload
    const sending = openForm(client.url, { md5: hash, fileName, totalChunks: '1', chunkIndex: '0' })
    await sending.write(bytes.subarray(0, -mebibyte))
    const held = (await heldBytes()) - idle
    console.log(`of a chunk of 72 MiB the server holds ${Math.round(held / mebibyte)} MiB`)
    if (isMemoryMeasured) expect(held).toBeLessThan(24 * mebibyte)
    await sending.write(bytes.subarray(-mebibyte))
    expect(await sending.end()).toBe(200)
    expect((await upload.complete()).body).toMatchObject({ size: bytes.length, md5: hash })
  })
})
