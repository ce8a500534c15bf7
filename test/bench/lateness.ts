/** Loaded into a program by `--import`: as it ends, it writes how late its event loop ran to PHOTOFERRY_BENCH_LATENESS, in ms. */
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const path = process.env.PHOTOFERRY_BENCH_LATENESS
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()

process.on('exit', () => {
  if (path !== undefined)
    writeFileSync(path, JSON.stringify({ p99Ms: delay.percentile(99) / 1e6, mostMs: delay.max / 1e6 }))
})
