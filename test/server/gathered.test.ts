/** Bytes that wait to be written keep their order, and take little more memory than their own, however they came. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Gathered } from '../../server/storage/piece-buffer.ts'

/** Cut at lengths that come again and again: tiny pieces, large ones, and none at all. */
function* piecesOf(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    yield bytes.subarray(at, at + length)
    at += length
  }
}

function gathered(bytes: Buffer, lengths: readonly number[]): Gathered {
  const gathering = new Gathered()
  for (const piece of piecesOf(bytes, lengths)) gathering.add(piece)
  return gathering
}

describe('gathered bytes', () => {
  it.each([
    ['one by one', [1]],
    ['in pieces of all lengths', [1, 1024, 1025, 0, 60_000, 3, 1000, 30]],
    ['in large ones', [65_536]],
  ])('are what came, %s', (_, lengths) => {
    const bytes = randomBytes(300_000)
    const gathering = gathered(bytes, lengths)
    expect(gathering.length).toBe(bytes.length)
    expect(Buffer.concat(gathering.take()).equals(bytes)).toBe(true)
    expect(gathering.length).toBe(0)
    expect(gathering.take()).toEqual([])
  })

  it('are few pieces, though they came one by one', () => {
    expect(gathered(randomBytes(300_000), [1]).take().length).toBeLessThan(20)
  })

  it('are let go but for some at the end, and then go on', () => {
    const bytes = randomBytes(100_000)
    const gathering = new Gathered()
    const taken: Uint8Array[] = []
    for (const piece of piecesOf(bytes, [1, 500, 5_000])) {
      gathering.add(piece)
      taken.push(...gathering.takeAllButLast())
      expect(gathering.length).toBeGreaterThan(0)
    }
    expect(Buffer.concat([...taken, ...gathering.take()]).equals(bytes)).toBe(true)
  })

  it('stay as they were when the memory that they came in is used for others', () => {
    const gathering = new Gathered()
    const piece = Buffer.from('ab')
    gathering.add(piece)
    piece.write('xy')
    gathering.add(piece)
    expect(Buffer.concat(gathering.take()).toString()).toBe('abxy')
  })
})
