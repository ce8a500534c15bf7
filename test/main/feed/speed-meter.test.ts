import { describe, expect, it } from 'vitest'
import { SpeedMeter } from '../../../src/main/feed/speed-meter.ts'

describe('the speed meter', () => {
  it('tells nothing before it has seen a second', () => {
    const meter = new SpeedMeter()
    expect(meter.bytesPerSecond(0)).toBeNull()
    meter.record(1_000, 0)
    expect(meter.bytesPerSecond(500)).toBeNull()
  })

  it('tells the average over what it has seen', () => {
    const meter = new SpeedMeter()
    for (let second = 0; second < 5; second++) meter.record(2_000, second * 1_000)
    expect(meter.bytesPerSecond(5_000)).toBe(2_000)
  })

  it('falls while nothing comes and is silent after ten seconds without a byte', () => {
    const meter = new SpeedMeter()
    for (let second = 0; second < 5; second++) meter.record(2_000, second * 1_000)
    expect(meter.bytesPerSecond(9_999)).toBeCloseTo(1_000, 0)
    expect(meter.bytesPerSecond(14_001)).toBeNull()
  })

  it('begins anew after a silence instead of averaging over it', () => {
    const meter = new SpeedMeter()
    meter.record(1_000, 0)
    expect(meter.bytesPerSecond(60_000)).toBeNull()
    meter.record(3_000, 60_000)
    meter.record(3_000, 61_000)
    expect(meter.bytesPerSecond(62_000)).toBe(3_000)
  })
})
