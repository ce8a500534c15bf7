/** CPU time of processes, user and system, s, for benches: it hardly depends on what else the machine does. Linux only. */
import { readFileSync } from 'node:fs'

/** USER_HZ, which Linux has fixed for programs. */
const ticksPerSecond = 100

/** Of a process that runs. */
export function cpuSecondsOf(pid: number): number {
  return ticks(pid).slice(0, 2).reduce(sum) / ticksPerSecond
}

/** Of all children of this process that have ended, and of theirs. */
export function cpuSecondsOfEnded(): number {
  return ticks(process.pid).slice(2).reduce(sum) / ticksPerSecond
}

/** utime, stime, cutime and cstime of proc(5); a program's name may hold spaces and brackets. */
function ticks(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).map(Number)
}

function sum(left: number, right: number): number {
  return left + right
}
