/** Worker thread: swaps a folder for a link and back, as fast as it can, until it is told to stop. */
import { renameSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

interface Swap {
  readonly folder: string
  readonly link: string
  readonly away: string
  readonly stop: SharedArrayBuffer
}

const { folder, link, away, stop } = workerData as Swap
const stopped = new Int32Array(stop)
let swaps = 0

/** Longer in the one state or in the other, so that every step meets both. */
const pause = (round: number) => Atomics.wait(stopped, 0, 0, [0, 0.05, 0.2, 1, 3][round % 5])

while (Atomics.load(stopped, 0) === 0 && swaps < 1_000_000) {
  renameSync(folder, away)
  renameSync(link, folder)
  pause(swaps)
  renameSync(folder, link)
  renameSync(away, folder)
  pause(swaps * 7 + 3)
  swaps++
}
parentPort?.postMessage(swaps)
