import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, aPool, unstopped } from '../image-pools.ts'
import { writePhoto } from '../photos.ts'

const watched = new URL('../watched-worker.ts', import.meta.url)

// Linux alone says which file an open descriptor is.
it.runIf(process.platform === 'linux').each(['convert', 'strip-location'] as const)(
  'a copy is on the disk before it is said to be made: %s',
  async (task) => {
    const job = aJob(await writePhoto(temporaryFolder(), 'IMG_1', {}), { task })
    const result = await aPool({}, watched).convert(job, unstopped)
    if (result.kind !== 'made') throw new Error(JSON.stringify(result))
    expect(readFileSync(`${job.targetPath}.synced`, 'utf8')).toBe(String(result.size))
  },
)
