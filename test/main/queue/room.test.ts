/** How many more files may start: neither huge clips nor small photos keep the others waiting. */
import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { type InProgress, Room } from '../../../src/main/queue/room.ts'
import { presets } from '../../../src/shared/presets.ts'
import { anItem } from '../an-item.ts'

const mebibyte = 2 ** 20
const nothing: InProgress = { single: 0, small: { files: 0, bytes: 0 }, isReading: false }
const clip = anItem({ size: 50_000 * mebibyte })
const photo = anItem({ size: 30_000 })
const smallItem = ({ size }: { readonly size: number }) => size <= mebibyte

/** Starts the items in their order. @returns how many clips and photos */
function started(room: Room, items: readonly (typeof clip)[]) {
  const taken = items.filter((item) => room.take(item))
  return {
    clips: taken.filter((item) => item === clip).length,
    photos: taken.filter((item) => item === photo).length,
  }
}

describe('the room for files', () => {
  it('is that of files at once for large ones, and that of some bundles for small ones', () => {
    expect(started(new Room(3, nothing, smallItem), Array(2_000).fill(clip))).toEqual({ clips: 3, photos: 0 })
    const { photos } = started(new Room(3, nothing, smallItem), Array(2_000).fill(photo))
    expect(photos).toBe(Math.ceil((16 * mebibyte) / photo.size))
  })

  it('bounds the count of small files where these have next to no bytes', () => {
    const tiny = anItem({ size: 10 })
    const room = new Room(3, nothing, smallItem)
    expect(
      Array(2_000)
        .fill(tiny)
        .filter((item) => room.take(item)),
    ).toHaveLength(1_000)
    const full = new Room(
      3,
      { single: 0, small: { files: 1_000, bytes: 10_000 }, isReading: false },
      smallItem,
    )
    expect(full.take(tiny)).toBe(false)
    expect(full.take(clip)).toBe(true)
  })

  it('lets small files start while large ones have no more room', () => {
    const room = new Room(3, { ...nothing, single: 3 }, smallItem)
    expect(started(room, [clip, photo, clip, photo])).toEqual({ clips: 0, photos: 2 })
  })

  it('keeps one turn for bundles while small files are on their way, but not the only one', () => {
    const small = { files: 1, bytes: 30_000 }
    expect(started(new Room(3, { ...nothing, small }, smallItem), Array(9).fill(clip)).clips).toBe(2)
    expect(started(new Room(1, { ...nothing, small }, smallItem), Array(9).fill(clip)).clips).toBe(1)
  })

  it('has a huge file stand back where small ones behind it would find no turn', () => {
    const room = new Room(3, nothing, smallItem)
    const clips = [1, 2, 3].map((order) => ({ ...clip, order }))
    for (const item of clips) room.take(item)
    expect(room.standsBack).toBeNull()
    room.take(photo)
    expect(room.standsBack).toBe(clips[2])
    const withTurn = new Room(3, nothing, smallItem)
    for (const item of [...clips.slice(1), photo]) withTurn.take(item)
    expect(withTurn.standsBack).toBeNull()
    const only = new Room(1, nothing, smallItem)
    for (const item of [clip, photo]) only.take(item)
    expect(only.standsBack).toBeNull()
  })

  it('has a huge file stand back while folders are read, in which small ones may be found', () => {
    const clips = [1, 2, 3].map((order) => ({ ...clip, order }))
    const room = new Room(3, { ...nothing, isReading: true }, smallItem)
    for (const item of clips) room.take(item)
    expect(room.standsBack).toBe(clips[2])
    const only = new Room(1, { ...nothing, isReading: true }, smallItem)
    only.take(clip)
    expect(only.standsBack).toBeNull()
  })

  it('lets files that are to be converted run ahead, one for each core', () => {
    const converted = anItem({ size: 8 * mebibyte, preset: presets['web-gallery'] })
    const room = new Room(3, nothing, smallItem)
    expect(
      Array(100)
        .fill(converted)
        .filter((item) => room.take(item)),
    ).toHaveLength(3 + availableParallelism())
    expect(room.take(clip)).toBe(false)
    expect(room.take(photo)).toBe(true)
  })

  it('is full only when no file of either kind may start', () => {
    const small = { files: 1_000, bytes: 0 }
    const ahead = availableParallelism()
    expect(new Room(3, { ...nothing, single: 3 + ahead }, smallItem).isFull).toBe(false)
    expect(new Room(3, { ...nothing, small }, smallItem).isFull).toBe(false)
    expect(new Room(3, { ...nothing, single: 3 + ahead, small }, smallItem).isFull).toBe(true)
  })
})
