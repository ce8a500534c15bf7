/** The readers of RAW files and EXIF against files that lie: they end soon and read nothing outside. */
import { describe, expect, it } from 'vitest'
import { type Bytes, bufferBytes, MalformedPhoto } from '../../../../../src/main/images/formats/bytes.ts'
import { readJpegHeader } from '../../../../../src/main/images/formats/jpeg.ts'
import { choosePreview, openRaw } from '../../../../../src/main/images/formats/raw/raw-file.ts'
import { readDirectories } from '../../../../../src/main/images/formats/tiff/tiff-reader.ts'
import { seeded } from '../../../../crossing/photo-folder.ts'
import { olderRawNames, olderRaws } from '../../older-raws.ts'
import { box, rawFile, rawFormats } from '../../raw-files.ts'
import { rawKindNames, rawKindParts, rawKinds } from '../../raw-kinds.ts'
import { tiff } from '../../tiff-builder.ts'

const rounds = Number(process.env.PHOTOFERRY_SPOILT ?? 300)
const seed = Number(process.env.PHOTOFERRY_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Counts what is read; reads outside fail. */
function watched(buffer: Buffer): { bytes: Bytes; read: () => { times: number; bytes: number } } {
  const inner = bufferBytes(buffer)
  const seen = { times: 0, bytes: 0 }
  const bytes: Bytes = {
    size: inner.size,
    read: (offset, length) => {
      seen.times++
      seen.bytes += length
      return inner.read(offset, length)
    },
  }
  return { bytes, read: () => seen }
}

function nothingIfMalformed(thrown: unknown): null {
  if (thrown instanceof MalformedPhoto) return null
  throw thrown
}

/** The previews of a file, or null if it is malformed; any other error is the reader's own fault. */
async function outcome(buffer: Buffer) {
  const { bytes, read } = watched(buffer)
  const opened = await openRaw(bytes).catch(nothingIfMalformed)
  const { times, bytes: count } = read()
  expect(times).toBeLessThan(4_000)
  expect(count).toBeLessThan(8 * 2 ** 20)
  const chosen = opened && choosePreview(opened, 512)
  if (chosen) await chosen.bytes.read(0, chosen.bytes.size).catch(nothingIfMalformed)
  await opened?.rgb?.read().catch(nothingIfMalformed)
  return opened
}

describe('a TIFF that lies', () => {
  it('about its next directory causes no endless loop', async () => {
    const circle = tiff({ fields: [[0x0112, 3, [1]]] })
    const at = circle.readUInt32LE(4)
    circle.writeUInt32LE(at, circle.length - 4)
    expect((await readDirectories(bufferBytes(circle))).length).toBe(1)
    const self = tiff({ fields: [[0x014a, 4, [at, at, 8, 0, 1]]] })
    expect((await outcome(self))?.previews).toEqual([])
  })

  it('about counts, lengths and offsets makes no reader read outside', async () => {
    const lies = [0, 1, 7, 0x7fffffff, 0xfffffff0, 0xffffffff]
    for (const offset of lies) {
      for (const length of lies) {
        const fields = [
          [0x0201, 4, [offset]],
          [0x0202, 4, [length]],
          [0x002e, 7, Buffer.alloc(8)],
          [0x014a, 4, Array.from({ length: 60 }, (_, index) => offset - index)],
        ] as const
        await outcome(
          tiff({
            fields: fields.map(
              ([tag, type, values]) =>
                [tag, type, Array.isArray(values) ? values.map((value) => value >>> 0) : values] as const,
            ),
          }),
        )
      }
    }
    const many = tiff({ fields: [] })
    many.writeUInt16LE(0xffff, many.readUInt32LE(4))
    expect((await outcome(many))?.previews ?? []).toEqual([])
  })

  it('has no more directories read than any camera writes', async () => {
    let chain: { fields: []; next?: object } = { fields: [] }
    for (let depth = 0; depth < 500; depth++) chain = { fields: [], next: chain }
    expect((await readDirectories(bufferBytes(tiff(chain as never)))).length).toBe(40)
  })
})

describe('boxes that lie', () => {
  it.each([0, 1, 7, 0xffffffff])('about their length (%i) end the list', async (length) => {
    const file = Buffer.concat([
      box('ftyp', Buffer.from('crx \0\0\0\0', 'latin1')),
      box('moov', Buffer.alloc(64)),
    ])
    file.writeUInt32BE(length, 16)
    expect((await outcome(file))?.previews).toEqual([])
  })

  it('by the thousand are not all read', async () => {
    const none = Buffer.concat(Array.from({ length: 50_000 }, () => box('free')))
    const { bytes, read } = watched(Buffer.concat([box('ftyp', Buffer.from('crx \0\0\0\0', 'latin1')), none]))
    await openRaw(bytes)
    expect(read().times).toBeLessThan(500)
  })
})

describe('a JPEG that lies', () => {
  it('about its segments is read a few hundred times at most', async () => {
    const segments = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from('ffe00002', 'hex')))
    const { bytes, read } = watched(Buffer.concat([Buffer.from('ffd8', 'hex'), segments]))
    expect(await readJpegHeader(bytes)).toBeNull()
    expect(read().times).toBeLessThan(300)
  })
})

const kinds: readonly (readonly [name: string, build: () => Promise<Buffer>])[] = [
  ...rawFormats.map((format) => [format, () => rawFile(format, { width: 200, height: 120 })] as const),
  ...rawKindNames.map((name) => [name, async () => rawKinds[name].build(await rawKindParts())] as const),
  ...olderRawNames.map((name) => [name, () => olderRaws[name].build(1)] as const),
]

describe('RAW files with damage at random places', () => {
  it.each(kinds)(`are rejected or read, and nothing worse: %s (seed ${seed})`, async (_name, build) => {
    const random = seeded(seed)
    const whole = await build()
    const heads = Math.min(whole.length, 3_000)
    for (let round = 0; round < rounds; round++) {
      const copy = Buffer.from(whole)
      const flips = 1 + Math.floor(random() * 8)
      for (let flip = 0; flip < flips; flip++) {
        // The structure is at the start or, in TIFF, at the end.
        const near = Math.floor(random() * heads)
        copy[random() < 0.5 ? near : whole.length - 1 - near] = Math.floor(random() * 256)
      }
      await outcome(random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy)
    }
  })
})
