/**
 * Measures uploads to a server whose files lie in a bucket, beside the same server on this disk and beside bare PUTs of the same
 * files into the bucket: `npm run bench:s3` (Ceph), or with s3rver `node test/s3/with-s3rver.ts node test/bench/s3-bench.ts`.
 * `[-- --large MiB --raw N --small N --rounds N]`; 0 leaves a kind of file out.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import PQueue from 'p-queue'
import { S3Bucket } from '../../server/storage/s3/bucket.ts'
import { type BucketAddress, parseBucketUrl } from '../../server/storage/s3/bucket-url.ts'
import { createS3Client } from '../../server/storage/s3/s3-client.ts'
import { mebibyte } from '../process-memory.ts'
import { loadCargo, median, sizes } from './peers/cargo.ts'
import { type Cargo, cross } from './peers/crossing.ts'

const { values } = parseArgs({
  options: {
    large: { type: 'string', default: '256' },
    raw: { type: 'string', default: '50' },
    small: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
  },
})
const storage = process.env.PHOTOFERRY_TEST_STORAGE
if (storage === undefined) throw new Error('PHOTOFERRY_TEST_STORAGE names no bucket: npm run bench:s3')
/** As many as PhotoFerry has files on their way. */
const putsAtOnce = 3

/** The bucket, below a folder of its own. */
function bucketBelow(name: string): URL {
  const url = new URL(storage as string)
  url.pathname = `/${name}`
  return url
}

/** Seconds that bare PUTs take. */
async function putAll({ list }: Cargo, address: BucketAddress): Promise<number> {
  const client = createS3Client(address)
  const bucket = new S3Bucket(client, address.bucket)
  const queue = new PQueue({ concurrency: putsAtOnce })
  const startedAtMs = performance.now()
  const paths = readFileSync(list, 'utf8').trimEnd().split('\n')
  await queue.addAll(
    paths.map((path) => () => bucket.putBytes(`${address.prefix}${basename(path)}`, readFileSync(path))),
  )
  const seconds = (performance.now() - startedAtMs) / 1000
  client.destroy()
  return seconds
}

/** Seconds that PhotoFerry takes. @param url of the bucket; undefined for a folder on this disk */
async function upload(cargo: Cargo, folder: string, url: string | undefined): Promise<number> {
  if (url === undefined) delete process.env.STORAGE_URL
  else process.env.STORAGE_URL = url
  const { seconds } = await cross('ferry', cargo, folder)
  rmSync(folder, { recursive: true, force: true })
  return seconds
}

async function compare(what: string, count: number, sizeOf: (random: () => number) => number): Promise<void> {
  if (count === 0) return
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-s3-bench-'))
  const measured = { put: [] as number[], disk: [] as number[], bucket: [] as number[] }
  try {
    const cargo = loadCargo(folder, count, sizeOf)
    for (let round = 0; round < Number(values.rounds); round++) {
      const name = `${basename(folder)}-${round}`
      measured.put.push(await putAll(cargo, parseBucketUrl(bucketBelow(`${name}-put`).href)))
      measured.disk.push(await upload(cargo, join(folder, 'disk'), undefined))
      measured.bucket.push(await upload(cargo, join(folder, 'bucket'), bucketBelow(name).href))
    }
    const [put, disk, bucket] = [median(measured.put), median(measured.disk), median(measured.bucket)]
    console.log(`${what}: ${count} files, ${(cargo.bytes / 1e6).toFixed(0)} MB`)
    console.log(
      `  into the bucket: ${bucket.toFixed(1)} s, ${(cargo.bytes / 1e6 / bucket).toFixed(0)} MB/s, ${(count / bucket).toFixed(0)} files/s (${(put / bucket).toFixed(2)} of bare PUTs, ${(disk / bucket).toFixed(2)} of the disk)`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await compare('One large file', Number(values.large) > 0 ? 1 : 0, () => Number(values.large) * mebibyte)
await compare('RAW files', Number(values.raw), sizes.raw)
await compare('Small files', Number(values.small), sizes.small)
