import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ChunkLimitStore } from '../../../src/main/journal/chunk-limit-store.ts'
import { createConfStore } from '../../../src/main/journal/json-store.ts'
import { ChunkLimit } from '../../../src/main/transfer/chunk-limit.ts'
import { leastChunkBytes } from '../../../src/shared/protocol/wire.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const mebibyte = 2 ** 20
const minuteMs = 60_000

afterEach(() => void vi.useRealTimers())

describe('the limit on chunks to a server', () => {
  it('halves what was refused, once for all files that meet it, down to 256 KiB', () => {
    const learned: number[] = []
    const limit = new ChunkLimit(null, (bytes) => learned.push(bytes))
    expect(limit.bytes).toBeNull()
    for (const refused of [8, 8, 8, 4].map((size) => size * mebibyte))
      expect(limit.onRefused(refused)).toBe(true)
    expect(learned).toEqual([4 * mebibyte, 2 * mebibyte])
    expect(limit.onRefused(300_000)).toBe(true)
    expect(limit.bytes).toBe(leastChunkBytes)
    expect(limit.onRefused(leastChunkBytes)).toBe(false)
  })

  it('is lower for ten minutes after a chunk that did not arrive in time, and nothing is kept of that', () => {
    vi.useFakeTimers()
    const learned: number[] = []
    const limit = new ChunkLimit(6 * mebibyte, (bytes) => learned.push(bytes))
    limit.onTimedOut(6 * mebibyte)
    expect(limit.bytes).toBe(3 * mebibyte)
    vi.advanceTimersByTime(9 * minuteMs)
    limit.onTimedOut(3 * mebibyte)
    // A clock that is set back makes the ten minutes no longer.
    vi.setSystemTime(Date.now() - 60 * minuteMs)
    expect(limit.bytes).toBe(1.5 * mebibyte)
    vi.advanceTimersByTime(10 * minuteMs)
    expect(limit.bytes).toBe(6 * mebibyte)
    expect(learned).toEqual([])
  })
})

describe('the kept limits', () => {
  function storeIn(stateDir = temporaryFolder()) {
    mkdirSync(join(stateDir, 'journal'), { recursive: true })
    return { stateDir, open: () => new ChunkLimitStore({ stateDir, createStore: createConfStore }) }
  }

  it('are found at the next start, for that address alone, for a week', () => {
    vi.useFakeTimers()
    const { open } = storeIn()
    open().keep('https://a.example', 500_000)
    open().keep('https://b.example', 600_000)
    open().keep('https://a.example', 300_000)
    expect(open().get('https://a.example')).toBe(300_000)
    expect(open().get('https://b.example')).toBe(600_000)
    expect(open().get('https://a.example/photos')).toBeNull()
    vi.advanceTimersByTime(7 * 24 * 60 * minuteMs)
    expect(open().get('https://a.example')).toBeNull()
  })

  it('are learned anew where their file is damaged', () => {
    const { stateDir, open } = storeIn()
    writeFileSync(join(stateDir, 'journal', 'chunk-limits.json'), '{"limits":')
    expect(open().get('https://a.example')).toBeNull()
    open().keep('https://a.example', 500_000)
    expect(open().get('https://a.example')).toBe(500_000)
  })
})
