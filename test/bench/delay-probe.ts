/** Loaded into the app by `--import`: answers the window bench how late the app's event loop ran, in ms. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()

process.on('message', (question) => {
  if (question === 'reset') delay.reset()
  if (question !== 'delay') return
  process.send?.({ p99Ms: delay.percentile(99) / 1e6, mostMs: delay.max / 1e6 })
})
// The bench's questions alone must not keep the app alive.
process.channel?.unref()
