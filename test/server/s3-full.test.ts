/**
 * R11 on object storage: a store that is full, in the words of several makers, at whatever request it becomes so. The
 * client hears 507, loses nothing that was acknowledged, and the upload goes on when there is room.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toStorageError } from '../../server/storage/s3/errors.ts'
import { type S3rverRefusal, type S3rverRunning, s3rverKeys, startS3rver } from '../s3/start-s3rver.ts'
import { contractUpload } from './contract-client.ts'
import { bytesOf, chunkOf, md5, type Started, sha256, start, temporaryFolder } from './harness.ts'

const mebibyte = 2 ** 20
let bucket: S3rverRunning
let started: Started
beforeAll(async () => {
  bucket = await startS3rver(temporaryFolder())
  Object.assign(process.env, s3rverKeys)
  const env = { STORAGE_URL: bucket.url, CHUNK_SIZE: '5M' }
  started = await start({ env, args: ['--no-auth'] })
})
afterAll(async () => {
  await started.server.close()
  await bucket.close()
})

/** A store without room still reads and deletes. */
const full = (status: number, code: string, more: Partial<S3rverRefusal> = {}): S3rverRefusal => ({
  status,
  code,
  times: Number.POSITIVE_INFINITY,
  methods: ['PUT', 'POST'],
  ...more,
})

/** Sends a file as far as it goes; answers the chunks that were acknowledged, and every refusal's status and code. */
async function bring(name: string, bytes: Buffer) {
  const { client } = started
  const acknowledged: number[] = []
  const refusals: string[] = []
  const noted = (answer: { status: number; body: { error?: { code: string } } }) => {
    if (answer.status >= 300) refusals.push(`${answer.status} ${answer.body.error?.code}`)
    return answer.status === 200
  }
  const request = { fileName: name, fileSize: bytes.length, hash: md5(bytes), sha256: sha256(bytes) }
  const offered = await client.post('/api/task', request)
  if (!noted(offered)) return { acknowledged, refusals }
  const task = offered.body as never as Awaited<ReturnType<typeof client.offer>>
  for (let index = 0; index < task.totalChunks; index += 1) {
    if (noted(await client.put(task.taskId, index, chunkOf(task, bytes, index)))) acknowledged.push(index)
  }
  if (acknowledged.length === task.totalChunks) noted(await client.complete(task.taskId, md5(bytes)))
  return { acknowledged, refusals }
}

async function expectGoesOn(name: string, bytes: Buffer, acknowledged: readonly number[]): Promise<void> {
  const { client } = started
  const task = await client.offer(name, bytes)
  if (!task.done) expect(task.uploadedChunks).toEqual(expect.arrayContaining([...acknowledged]))
  expect(await client.upload(name, bytes)).toMatchObject({ status: 200, body: { md5: md5(bytes) } })
  expect(await started.server.uploads.store.partials()).toEqual([])
}

describe('an object store that is full', () => {
  it.each([
    [507, 'XMinioStorageFull'],
    [400, 'XMinioAdminBucketQuotaExceeded'],
    [403, 'QuotaExceeded'],
    [422, 'BucketQuotaExceeded'],
    [507, 'InsufficientStorage'],
    [503, 'InsufficientCapacity'],
    [507, ''],
  ])('is told as 507 when it says %d %s', async (status, code) => {
    const name = `${status} ${code}.mov`
    const bytes = bytesOf(1_000)
    bucket.behave(full(status, code))
    const { acknowledged, refusals } = await bring(name, bytes)
    bucket.behave('well')
    expect(refusals).toEqual(['507 storage-full'])
    await expectGoesOn(name, bytes, acknowledged)
  })

  it('is told as 507 at whatever request it becomes so, and the upload goes on where it was', async () => {
    let refused = 0
    for (let after = 0; after <= refused; after += 1) {
      const name = `at-${after}.mov`
      const bytes = bytesOf(5 * mebibyte + 1_000)
      bucket.behave(full(507, 'XMinioStorageFull', { after }))
      const { acknowledged, refusals } = await bring(name, bytes)
      bucket.behave('well')
      for (const refusal of refusals) expect(refusal).toBe('507 storage-full')
      if (refusals.length > 0) refused += 1
      await expectGoesOn(name, bytes, acknowledged)
    }
    expect(refused).toBeGreaterThan(5)
  })

  it('is told as 507 when it answers early and hangs up in the middle of a chunk', async () => {
    const bytes = bytesOf(5 * mebibyte + 1_000)
    // The first that it is asked to put is the note of the upload's id.
    bucket.behave(full(507, 'XMinioStorageFull', { methods: ['PUT'], after: 1, hangsUp: true }))
    const { acknowledged, refusals } = await bring('early.mov', bytes)
    bucket.behave('well')
    expect(refusals).toEqual(['507 storage-full', '507 storage-full'])
    await expectGoesOn('early.mov', bytes, acknowledged)
  })

  it('is told so in the published contract', async () => {
    const bytes = bytesOf(10 * mebibyte + 1_000)
    const upload = contractUpload(started.client.url, 'contract.mov', bytes, 5 * mebibyte)
    expect((await upload.send(0)).status).toBe(200)
    bucket.behave(full(403, 'QuotaExceeded'))
    const refused = await upload.send(1)
    bucket.behave('well')
    expect(refused).toMatchObject({ status: 507, body: { success: false, error: { code: 'storage-full' } } })
    expect((await upload.check()).body).toMatchObject({ uploadedChunks: [0] })
    for (const index of [1, 2]) expect((await upload.send(index)).status).toBe(200)
    expect((await upload.complete()).body).toMatchObject({ success: true, md5: md5(bytes) })
  })

  it('is told so over tus', async () => {
    const bytes = bytesOf(5 * mebibyte + 1_000)
    const tus = (method: string, path: string, headers: object, body?: Uint8Array) =>
      fetch(started.client.url + path, {
        method,
        headers: { 'Tus-Resumable': '1.0.0', ...headers },
        ...(body && { body: new Uint8Array(body) }),
      })
    const metadata = `filename ${Buffer.from('tus.mov').toString('base64')}`
    const creation = { 'Upload-Length': String(bytes.length), 'Upload-Metadata': metadata }
    const path = String((await tus('POST', '/tus', creation)).headers.get('Location'))
    const type = { 'Content-Type': 'application/offset+octet-stream' }
    bucket.behave(full(507, 'XMinioStorageFull'))
    const refused = await tus('PATCH', path, { ...type, 'Upload-Offset': '0' }, bytes)
    bucket.behave('well')
    expect(refused.status).toBe(507)
    const offset = Number((await tus('HEAD', path, {})).headers.get('Upload-Offset'))
    const rest = { ...type, 'Upload-Offset': String(offset) }
    expect((await tus('PATCH', path, rest, bytes.subarray(offset))).status).toBe(204)
    expect(md5((await started.client.download('/uploads/tus.mov')).bytes)).toBe(md5(bytes))
  })
})

it('a store that takes no object so large is told as 413', async () => {
  bucket.behave(full(400, 'EntityTooLarge'))
  const { refusals } = await bring('large.mov', bytesOf(1_000))
  bucket.behave('well')
  expect(refusals).toEqual(['413 file-too-large'])
})

it('a store whose answer is cut off is told as 503, whatever the answer would have been', () => {
  const cut = { code: 'ECONNRESET', $metadata: { httpStatusCode: 403 } }
  expect(toStorageError(Object.assign(new Error('aborted'), cut)).code).toBe('server-unreachable')
})

it('a store that asks to slow down, again and again, is told as 503: it is not full', () => {
  const answer = { name: 'SlowDown', $metadata: { httpStatusCode: 503 } }
  const error = toStorageError(Object.assign(new Error('Please reduce your request rate.'), answer))
  expect(error.code).toBe('server-unreachable')
  expect(error.retryAfterMs).toBeGreaterThan(0)
})
