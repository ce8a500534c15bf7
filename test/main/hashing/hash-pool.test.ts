import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
  return { path, size: bytes.length, checkpoint: null, md5: createHash('md5').update(bytes).digest('hex') }
}

const unstopped = { signal: new AbortController().signal, onProgress: () => undefined }

describe('the hash pool', () => {
  it.each([0, 1, 1 << 20, (1 << 20) + 1, 5_000_000])('hashes %i bytes as MD5, either way', async (size) => {
    const { md5, ...job } = fileOf(Buffer.alloc(size, 'photo'))
    expect(await pool().hash(job, unstopped)).toEqual({ md5 })
    expect(await pool(alwaysResumable).hash(job, unstopped)).toEqual({ md5 })
  })

  it('resumes at a checkpoint and gets the same digest', async () => {
    const { md5, ...job } = fileOf(Buffer.alloc(6 << 20, 'a long video'))
    const hashing = pool(alwaysResumable)
    const checkpoints: HashProgress['checkpoint'][] = []
    const onProgress = ({ checkpoint }: HashProgress) => checkpoint && checkpoints.push(checkpoint)
    await hashing.hash(job, { signal: unstopped.signal, onProgress })
    expect(checkpoints.map((checkpoint) => checkpoint?.hashedBytes)).toEqual([4 << 20])
    // The bytes before the checkpoint must not be read again: changing them changes nothing.
    writeFileSync(job.path, Buffer.concat([Buffer.alloc(4 << 20), readFileSync(job.path).subarray(4 << 20)]))
    const again = { ...job, checkpoint: checkpoints[0] ?? null }
    expect(await hashing.hash(again, unstopped)).toEqual({ md5 })
  })

  it('returns the operating system’s error for a file that is gone', async () => {
    const job = { path: join(temporaryFolder(), 'gone.jpg'), size: 1, checkpoint: null }
    expect(await pool().hash(job, unstopped)).toMatchObject({ errno: 'ENOENT' })
  })

  it('stops at once when aborted and can be used again', async () => {
    const { md5, ...job } = fileOf(Buffer.alloc(200 << 20))
    const hashing = pool()
    const stop = new AbortController()
    const reason = new Error('paused')
    const running = hashing.hash(job, { signal: stop.signal, onProgress: () => stop.abort(reason) })
    await expect(running).rejects.toBe(reason)
    expect(await hashing.hash(job, unstopped)).toEqual({ md5 })
  })
})
