import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitsFile, heldBytes, missingChunks } from '../../../src/main/transfer/missing-chunks.ts'

const layouts = fc
  .record({
    size: fc.nat(10_000),
    chunkSize: fc.integer({ min: 1, max: 999 }),
    seed: fc.infiniteStream(fc.boolean()),
  })
  .map(({ size, chunkSize, seed }) => {
    const totalChunks = Math.ceil(size / chunkSize)
    const uploadedChunks = Array.from({ length: totalChunks }, (_, index) => index).filter(
      () => seed.next().value,
    )
    return { size, task: { chunkSize, totalChunks, uploadedChunks } }
  })

describe('the chunk plan', () => {
  it('covers every byte exactly once with what is held and what is missing', () => {
    fc.assert(
      fc.property(layouts, ({ size, task }) => {
        const missing = [...missingChunks(task, size)]
        const missingBytes = missing.reduce((sum, { length }) => sum + length, 0)
        expect(missingBytes + heldBytes(task, size)).toBe(size)
        expect(missing.every(({ length, offset }) => length > 0 && offset + length <= size)).toBe(true)
        expect(missing.some(({ index }) => task.uploadedChunks.includes(index))).toBe(false)
      }),
    )
  })

  it('needs no chunk for an empty file', () => {
    expect([...missingChunks({ chunkSize: 8, totalChunks: 0, uploadedChunks: [] }, 0)]).toEqual([])
  })

  it('refuses a layout that would cut the file wrongly', () => {
    expect(fitsFile({ chunkSize: 10, totalChunks: 3, uploadedChunks: [2] }, 25)).toBe(true)
    expect(fitsFile({ chunkSize: 10, totalChunks: 2, uploadedChunks: [] }, 25)).toBe(false)
    expect(fitsFile({ chunkSize: 10, totalChunks: 3, uploadedChunks: [3] }, 25)).toBe(false)
  })
})
