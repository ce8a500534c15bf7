/** Memory of small files: no two files in progress share a byte, and what was given back is used again. */
import { describe, expect, it } from 'vitest'
import { type Piece, SlabPool } from '../../../src/main/pipeline/slab-pool.ts'
import { announceSeed, seeded } from '../../crossing/photo-folder.ts'

interface InUse {
  readonly piece: Piece
  readonly mark: number
}

const isIntact = ({ piece, mark }: InUse) => piece.bytes.equals(Buffer.alloc(piece.bytes.length, mark))

describe('memory for small files', () => {
  it('is one file’s alone until it is given back, in whatever order that happens', () => {
    const random = seeded(announceSeed('Slabs'))
    const pool = new SlabPool()
    let inUse: InUse[] = []
    for (let step = 0; step < 3_000; step++) {
      if (random() < 0.55) {
        const piece = pool.take(Math.floor(random() ** 3 * 1_100_000))
        piece.bytes.fill(step % 251)
        inUse.push({ piece, mark: step % 251 })
      }
      if (inUse.length > 40 || random() < 0.3) {
        const [given] = inUse.splice(Math.floor(random() * inUse.length), 1)
        if (!given) continue
        expect(isIntact(given)).toBe(true)
        given.piece.release()
      }
    }
    expect(inUse.every(isIntact)).toBe(true)
    for (const { piece } of inUse) piece.release()
    inUse = []
  })

  it('is used again for later files, so that a thousand need no more than those in progress', () => {
    const pool = new SlabPool()
    const memories = new Set<ArrayBufferLike>()
    for (let index = 0; index < 1_000; index++) {
      const pieces = Array.from({ length: 10 }, () => pool.take(100_000))
      for (const { bytes } of pieces) memories.add(bytes.buffer)
      for (const { release } of pieces) release()
    }
    expect(memories.size).toBeLessThanOrEqual(3)
  })

  it('holds a file that is larger than what it is cut from, and an empty one', () => {
    const pool = new SlabPool()
    expect(pool.take(3_000_000).bytes).toHaveLength(3_000_000)
    expect(pool.take(0).bytes).toHaveLength(0)
  })
})
