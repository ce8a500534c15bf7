/** The time left says how long the work takes, whatever lay between the jobs. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Speeds } from '../../../src/main/feed/speeds.ts'
import type { UploadItem } from '../../../src/shared/upload.ts'
import { anItem } from '../an-item.ts'

const startMs = 1_800_000_000_000
const megabyte = 1_000_000

beforeEach(() => vi.useFakeTimers({ now: startMs, toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}

function upload(speeds: Speeds, seconds: number, id = 'a'): void {
  speeds.onItem(anItem({ id, state: { status: 'uploading' } }))
  for (let second = 0; second < seconds * 4; second++) {
    pass(0.25)
    speeds.record(id, megabyte / 4)
  }
}

function end(speeds: Speeds, state: UploadItem['state'], id = 'a'): void {
  speeds.onItem(anItem({ id, state }))
}

const secondsFor = (speeds: Speeds, bytes: number) => speeds.history.timeFor(bytes, Date.now())

describe('the time left', () => {
  it('counts no second between two jobs', () => {
    const speeds = new Speeds()
    upload(speeds, 20)
    end(speeds, { status: 'paused' })
    pass(50)
    upload(speeds, 2, 'b')
    const { lowSeconds, highSeconds } = secondsFor(speeds, 100 * megabyte) ?? {}
    expect(lowSeconds).toBeGreaterThan(85)
    expect(highSeconds).toBeLessThan(125)
  })

  it('counts none of a pause, however short the spells of work between pauses are', () => {
    const speeds = new Speeds()
    for (let spell = 0; spell < 10; spell++) {
      upload(speeds, 1.5)
      end(speeds, { status: 'paused' })
      pass(7)
    }
    expect(secondsFor(speeds, 100 * megabyte)?.highSeconds).toBeLessThan(125)
  })

  it('counts nothing of the wait for a server that is away', () => {
    const speeds = new Speeds()
    upload(speeds, 20)
    pass(40)
    // The file is still in flight when the connection is found to be gone.
    speeds.onWaiting()
    pass(20)
    upload(speeds, 3)
    expect(secondsFor(speeds, 100 * megabyte)?.highSeconds).toBeLessThan(125)
  })

  it('counts a file that left the list while it was sent as ended', () => {
    const speeds = new Speeds()
    upload(speeds, 20)
    speeds.onItemRemoved('a')
    pass(50)
    upload(speeds, 2, 'b')
    expect(secondsFor(speeds, 100 * megabyte)?.highSeconds).toBeLessThan(125)
  })

  it('counts every second of a slow connection that is at work', () => {
    const speeds = new Speeds()
    speeds.onItem(anItem({ id: 'a', state: { status: 'uploading' } }))
    for (let chunk = 0; chunk < 6; chunk++) {
      pass(9)
      speeds.record('a', megabyte)
    }
    expect(secondsFor(speeds, 10 * megabyte)?.lowSeconds).toBeGreaterThan(45)
  })

  it('is unknown before five seconds were measured', () => {
    const speeds = new Speeds()
    upload(speeds, 4)
    expect(secondsFor(speeds, megabyte)).toBe(null)
  })
})
