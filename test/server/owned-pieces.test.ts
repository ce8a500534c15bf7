/** What becomes of the memory of bytes that the disk has taken: it goes at once, and never under anybody's hands. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { DiskChunkWriter } from '../../server/storage/disk/chunk-writer.ts'
import { nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { FreeSpace } from '../../server/storage/disk/free-space.ts'
import { temporaryFolder } from './harness.ts'

/** Writes pieces one after the other. @returns what is in the file then */
async function written(pieces: readonly Uint8Array[], ownsPieces: boolean): Promise<Buffer> {
  const path = join(temporaryFolder(), 'partial')
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const place = {
    taskId: 'a',
    chunkIndex: 0,
    totalChunks: 1,
    chunkSize: length,
    offset: 0,
    length,
    endsFile: true,
    ownsPieces,
  }
  const room = await new FreeSpace(nodeFiles, dirname(path), 0).reserve(length)
  const writer = await DiskChunkWriter.open(nodeFiles, path, {
    room,
    chunk: place,
    onEnd: async () => undefined,
  })
  for (const piece of pieces) await writer.write(piece)
  await writer.finish()
  return readFileSync(path)
}

const pieceBytes = 64 * 1024
const pieces = () => Array.from({ length: 20 }, (_, index) => new Uint8Array(pieceBytes).fill(index + 1))
const expected = Buffer.concat(pieces())

it('lets go of the memory of pieces that are its own, and has written every byte of them', async () => {
  const own = pieces()
  expect((await written(own, true)).equals(expected)).toBe(true)
  expect(own.map((piece) => piece.length)).toEqual(own.map(() => 0))
})

it('leaves alone the pieces that somebody may still read', async () => {
  const lent = pieces()
  expect((await written(lent, false)).equals(expected)).toBe(true)
  expect(Buffer.concat(lent).equals(expected)).toBe(true)
})

it('leaves alone memory that a piece shares with other things', async () => {
  const shared = Buffer.concat([...pieces(), Buffer.from('a neighbour')])
  const views = pieces().map((_, index) => shared.subarray(index * pieceBytes, (index + 1) * pieceBytes))
  expect((await written(views, true)).equals(expected)).toBe(true)
  expect(shared.subarray(expected.length).toString()).toBe('a neighbour')
})
