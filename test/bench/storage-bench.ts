/**
 * Measures the server with its files in a bucket against the same with files on the disk, in turns in the same run:
 * `.ci/with ceph node test/bench/storage-bench.ts [--large MiB --small N --rounds N]`.
 */
import { inWords, measure, rounds, workload } from './server-rounds.ts'

const { PHOTOFERRY_TEST_STORAGE: storage, AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env
if (storage === undefined) throw new Error('PHOTOFERRY_TEST_STORAGE names no bucket; see above.')

console.log(workload)
for (let round = 1; round <= rounds; round += 1) {
  const STORAGE_URL = storage.replace('?', `/bench-${process.pid}-${round}?`)
  console.log(`round ${round}  disk   ${inWords(await measure({}))}`)
  console.log(
    `round ${round}  bucket ${inWords(await measure({ STORAGE_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }))}`,
  )
}
