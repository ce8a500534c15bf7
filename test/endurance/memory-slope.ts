/** How a process's memory develops while it works. */
import { setTimeout as delay } from 'node:timers/promises'
import { mebibyte, residentBytes } from '../process-memory.ts'

export interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/** Samples the resident memory of processes once a second until it is stopped. @param pids asked for each time */
export function watchMemory<Side extends string>(pids: Readonly<Record<Side, () => number | undefined>>) {
  const samples = Object.fromEntries(Object.keys(pids).map((side) => [side, []])) as unknown as Record<
    Side,
    Sample[]
  >
  let isOver = false
  const work = (async () => {
    while (!isOver) {
      for (const side of Object.keys(pids) as Side[]) {
        const bytes = residentBytes(pids[side]())
        if (bytes !== undefined) samples[side].push({ atMs: Date.now(), bytes })
      }
      await delay(1_000, undefined, { ref: false })
    }
  })()
  const stop = async () => {
    isOver = true
    await work
  }
  return { samples: samples as Readonly<Record<Side, readonly Sample[]>>, stop }
}

/** Slope by linear regression. @returns MiB an hour; 0 for less than two samples */
export function slopeOf(samples: readonly Sample[]): number {
  if (samples.length < 2) return 0
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const hours = samples.map(({ atMs }) => atMs / 3_600_000)
  const sizes = samples.map(({ bytes }) => bytes / mebibyte)
  const [meanHours, meanSize] = [mean(hours), mean(sizes)]
  const covariance = mean(hours.map((hour, index) => (hour - meanHours) * ((sizes[index] ?? 0) - meanSize)))
  return covariance / mean(hours.map((hour) => (hour - meanHours) ** 2))
}

/**
 * The least of each minute: what comes between two collections of garbage is no growth.
 * @returns one sample a minute
 */
export function floorOf(samples: readonly Sample[]): Sample[] {
  const least = new Map<number, Sample>()
  for (const sample of samples) {
    const minute = Math.floor(sample.atMs / 60_000)
    const found = least.get(minute)
    if (found === undefined || sample.bytes < found.bytes) least.set(minute, sample)
  }
  return [...least.values()]
}

/** Medians of equal parts of the time, for a person to read. @returns as many whole MiB as parts have samples */
export function mediansOf(samples: readonly Sample[], parts: number): number[] {
  const perPart = Math.max(1, Math.ceil(samples.length / parts))
  const medians: number[] = []
  for (let from = 0; from < samples.length; from += perPart) {
    const sizes = samples.slice(from, from + perPart).map(({ bytes }) => bytes)
    sizes.sort((one, other) => one - other)
    medians.push(Math.round((sizes[sizes.length >> 1] ?? 0) / mebibyte))
  }
  return medians
}
