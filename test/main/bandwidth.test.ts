import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BandwidthRule } from '../../src/shared/bandwidth.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

const always: Omit<BandwidthRule, 'limit'> = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00' }

describe('the bandwidth', () => {
  it('is held to its limit while files are sent, and a change holds for what is under way', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
    const { client, events, statuses } = await openTestClient(join(folder, 'state'), server)
    await client.settings.change({ bandwidth: { limitBytesPerSecond: 200_000, timetable: [] } })
    await client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.mov': 20 << 20 })])
    await expect.poll(() => events.at(-1)?.overview.bytesInFlight).toBeGreaterThan(0)
    expect(events.at(-1)?.overview.bandwidth.limit).toBe(200_000)
    await expect.poll(statuses).toEqual({ 'a.mov': 'uploading' })
    await client.settings.change({ bandwidth: { limitBytesPerSecond: null, timetable: [] } })
    await client.whenIdle()
    await expect.poll(statuses).toEqual({ 'a.mov': 'done' })
  })

  it('lets nothing through while the timetable says so, names that, and goes on by itself', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, events, statuses } = await openTestClient(join(folder, 'state'), server)
    const pause = { limitBytesPerSecond: null, timetable: [{ ...always, limit: 'pause' as const }] }
    await client.settings.change({ bandwidth: pause })
    await client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 3, 'b.jpg': 3 })])
    await expect.poll(() => events.at(-1)?.overview.stalls).toEqual([{ kind: 'timetable', untilMs: null }])
    await expect.poll(() => Object.values(statuses())).toEqual(['queued', 'queued'])
    await client.settings.change({ bandwidth: { limitBytesPerSecond: null, timetable: [] } })
    await client.whenIdle()
    await expect.poll(() => Object.values(statuses())).toEqual(['done', 'done'])
  })

  it('that is paused cuts short what is under way, and it goes on from there', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
    const { client, events, row, statuses } = await openTestClient(join(folder, 'state'), server)
    await client.settings.change({ bandwidth: { limitBytesPerSecond: 3_000_000, timetable: [] } })
    await client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.mov': 20 << 20 })])
    await expect.poll(() => row('a.mov').acknowledgedBytes).toBeGreaterThan(0)
    const pause = { limitBytesPerSecond: null, timetable: [{ ...always, limit: 'pause' as const }] }
    await client.settings.change({ bandwidth: pause })
    await expect.poll(() => events.at(-1)?.overview.stalls.map(({ kind }) => kind)).toEqual(['timetable'])
    await expect.poll(statuses).toEqual({ 'a.mov': 'queued' })
    const held = row('a.mov').acknowledgedBytes
    await client.settings.change({ bandwidth: { limitBytesPerSecond: null, timetable: [] } })
    await client.whenIdle()
    const { sentBytes, failedAttempts } = client.files.details(row('a.mov').id)
    expect(failedAttempts).toEqual([])
    expect(held).toBeGreaterThan(0)
    expect(sentBytes).toBeLessThanOrEqual((20 + 3) << 20)
  })
})
