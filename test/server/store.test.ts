/**
 * What every store must do, on a disk, on s3rver, and on the bucket that PHOTOFERRY_TEST_STORAGE names. s3rver looks at no
 * checksum and at no condition of a copy; what depends on these is tried on Ceph alone (`npm run test:ceph`).
 */
import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChunkHash, type FileDigests } from '../../server/digests.ts'
import { openStore } from '../../server/storage/open-store.ts'
import { parseBucketUrl } from '../../server/storage/s3/bucket-url.ts'
import type {
  ChunkWrite,
  PartialPlan,
  SealedPartial,
  Store,
  StoredContent,
} from '../../server/storage/store.ts'
import { ReadingStopped, Throttle } from '../../server/storage/throttle.ts'
import { bytesOf, md5, sha256, temporaryFolder } from './harness.ts'
import { type OwnBucket, ownBucket } from './own-bucket.ts'
import { onDisk, storageUrl } from './test-storage.ts'

const mebibyte = 2 ** 20
const kinds = onDisk ? ['disk', 's3rver'] : ['given bucket']

let bucket: OwnBucket | undefined
afterAll(() => bucket?.stop())

async function open(kind: string, dataDir = temporaryFolder()): Promise<Store> {
  if (kind === 's3rver') {
    bucket ??= await ownBucket()
    Object.assign(process.env, bucket.env)
  }
  const url = kind === 'disk' ? undefined : (storageUrl(dataDir) ?? bucket?.env.STORAGE_URL)
  return openStore({
    dataDir,
    freeSpaceReserve: 0,
    bucket: url === undefined ? undefined : parseBucketUrl(url),
  })
}

/** Whether the far end looks at digests: s3rver and a disk have none. */
const checksBytes = (kind: string) => kind === 'given bucket' && process.env.AWS_ACCESS_KEY_ID !== 'S3RVER'

/** A file on its way. */
class Upload {
  readonly taskId = randomBytes(16).toString('hex')
  readonly store: Store
  readonly plan: PartialPlan
  readonly bytes: Buffer

  constructor(store: Store, bytes: Buffer, chunkSize: number) {
    this.store = store
    this.bytes = bytes
    this.plan = { size: bytes.length, chunkSize, totalChunks: Math.ceil(bytes.length / chunkSize) }
  }

  async put(chunkIndex: number, from = this.bytes, more: Partial<ChunkWrite> = {}, step?: number) {
    const { chunkSize, totalChunks } = this.plan
    const start = more.offset ?? chunkIndex * chunkSize
    const piece = from.subarray(start, Math.min(from.length, (chunkIndex + 1) * chunkSize))
    const chunk = {
      taskId: this.taskId,
      chunkIndex,
      totalChunks,
      chunkSize,
      offset: start,
      length: piece.length,
      endsFile: chunkIndex === totalChunks - 1,
      ...more,
    }
    await this.write(piece, chunk, step)
  }

  /** @param step bytes at a time */
  async write(bytes: Buffer, chunk: ChunkWrite, step = 60_000): Promise<void> {
    const writer = await this.store.openChunk(chunk)
    for (let at = 0; at < bytes.length; at += step) await writer.write(bytes.subarray(at, at + step))
    await writer.finish()
  }

  async putAll(order = [...Array(this.plan.totalChunks).keys()].reverse()): Promise<void> {
    await Promise.all(order.map((chunkIndex) => this.put(chunkIndex)))
  }

  async seal(plan = this.plan): Promise<SealedPartial> {
    const sealed = await this.store.sealPartial(this.taskId, plan, 1_600_000_000_123)
    if ('lost' in sealed) throw new Error(`lost ${sealed.lost}`)
    return sealed
  }

  async sealedDigests(plan = this.plan): Promise<FileDigests> {
    return this.store.partialDigests(this.taskId, await this.seal(plan), () => undefined)
  }
}

const digestsOf = (bytes: Buffer): FileDigests => ({ md5: md5(bytes), sha256: sha256(bytes) })

function bytesOfChunk({ bytes, plan }: Upload, index: number): Buffer {
  return bytes.subarray(index * plan.chunkSize, (index + 1) * plan.chunkSize)
}

/** @param start first byte @param end last byte */
async function read(content: StoredContent | undefined, start: number, end: number): Promise<Buffer> {
  if (content === undefined) throw new Error('there is nothing to read')
  return buffer(content.stream(start, end))
}

describe.each(kinds)('a store: %s', (kind) => {
  let store: Store
  beforeAll(async () => {
    store = await open(kind)
  })
  afterAll(() => store.close())

  it.each([
    ['small chunks', 300_000, 65_536],
    ['chunks that can be parts', 10 * mebibyte + 1_000, 5 * mebibyte],
    ['one chunk', 100_000, 8 * mebibyte],
    ['one chunk of its very size', 5 * mebibyte, 5 * mebibyte],
  ])('makes one file of %s, in whatever order they came', async (_, size, chunkSize) => {
    const upload = new Upload(store, bytesOf(size), chunkSize)
    await upload.putAll()
    expect(await store.hasPartial(upload.taskId)).toBe(true)
    expect(await upload.seal()).toMatchObject({ size, mtimeMs: 1_600_000_000_123 })
    expect(await upload.sealedDigests()).toEqual(digestsOf(upload.bytes))
    const algorithms = ['sha-256', 'crc32c'] as const
    const digests = Array.from({ length: upload.plan.totalChunks }, (_, index) => {
      const hash = createChunkHash(algorithms[index] ?? 'crc32c')
      hash.update(bytesOfChunk(upload, index))
      return hash.digest()
    })
    expect(await store.partialChunkDigests(upload.taskId, chunkSize, algorithms)).toEqual(digests)
    await store.discardPartial(upload.taskId)
    expect(await store.hasPartial(upload.taskId)).toBe(false)
    expect(await store.partials()).not.toContain(upload.taskId)
  })

  it('makes an empty file of no chunk', async () => {
    const upload = new Upload(store, Buffer.alloc(0), 65_536)
    expect(await upload.sealedDigests()).toEqual(digestsOf(upload.bytes))
  })

  it.each([
    ['small', 65_536],
    ['large', 5 * mebibyte],
  ])('takes %s chunks whose bytes come in several goes, some of them twice', async (_, chunkSize) => {
    const upload = new Upload(store, bytesOf(chunkSize + 40_000), chunkSize)
    const goes = [
      [0, 0, 30_000],
      [0, 30_000, 35_000],
      [0, 20_000, chunkSize],
      [1, chunkSize, upload.bytes.length],
    ]
    // After the second go the tail was lost: the chunk begins anew, and is cut elsewhere.
    goes.splice(2, 0, [0, 0, 20_000])
    for (const [chunkIndex = 0, offset = 0, end = 0] of goes) {
      await upload.write(upload.bytes.subarray(offset, end), {
        taskId: upload.taskId,
        chunkIndex,
        totalChunks: 2,
        chunkSize,
        offset,
        length: Math.min((chunkIndex + 1) * chunkSize, upload.bytes.length) - offset,
        mayEndEarly: true,
        endsFile: false,
      })
    }
    expect(await upload.sealedDigests()).toEqual(digestsOf(upload.bytes))
  })

  it('takes a chunk whose length nobody tells, and reads it back', async () => {
    const bytes = bytesOf(9 * mebibyte)
    const upload = new Upload(store, bytes, bytes.length)
    await upload.put(0, bytes, { length: undefined, chunkSize: undefined })
    expect(await store.partialSize(upload.taskId)).toBe(bytes.length)
    const content = await store.readPartial(upload.taskId)
    expect((await read(content, 0, bytes.length - 1)).equals(bytes)).toBe(true)
    expect(await upload.sealedDigests()).toEqual(digestsOf(bytes))
  })

  it.each(['told', 'not told'])('takes a chunk of a length that is %s byte by byte', async (what) => {
    const bytes = bytesOf(400_000)
    const upload = new Upload(store, bytes, bytes.length)
    const length = what === 'told' ? bytes.length : undefined
    await upload.put(0, bytes, { length, chunkSize: length }, 1)
    expect(await upload.sealedDigests()).toEqual(digestsOf(bytes))
  })

  it.each([65_536, 5 * mebibyte])(
    'lets a sealed chunk of %i be replaced, the last by another length',
    async (chunkSize) => {
      const upload = new Upload(store, bytesOf(2 * chunkSize + 7_000), chunkSize)
      await upload.putAll()
      await upload.seal()
      const mended = Buffer.concat([upload.bytes.subarray(0, 2 * chunkSize), bytesOf(9_000)])
      await upload.put(1, mended)
      await upload.put(2, mended, { length: 9_000, endsFile: true })
      expect(await upload.sealedDigests({ ...upload.plan, size: mended.length })).toEqual(digestsOf(mended))
    },
  )

  it.each([65_536, 5 * mebibyte])('takes nothing of a chunk of %i that is given up', async (chunkSize) => {
    const upload = new Upload(store, bytesOf(chunkSize), chunkSize)
    const chunk = {
      taskId: upload.taskId,
      chunkIndex: 0,
      totalChunks: 2,
      chunkSize,
      offset: 0,
      endsFile: false,
    }
    const writer = await store.openChunk({ ...chunk, length: chunkSize })
    await writer.write(upload.bytes.subarray(0, chunkSize / 2))
    await writer.abandon()
    const plan = { size: chunkSize + 5, chunkSize, totalChunks: 2 }
    expect(await store.sealPartial(upload.taskId, plan, undefined)).toEqual({ lost: [0, 1] })
    await store.discardPartial(upload.taskId)
    expect(await store.partials()).not.toContain(upload.taskId)
  })

  it.runIf(checksBytes(kind)).each([1_000, 5 * mebibyte])(
    'lets the far end refuse a chunk of %i with other bytes than were signed',
    async (length) => {
      const chunkSize = 5 * mebibyte
      const upload = new Upload(store, bytesOf(length), chunkSize)
      const signed = createHash('sha256').update(bytesOf(5)).digest('hex')
      const chunk = { endsFile: false, totalChunks: 2, length, sha256: signed }
      const refused = upload.put(0, upload.bytes, chunk)
      if (length > 256 * 1024) await expect(refused).rejects.toMatchObject({ code: 'chunk-corrupted' })
      else await refused
      const plan = { size: chunkSize + 5, chunkSize, totalChunks: 2 }
      expect(await store.sealPartial(upload.taskId, plan, undefined)).toEqual({ lost: [0, 1] })
    },
  )

  it('gives a file its name, never over another, and knows it again', async () => {
    const [one, other] = [bytesOf(70_000), bytesOf(80_000)].map((bytes) => new Upload(store, bytes, 65_536))
    if (one === undefined || other === undefined) throw new Error('two')
    for (const upload of [one, other]) await upload.putAll()
    const path = `${one.taskId}/a b.jpg`
    expect(await store.publish(one.taskId, path, await one.seal())).toBe('published')
    expect(await store.publish(other.taskId, path, await other.seal())).toBe('taken')
    expect(await store.isPublishedAs(one.taskId, path)).toBe(true)
    expect(await store.isPublishedAs(other.taskId, path)).toBe(false)
    expect(await store.stat(path)).toMatchObject({ size: 70_000, mtimeMs: 1_600_000_000_123 })
    expect(await store.fileDigests(path, () => undefined)).toEqual(digestsOf(one.bytes))
    const content = await store.read(path)
    expect(await read(content, 10, 69_000)).toEqual(one.bytes.subarray(10, 69_001))
    expect(await store.copyToPartial(path, other.taskId)).toBe(true)
    expect(await store.partialSize(other.taskId)).toBe(70_000)
    expect(await store.copyToPartial('nothing/here', other.taskId)).toBe(false)
    expect(await store.stat('nothing/here')).toBeUndefined()
    expect(await store.read('nothing/here')).toBeUndefined()
  })

  it('moves a file aside, never over another, so that its path is free', async () => {
    const uploads = [bytesOf(1_000), bytesOf(2_000), bytesOf(3_000)].map(
      (bytes) => new Upload(store, bytes, 65_536),
    )
    const path = `${uploads[0]?.taskId}/rotten.jpg`
    const kept: (string | undefined)[] = []
    for (const upload of uploads) {
      await upload.putAll()
      expect(await store.publish(upload.taskId, path, await upload.seal())).toBe('published')
      kept.push(await store.setAside(upload.taskId, path))
      expect(await store.stat(path)).toBeUndefined()
    }
    expect(kept.every((place) => place?.includes(`.photoferry/damaged/${path}`))).toBe(true)
    expect(new Set(kept).size).toBe(3)
    expect(await store.setAside('none', path)).toBeUndefined()
  })

  it('reads a file no faster than a throttle lets it, until that is stopped', async () => {
    const upload = new Upload(store, bytesOf(200_000), 1_000_000)
    await upload.putAll()
    const path = `${upload.taskId}/slow.jpg`
    await store.publish(upload.taskId, path, await upload.seal())
    const throttle = new Throttle()
    throttle.setRate(400 * 1024)
    const sinceMs = performance.now()
    expect(await store.fileDigests(path, () => undefined, throttle)).toEqual(digestsOf(upload.bytes))
    expect(performance.now() - sinceMs).toBeGreaterThan(400)
    throttle.setRate(1024)
    const reading = store.fileDigests(path, () => undefined, throttle)
    setTimeout(() => throttle.stop(), 50)
    await expect(reading).rejects.toThrow(ReadingStopped)
    await expect(store.fileDigests(path, () => undefined, throttle)).rejects.toThrow(ReadingStopped)
  })

  it.each([
    'é and é.jpg',
    'Ю/照片/صورة 😀.jpg',
    '100 % + a&b=c?d#e;f,g:h@i$.jpg',
    '%2e%2e%2f.jpg',
    '<img onerror>\n\u0001"\'.jpg',
    ' . trailing. ',
    `${'long/'.repeat(150)}${'ä'.repeat(120)}`,
  ])('keeps the name %j', async (name) => {
    const upload = new Upload(store, bytesOf(10), 65_536)
    const path = `${upload.taskId}/${name}`
    await upload.putAll()
    expect(await store.publish(upload.taskId, path, await upload.seal())).toBe('published')
    expect(await store.fileDigests(path, () => undefined)).toEqual(digestsOf(upload.bytes))
  })
})
