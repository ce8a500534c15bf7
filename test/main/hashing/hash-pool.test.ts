import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSHA256 } from 'hash-wasm'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { HashProgress } from '../../../src/main/hashing/hash-job.ts'
import { createHashPool, type HashPool } from '../../../src/main/hashing/hash-pool.ts'
import { hashWorkerEntry } from '../../../src/main/program-files.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const alwaysResumable = { fromBytes: 0, checkpointEveryBytes: 4 << 20 }

function pool(limits?: typeof alwaysResumable): HashPool {
  const made = createHashPool(hashWorkerEntry, 2, limits)
  onTestFinished(() => made.close())
  return made
}

function fileOf(bytes: Buffer) {
  const path = join(temporaryFolder(), 'photo.jpg')
  writeFileSync(path, bytes)
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex')
  const digests = { md5: digest('md5'), sha256: digest('sha256') }
  return { job: { path, size: bytes.length, checkpoint: null }, digests }
}

const unstopped = { signal: new AbortController().signal, onProgress: () => undefined }

/** SHA-256's state after the first bytes of a file, as a checkpoint keeps it. */
async function stateAfter(path: string, bytes: number): Promise<string> {
  const sha256 = (await createSHA256()).init().update(readFileSync(path).subarray(0, bytes))
  return Buffer.from(sha256.save()).toString('base64')
}

/** FIPS 180-4 and RFC 1321 give these for them. */
const published = [
  [
    '',
    'd41d8cd98f00b204e9800998ecf8427e',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ],
  [
    'abc',
    '900150983cd24fb0d6963f7d28e17f72',
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ],
] as const

describe('the hash pool', () => {
  it.each(published)('gives the published digests of "%s", either way', async (text, md5, sha256) => {
    const { job } = fileOf(Buffer.from(text))
    expect(await pool().hash(job, unstopped)).toEqual({ md5, sha256 })
    expect(await pool(alwaysResumable).hash(job, unstopped)).toEqual({ md5, sha256 })
  })

  it.each([0, 1, 1 << 20, (1 << 20) + 1, 5_000_000])('hashes %i bytes, either way', async (size) => {
    const { job, digests } = fileOf(Buffer.alloc(size, 'photo'))
    expect(await pool().hash(job, unstopped)).toEqual(digests)
    expect(await pool(alwaysResumable).hash(job, unstopped)).toEqual(digests)
  })

  it('resumes at a checkpoint and gets the same digests', async () => {
    const { job, digests } = fileOf(Buffer.alloc(6 << 20, 'a long video'))
    const hashing = pool(alwaysResumable)
    const checkpoints: HashProgress['checkpoint'][] = []
    const onProgress = ({ checkpoint }: HashProgress) => checkpoint && checkpoints.push(checkpoint)
    await hashing.hash(job, { signal: unstopped.signal, onProgress })
    expect(checkpoints.map((checkpoint) => checkpoint?.hashedBytes)).toEqual([4 << 20])
    // The bytes before the checkpoint must not be read again: changing them changes nothing.
    writeFileSync(job.path, Buffer.concat([Buffer.alloc(4 << 20), readFileSync(job.path).subarray(4 << 20)]))
    const again = { ...job, checkpoint: checkpoints[0] ?? null }
    expect(await hashing.hash(again, unstopped)).toEqual(digests)
  })

  it.each(['', 'another release'])('begins anew at a checkpoint with the state "%s"', async (text) => {
    const { job, digests } = fileOf(Buffer.alloc(6 << 20, 'a long video'))
    const states = [
      { state: '{}', sha256State: Buffer.from(text).toString('base64') },
      { state: text, sha256State: await stateAfter(job.path, 4 << 20) },
    ]
    for (const state of states) {
      const checkpoint = { hashedBytes: 4 << 20, ...state }
      expect(await pool(alwaysResumable).hash({ ...job, checkpoint }, unstopped)).toEqual(digests)
    }
  })

  it('returns the operating system’s error for a file that is gone', async () => {
    const job = { path: join(temporaryFolder(), 'gone.jpg'), size: 1, checkpoint: null }
    expect(await pool().hash(job, unstopped)).toMatchObject({ errno: 'ENOENT' })
  })

  it('stops at once when aborted and can be used again', async () => {
    const { job, digests } = fileOf(Buffer.alloc(200 << 20))
    const hashing = pool()
    const stop = new AbortController()
    const reason = new Error('paused')
    const running = hashing.hash(job, { signal: stop.signal, onProgress: () => stop.abort(reason) })
    await expect(running).rejects.toBe(reason)
    expect(await hashing.hash(job, unstopped)).toEqual(digests)
  })
})
