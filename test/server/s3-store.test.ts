/** The server with its files in a bucket: what goes wrong there, and what is said about it. On s3rver. */
import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseBucketUrl } from '../../server/storage/s3/bucket-url.ts'
import { createS3Client } from '../../server/storage/s3/s3-client.ts'
import { type S3rverRunning, s3rverKeys, startS3rver } from '../s3/start-s3rver.ts'
import { bundled, sendBundle } from './bundling.ts'
import { bytesOf, chunkOf, md5, type Started, spawnNode, start, temporaryFolder } from './harness.ts'

let bucket: S3rverRunning
let started: Started
beforeAll(async () => {
  bucket = await startS3rver(temporaryFolder())
  Object.assign(process.env, s3rverKeys)
  started = await start({ env: { STORAGE_URL: bucket.url, CHUNK_SIZE: '5M' } })
})
afterAll(async () => {
  await started.server.close()
  await bucket.close()
})

describe('a file on its way into a bucket', () => {
  it('arrives whole, its chunks as parts, and comes back in parts', async () => {
    const { client, server } = started
    const bytes = bytesOf(11 * 2 ** 20)
    const task = await client.offer('trip/clip.mov', bytes, { lastModified: 1_600_000_000_123 })
    for (const index of [2, 0, 1]) await client.put(task.taskId, index, chunkOf(task, bytes, index))
    expect((await client.offer('trip/clip.mov', bytes)).uploadedChunks).toEqual([0, 1, 2])
    expect((await client.upload('trip/clip.mov', bytes)).body).toMatchObject({ md5: md5(bytes) })
    const { response, bytes: part } = await client.download('/uploads/trip/clip.mov', {
      Range: 'bytes=5000000-6000000',
    })
    expect(response.status).toBe(206)
    expect(part).toEqual(bytes.subarray(5_000_000, 6_000_001))
    expect((await client.upload('copy.mov', bytes)).body.url).toBe('/uploads/copy.mov')
    expect(await server.uploads.store.partials()).toEqual([])
  })

  it('has its time and its MD5 with it, as rclone reads them', async () => {
    const bytes = bytesOf(6 * 2 ** 20)
    await started.client.upload('described.mov', bytes, { lastModified: 1_600_000_000_123 })
    const address = parseBucketUrl(bucket.url)
    const what = { Bucket: address.bucket, Key: `${address.prefix}uploads/described.mov` }
    const { Metadata } = await createS3Client(address).send(new HeadObjectCommand(what))
    expect(Metadata).toMatchObject({
      mtime: '1600000000.123000',
      md5chksum: Buffer.from(md5(bytes), 'hex').toString('base64'),
    })
  })

  it('takes four requests where it is small: stored, its name free, named, put away', async () => {
    const before = bucket.asked.length
    const files = [1, 2].map((nth) => bundled(`small/${nth}.jpg`, bytesOf(10_000 + nth)))
    const stored = await sendBundle(started.client, files)
    expect(stored.map(({ state }) => state)).toEqual(['stored', 'stored'])
    const asked = Object.groupBy(bucket.asked.slice(before), (method) => method)
    const counts = Object.fromEntries(Object.entries(asked).map(([method, all = []]) => [method, all.length]))
    // A name is given by a PUT that copies.
    expect(counts).toEqual({ PUT: 4, HEAD: 2, DELETE: 2 })
    for (const { file, bytes } of files)
      expect((await started.client.download(`/uploads/${file.relativePath}`)).bytes).toEqual(bytes)
    expect(await started.server.uploads.store.partials()).toEqual([])
  })

  it('hears that it should wait while the store is away, loses nothing, and goes on', async () => {
    const { client } = started
    const bytes = bytesOf(6 * 2 ** 20)
    const task = await client.offer('away.mov', bytes)
    await client.put(task.taskId, 0, chunkOf(task, bytes, 0))
    bucket.behave('away')
    const refused = await client.put(task.taskId, 1, chunkOf(task, bytes, 1))
    bucket.behave('well')
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'server-unreachable' } } })
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await client.offer('away.mov', bytes)).uploadedChunks).toEqual([0])
    expect((await client.upload('away.mov', bytes)).status).toBe(200)
  })

  it('does not notice a store that asks to slow down', async () => {
    bucket.behave({ status: 503, code: 'SlowDown', times: 2 })
    expect((await started.client.upload('slow.jpg', bytesOf(1_000))).status).toBe(200)
  })

  it('is refused with the reason when the store does not let the server in', async () => {
    const bytes = bytesOf(1_000)
    const task = await started.client.offer('closed.jpg', bytes)
    bucket.behave({ status: 403, code: 'AccessDenied', times: 100 })
    const answer = await started.client.put(task.taskId, 0, bytes)
    bucket.behave('well')
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'storage-failed' } } })
    expect((await started.client.upload('closed.jpg', bytes)).status).toBe(200)
  })
})

describe('a server that cannot use its bucket', () => {
  const urlOf = (from: string, to: string) => bucket.url.replace(from, to)
  it.each([
    ['is not there', () => urlOf('photos', 'nowhere'), s3rverKeys, /no bucket "nowhere" at .* Create it/],
    [
      'has other keys',
      () => bucket.url,
      { ...s3rverKeys, AWS_ACCESS_KEY_ID: 'nobody' },
      /refuses the credentials/,
    ],
    [
      'has a name that is not known',
      () => `s3://photos?endpoint=http://${'x'.repeat(64)}.invalid`,
      s3rverKeys,
      /object storage at http.* cannot be reached .*correct STORAGE_URL/,
    ],
    ['is away', () => 's3://photos?endpoint=http://127.0.0.1:1', s3rverKeys, /cannot be reached .*Start it/],
    [
      'has its keys in the URL',
      () => 's3://KEY:very-secret@photos',
      {},
      /--storage: must not contain keys.*AWS_ACCESS_KEY_ID/,
    ],
  ])('says in one sentence when it %s', async (_, url, keys, sentence) => {
    const args = ['server/index.ts', '--port', '0', '--data', temporaryFolder(), '--storage', url()]
    const child = spawnNode(args, { env: { ...keys, AWS_EC2_METADATA_DISABLED: 'true' } })
    expect(await child.exited).toBeGreaterThan(0)
    expect(child.stderr().trim()).toMatch(sentence)
    expect(child.stderr().trim().split('\n')).toHaveLength(1)
    expect(child.stderr()).not.toContain('very-secret')
  })
})

describe('STORAGE_URL', () => {
  it('names bucket, folder, endpoint and region', () => {
    expect(parseBucketUrl('s3://photos/a/b%20c?endpoint=https://s3.example.com/&region=eu-1')).toEqual({
      bucket: 'photos',
      prefix: 'a/b c/',
      endpoint: 'https://s3.example.com',
      region: 'eu-1',
      pathStyle: true,
    })
    expect(parseBucketUrl('s3://photos')).toMatchObject({
      prefix: '',
      endpoint: undefined,
      pathStyle: false,
    })
  })

  it.each([
    'photos',
    'https://s3.example.com/photos',
    's3://',
    's3://photos?endpoint=ftp://x',
    's3://photos?end=1',
    's3://photos?secretKey=1',
    's3://photos?endpoint=http://key:secret@s3.example.com',
    's3://photos?pathStyle=perhaps',
  ])('is refused when it is %s', (text) => {
    expect(() => parseBucketUrl(text)).toThrow()
  })
})
