/** Hashing a file while it is sent: whatever is handed over in which pieces, the digests are those of the file. */
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { HashCheckpoint, HashJob } from '../../../src/main/hashing/hash-job.ts'
import { createHashPool } from '../../../src/main/hashing/hash-pool.ts'
import { hashWorkerEntry } from '../../../src/main/program-files.ts'
import { atEndOfFile } from '../../end-of-file.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const size = 3_000_000
const bytes = randomBytes(size)
const digestsOf = (of: Buffer) => ({
  md5: createHash('md5').update(of).digest('hex'),
  sha256: createHash('sha256').update(of).digest('hex'),
})

/** A checkpoint after every 64 KB or more, as for the largest files. */
const withCheckpoints = { fromBytes: 1, checkpointEveryBytes: 64_000 }

function pool(limits?: typeof withCheckpoints) {
  const made = createHashPool(hashWorkerEntry, 1, limits)
  atEndOfFile(() => made.close())
  return made
}

const plain = pool()

function jobOf(of: Buffer = bytes, checkpoint: HashCheckpoint | null = null): HashJob {
  const path = join(temporaryFolder(), 'clip.mov')
  writeFileSync(path, of)
  return { path, size: of.length, checkpoint }
}

function begin(job: HashJob, from = plain, onCheckpoint: (checkpoint: HashCheckpoint) => void = () => {}) {
  const running = from.begin(job, onCheckpoint)
  onTestFinished(() => running.stop())
  return running
}

/** A part of the bytes in memory that threads share. */
function shared(start: number, end: number): Buffer {
  const memory = Buffer.from(new SharedArrayBuffer(end - start))
  bytes.copy(memory, 0, start, end)
  return memory
}

describe('the digests of a file that is sent', () => {
  it('are those of its bytes, whichever parts of it are handed over in order', async () => {
    const job = jobOf()
    const parts = fc.array(fc.record({ skip: fc.nat(400_000), take: fc.nat(900_000) }), { maxLength: 6 })
    const property = fc.asyncProperty(parts, async (given) => {
      const running = begin(job)
      let offset = 0
      for (const { skip, take } of given) {
        const start = Math.min(size, offset + skip)
        offset = Math.min(size, start + take)
        const memory = shared(start, offset)
        const used = running.pass(memory, start)
        // The memory is written to as soon as it may be.
        void used?.then(() => memory.fill(0))
      }
      expect(await running.digests()).toEqual(digestsOf(bytes))
    })
    await fc.assert(property, { numRuns: 30 })
  })

  it('need no byte to be read from the file where all of it is handed over', async () => {
    const job = jobOf(Buffer.alloc(size))
    const running = begin(job)
    for (let start = 0; start < size; start += 1_000_000) {
      await running.pass(shared(start, start + 1_000_000), start)
    }
    expect(await running.digests()).toEqual(digestsOf(bytes))
  })

  it('go on from where an earlier run saved them, which is never beyond what was hashed', async () => {
    const saving = pool(withCheckpoints)
    const saved: HashCheckpoint[] = []
    const first = begin(jobOf(), saving, (checkpoint) => void saved.push(checkpoint))
    await first.pass(shared(0, 1_000_000), 0)
    await first.pass(shared(1_000_000, 2_000_000), 1_000_000)
    first.stop()
    expect(saved.map(({ hashedBytes }) => hashedBytes)).toEqual([1_000_000, 2_000_000])
    // What lies before the checkpoint is not read again.
    const rest = Buffer.concat([Buffer.alloc(2_000_000), bytes.subarray(2_000_000)])
    const again = begin(jobOf(rest, saved.at(-1) ?? null), saving)
    expect(await again.digests()).toEqual(digestsOf(bytes))
  })

  it('begin anew where the saved state cannot be loaded', async () => {
    const broken = { hashedBytes: 2_000_000, state: '{', sha256State: '' }
    const running = begin(jobOf(bytes, broken), pool(withCheckpoints))
    expect(await running.digests()).toEqual(digestsOf(bytes))
  })

  it('are those of many files at once', async () => {
    const all = Array.from({ length: 20 }, () => begin(jobOf()))
    const passed = all.map((running) => running.pass(shared(0, 500_000), 0))
    await Promise.all(passed)
    for (const running of all) expect(await running.digests()).toEqual(digestsOf(bytes))
  })
})

describe('hashing that cannot go on', () => {
  it('says why the file cannot be read, and keeps no memory', async () => {
    const running = begin({ path: join(temporaryFolder(), 'gone.mov'), size, checkpoint: null })
    await running.pass(shared(0, 100), 0)
    expect(await running.digests()).toMatchObject({ errno: 'ENOENT' })
    expect(running.pass(shared(0, 100), 100)).toBeNull()
  })

  it('gives the memory back and no digests where it is stopped', async () => {
    const running = begin(jobOf())
    const used = running.pass(shared(0, 1_000_000), 0)
    running.stop()
    await used
    await expect(running.digests()).rejects.toThrow('stopped')
  })
})
