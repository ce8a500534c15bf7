/** Bytes that wait to be written keep their order, and take little more memory than their own, however they came. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PieceBuffer } from '../../server/storage/piece-buffer.ts'

/** Cut at lengths that come again and again: tiny pieces, large ones, and none at all. */
function* piecesOf(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    yield bytes.subarray(at, at + length)
    at += length
  }
}

function filled(bytes: Buffer, lengths: readonly number[]): PieceBuffer {
  const buffer = new PieceBuffer()
  for (const piece of piecesOf(bytes, lengths)) buffer.add(piece)
  return buffer
}

describe('gathered bytes', () => {
  it.each([
    ['one by one', [1]],
    ['in pieces of all lengths', [1, 1024, 1025, 0, 60_000, 3, 1000, 30]],
    ['in large ones', [65_536]],
  ])('are what came, %s', (_, lengths) => {
    const bytes = randomBytes(300_000)
    const buffer = filled(bytes, lengths)
    expect(buffer.length).toBe(bytes.length)
    expect(Buffer.concat(buffer.drain()).equals(bytes)).toBe(true)
    expect(buffer.length).toBe(0)
    expect(buffer.drain()).toEqual([])
  })

  it('are few pieces, though they came one by one', () => {
    expect(filled(randomBytes(300_000), [1]).drain().length).toBeLessThan(20)
  })

  it('are drained but for some at the end, and more can be added', () => {
    const bytes = randomBytes(100_000)
    const buffer = new PieceBuffer()
    const drained: Uint8Array[] = []
    for (const piece of piecesOf(bytes, [1, 500, 5_000])) {
      buffer.add(piece)
      drained.push(...buffer.drainAllButLast())
      expect(buffer.length).toBeGreaterThan(0)
    }
    expect(Buffer.concat([...drained, ...buffer.drain()]).equals(bytes)).toBe(true)
  })

  it('stay as they were when the memory that they came in is used for others', () => {
    const buffer = new PieceBuffer()
    const piece = Buffer.from('ab')
    buffer.add(piece)
    piece.write('xy')
    buffer.add(piece)
    expect(Buffer.concat(buffer.drain()).toString()).toBe('abxy')
  })
})
