/** What the replay says a power cut may leave: the states that the server and the client are tried on must be possible ones. */
import { describe, expect, it } from 'vitest'
import { crashState } from './replay/crash-state.ts'
import { DiskModel } from './replay/disk-model.ts'
import { randomFrom } from './replay/random.ts'
import type { Operation } from './replay/read-log.ts'

const seeds = Array.from({ length: 400 }, (_, seed) => seed)
const old = Buffer.alloc(2_000, 'old.')
const fresh = Buffer.alloc(3_000, 'new!')

/** Folder 1, file 10 and so on: `ino` is what the log knows files by. */
const start: Operation[] = [
  { kind: 'root', ino: 1 },
  { kind: 'create', ino: 10, path: 'list.json' },
  { kind: 'write', ino: 10, offset: 0, bytes: old },
  { kind: 'sync', ino: 10, mtimeMs: 1_000 },
  { kind: 'sync', ino: 1, mtimeMs: 0 },
]

const draft: Operation[] = [
  { kind: 'create', ino: 11, path: 'list.draft' },
  { kind: 'write', ino: 11, offset: 0, bytes: fresh },
]

/** Path -> what its content is in each of many power cuts. */
function states(operations: readonly Operation[]) {
  const disk = new DiskModel()
  for (const operation of operations) disk.apply(operation)
  return seeds.map((seed) => crashState(disk, randomFrom(seed)))
}

const nameOf = (bytes: Buffer | undefined) =>
  bytes === undefined ? 'none' : bytes.equals(old) ? 'old' : bytes.equals(fresh) ? 'new' : 'torn'

/** All that `path` can be, sorted. */
function outcomes(operations: readonly Operation[], path: string): string[] {
  return [...new Set(states(operations).map(({ files }) => nameOf(files.get(path)?.bytes)))].sort()
}

describe('what a power cut leaves', () => {
  it('is all that was synced, with its name and its time', () => {
    expect(outcomes(start, 'list.json')).toEqual(['old'])
    expect(states(start).every(({ files }) => files.get('list.json')?.mtimeMs === 1_000)).toBe(true)
  })

  it('may be nothing, some or all of what was not synced', () => {
    expect(outcomes([...start, ...draft], 'list.draft')).toEqual(['new', 'none', 'torn'])
    const over: Operation = { kind: 'write', ino: 10, offset: 0, bytes: fresh }
    expect(outcomes([...start, over], 'list.json')).toEqual(['new', 'old', 'torn'])
  })

  it('is torn between sectors only, and reads as zeros where nothing was written', () => {
    const left = states([...start, ...draft]).flatMap(({ files }) => files.get('list.draft')?.bytes ?? [])
    for (const bytes of left) {
      for (let at = 0; at < bytes.length; at += 512) {
        const sector = bytes.subarray(at, at + 512)
        const isNew = sector.equals(fresh.subarray(at, at + sector.length))
        expect(isNew || sector.every((byte) => byte === 0)).toBe(true)
      }
    }
  })

  it('is a renamed file whole only where it was synced before', () => {
    const rename: Operation = { kind: 'rename', ino: 11, from: 'list.draft', to: 'list.json' }
    expect(outcomes([...start, ...draft, rename], 'list.json')).toEqual(['new', 'old', 'torn'])
    const synced: Operation = { kind: 'sync', ino: 11, mtimeMs: 2_000 }
    expect(outcomes([...start, ...draft, synced, rename], 'list.json')).toEqual(['new', 'old'])
  })

  it('has a rename as a whole or not at all, and for certain once the folder was synced', () => {
    const synced: Operation = { kind: 'sync', ino: 11, mtimeMs: 2_000 }
    const rename: Operation = { kind: 'rename', ino: 11, from: 'list.draft', to: 'list.json' }
    const operations = [...start, ...draft, synced, rename]
    for (const { files } of states(operations)) {
      const isRenamed = nameOf(files.get('list.json')?.bytes) === 'new'
      if (isRenamed) expect(files.has('list.draft')).toBe(false)
    }
    const after = [...operations, { kind: 'sync', ino: 1, mtimeMs: 0 } as const]
    expect(outcomes(after, 'list.json')).toEqual(['new'])
    expect(outcomes(after, 'list.draft')).toEqual(['none'])
  })

  it('keeps the order of names where they are journaled, and any of them where they are not', () => {
    const operations: Operation[] = [
      ...start,
      { kind: 'create', ino: 20, path: 'first' },
      { kind: 'create', ino: 21, path: 'second' },
    ]
    const alone = states(operations).filter(({ files }) => files.has('second') && !files.has('first'))
    expect(new Set(alone.map(({ order }) => order))).toEqual(new Set(['unordered']))
    const synced = states([...operations, { kind: 'sync', ino: 21, mtimeMs: 0 }])
    const without = synced.filter(({ files }) => !files.has('second'))
    expect(new Set(without.map(({ order }) => order))).toEqual(new Set(['unordered']))
  })

  it('has nothing in a folder whose own name is lost', () => {
    const operations: Operation[] = [
      ...start,
      { kind: 'mkdir', ino: 2, path: 'deep' },
      { kind: 'create', ino: 30, path: 'deep/photo' },
      { kind: 'sync', ino: 2, mtimeMs: 0 },
    ]
    const lost = states(operations).filter(({ folders }) => !folders.includes('deep'))
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.filter(({ files }) => files.has('deep/photo'))).toEqual([])
  })

  it('is the same for the same seed', () => {
    const hashes = () => states([...start, ...draft]).map(({ hash }) => hash)
    expect(hashes()).toEqual(hashes())
    expect(new Set(hashes()).size).toBeGreaterThan(8)
  })
})
