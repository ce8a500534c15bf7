import { createHash } from 'node:crypto'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHashPool, type HashPool } from '../../../src/main/hashing/hash-pool.ts'
import { hash } from '../../../src/main/pipeline/hash.ts'
import { Journey, type JourneyDeps } from '../../../src/main/pipeline/journey.ts'
import { hashWorkerEntry } from '../../../src/main/program-files.ts'
import { newItem } from '../../../src/main/queue/new-item.ts'
import { afterFailure } from '../../../src/main/queue/retry-policy.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type UploadItem, uploadItemSchema } from '../../../src/shared/upload.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { anItem } from '../an-item.ts'

const bytes = Buffer.from('a photo')
const digests = {
  md5: createHash('md5').update(bytes).digest('hex'),
  sha256: createHash('sha256').update(bytes).digest('hex'),
}

/** The item of a file with these bytes. */
function itemOf(facts: Partial<UploadItem>): UploadItem {
  const sourcePath = join(temporaryFolder(), 'a.jpg')
  writeFileSync(sourcePath, bytes)
  const { size, mtimeMs } = statSync(sourcePath)
  return anItem({ sourcePath, size, mtimeMs, ...facts })
}

/** @param onRead called when the bytes have been read */
async function hashed(item: UploadItem, onRead: () => void = () => undefined) {
  const pool = createHashPool(hashWorkerEntry, 1)
  onTestFinished(() => pool.close())
  const hashPool: Pick<HashPool, 'hash'> = {
    hash: async (...given) => {
      const result = await pool.hash(...given)
      onRead()
      return result
    },
  }
  const entered: string[] = []
  const listener = {
    onChange: (_patch: object, state?: UploadItem['state']) => void (state && entered.push(state.status)),
    onChunk: () => undefined,
    onOffered: () => undefined,
  }
  const tools = { hashPool } as unknown as JourneyDeps
  const found = await hash(new Journey(item, new AbortController(), listener, tools))
  return { found, entered }
}

describe('the digests of an item', () => {
  it('are computed once and then known', async () => {
    expect(await hashed(itemOf({}))).toEqual({ found: digests, entered: ['hashing'] })
    expect(await hashed(itemOf(digests))).toEqual({ found: digests, entered: [] })
  })

  it('are none of a file that changes while it is read', async () => {
    const item = itemOf({})
    const changed = hashed(item, () => writeFileSync(item.sourcePath, 'another'))
    await expect(changed).rejects.toMatchObject({ code: 'source-changed' })
  })

  it('are computed anew where an older journal knows MD5 alone', async () => {
    const { sha256, ...older } = itemOf({ md5: digests.md5 })
    const item = uploadItemSchema.parse(older)
    expect(item).toMatchObject({ md5: digests.md5, sha256: null })
    expect(await hashed(item)).toEqual({ found: digests, entered: ['hashing'] })
  })

  it('do not resume at a checkpoint of an older journal, which has no state of SHA-256', async () => {
    const older = { ...itemOf({}), hashCheckpoint: { hashedBytes: 5, state: '{}' } }
    const item = uploadItemSchema.parse(older)
    expect(item.hashCheckpoint).toBeNull()
    const newer = { hashedBytes: 5, state: '{}', sha256State: 'AA==' }
    expect(uploadItemSchema.parse({ ...older, hashCheckpoint: newer }).hashCheckpoint).toEqual(newer)
    expect((await hashed(item)).found).toEqual(digests)
  })

  it('are taken over by the same version of a file that is added anew, both or neither', () => {
    const earlier = anItem({ size: 3, mtimeMs: 5, ...digests })
    const find = {
      kind: 'file',
      sourcePath: '/a.jpg',
      relativePath: 'a.jpg',
      size: 3,
      mtimeMs: 5,
      ctimeMs: 5,
      inode: null,
    } as const
    const entry = { batchId: 'b', order: 1, staged: false, preset: null, maxFileSize: null, skipped: null }
    expect(newItem(find, { ...entry, earlier })).toMatchObject(digests)
    const neither = { md5: null, sha256: null }
    expect(newItem(find, { ...entry, earlier: { ...earlier, sha256: null } })).toMatchObject(neither)
    expect(newItem({ ...find, size: 4 }, { ...entry, earlier })).toMatchObject(neither)
    expect(newItem(find, { ...entry, earlier: undefined })).toMatchObject(neither)
  })

  it('are both forgotten where the server stored other bytes', () => {
    const item = anItem({ ...digests, state: { status: 'verifying' } })
    const verdict = {
      kind: 'retry',
      counted: true,
      delayMs: 1,
      attempts: 1,
      newTask: true,
      rehash: true,
    } as const
    const error = new UploadError('digest-mismatch', 'Other bytes.')
    expect(afterFailure(item, error, verdict, 0)).toMatchObject({ md5: null, sha256: null })
    expect(afterFailure(item, error, { ...verdict, rehash: false }, 0)).toMatchObject(digests)
  })
})
