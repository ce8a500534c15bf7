/** What a process holds, as Linux tells it of any process. */
import { readdirSync, readFileSync } from 'node:fs'

export const canWatchProcesses = process.platform === 'linux'
export const mebibyte = 2 ** 20

/** @returns the most that it ever had resident, bytes; undefined once it is gone */
export function peakBytes(pid: number | undefined): number | undefined {
  return readStatus(pid, /VmHWM:\s+(\d+) kB/)
}

/** @returns what it has resident now, bytes; undefined once it is gone */
export function residentBytes(pid: number | undefined): number | undefined {
  return readStatus(pid, /VmRSS:\s+(\d+) kB/)
}

/** @returns count of its open descriptors; undefined once it is gone */
export function descriptors(pid: number | undefined): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return undefined
  }
}

function readStatus(pid: number | undefined, line: RegExp): number | undefined {
  try {
    const kibibytes = Number(line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    return Number.isNaN(kibibytes) ? undefined : kibibytes * 1024
  } catch {
    return undefined
  }
}
