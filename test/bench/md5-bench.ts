/** What MD5 costs with node:crypto and with spark-md5, in processor time: `node test/bench/md5-bench.ts`. */
import { createHash, randomBytes } from 'node:crypto'
import SparkMD5 from 'spark-md5'

const mebibyte = 1 << 20
const pieces = 64
const rounds = 3
const bytes = randomBytes(mebibyte)

/** MiB per second of processor time, the best of a few rounds. */
function speedOf(hash: () => void): number {
  const seconds = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage()
    hash()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  })
  return pieces / Math.min(...seconds)
}

const native = speedOf(() => {
  const hash = createHash('md5')
  for (let piece = 0; piece < pieces; piece++) hash.update(bytes)
  hash.digest('hex')
})
const spark = speedOf(() => {
  const hash = new SparkMD5.ArrayBuffer()
  for (let piece = 0; piece < pieces; piece++) hash.append(bytes.buffer)
  hash.end()
})
console.log(
  `node:crypto ${native.toFixed(0)} MiB/s, spark-md5 ${spark.toFixed(0)} MiB/s: ${(native / spark).toFixed(1)} times`,
)
