/** Drops that come to a mixture of stored, converted, skipped, canceled, empty, failed and removed files. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { endlessPatience } from '../../src/main/client/client.ts'
import { UploadReport } from '../../src/main/terminal/upload-report.ts'
import { outcomeOfBatch } from '../../src/renderer/store/status-groups.ts'
import type { BandwidthRule } from '../../src/shared/bandwidth.ts'
import type { BatchRow } from '../../src/shared/feed.ts'
import type { Outcome } from '../../src/shared/outcome.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient, writeFiles } from './a-client.ts'
import { writePhoto } from './images/photos.ts'
import { gallery, large } from './pipeline/preset-scene.ts'

/** How many files of each kind are dropped; `cleared` ones are stored and then taken off the list. */
export interface Mixture {
  readonly stored: number
  readonly converted: number
  readonly skipped: number
  readonly canceled: number
  readonly empty: number
  readonly failed: number
  readonly removed: number
  readonly cleared: number
}

export const nothing: Mixture = {
  stored: 0,
  converted: 0,
  skipped: 0,
  canceled: 0,
  empty: 0,
  failed: 0,
  removed: 0,
  cleared: 0,
}

export const droppedIn = (mixture: Mixture) => Object.values(mixture).reduce((sum, count) => sum + count, 0)

const allWeek = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00' }
const nothingNow: BandwidthRule = { ...allWeek, limit: 'pause' }

/** The state folder and the server of a drop, for the client that comes after a restart. */
export interface Dropped {
  readonly watched: WatchedClient
  readonly report: UploadReport
  readonly batchId: string
  readonly reopen: () => Promise<WatchedClient>
  /** What the terminal's feed says while nothing has been sent yet. */
  readonly before: WatchedClient['events'][number] | undefined
}

/** Drops a mixture, does to each file what its kind says, and waits until nothing is left to do. */
export async function drop(mixture: Mixture): Promise<Dropped> {
  const folder = temporaryFolder()
  const paths = await writeMixture(join(folder, 'Wedding'), mixture)
  const server = await serve(join(folder, 'data'))
  const preset = mixture.converted > 0 ? gallery : null
  const open = () => openTestClient(join(folder, 'state'), server, endlessPatience, { preset })
  const watched = await open()
  const { client, rows, events } = watched
  const report = new UploadReport(client, paths)
  await client.settings.change({
    skipRules: { groups: [], extensions: ['xmp'], patterns: [], empty: false },
    bandwidth: { limitBytesPerSecond: null, timetable: [nothingNow] },
  })
  const [batchId = ''] = await client.intake.addPaths(paths)
  await expect.poll(() => rows().length).toBe(droppedIn(mixture))
  const named = (kind: keyof Mixture) =>
    rows()
      .filter(({ relativePath }) => relativePath.includes(`${kind}-`))
      .map(({ id }) => id)
  if (mixture.canceled > 0) await client.queue.cancel({ itemIds: named('canceled') })
  if (mixture.removed > 0) await client.queue.remove({ itemIds: named('removed') })
  await expect.poll(() => rows().length).toBe(droppedIn(mixture) - mixture.removed)
  const before = events.at(-1)
  await client.settings.change({ bandwidth: { limitBytesPerSecond: null, timetable: [] } })
  await client.whenIdle()
  if (mixture.cleared > 0) await client.queue.removeFinished({ itemIds: named('cleared') })
  await expect.poll(() => client.history.entries()[0]?.counts.unfinished).toBe(0)
  await expect.poll(() => rows().length).toBe(droppedIn(mixture) - mixture.removed - mixture.cleared)
  // The feed tells of the last change a tick later.
  const batch = () => events.flatMap(({ batches }) => batches).findLast(({ id }) => id === batchId)
  await expect.poll(() => levelOf(batch())).not.toBe('in-progress')
  await expect.poll(() => report.summarize(1).unfinished).toBe(0)
  return { watched, report, batchId, before, reopen: open }
}

function levelOf(batch: BatchRow | undefined): Outcome['level'] {
  return batch === undefined ? 'in-progress' : outcomeOfBatch(batch).level
}

/** @returns the absolute paths to drop */
async function writeMixture(folder: string, mixture: Mixture): Promise<string[]> {
  mkdirSync(folder)
  const many = (kind: keyof Mixture, extension: string, size: number) =>
    Object.fromEntries(
      Array.from({ length: mixture[kind] }, (_, index) => [`${kind}-${index}.${extension}`, size]),
    )
  writeFiles(folder, {
    ...many('stored', 'cr3', 900),
    ...many('skipped', 'xmp', 800),
    ...many('canceled', 'cr3', 700),
    ...many('empty', 'jpg', 0),
    ...many('removed', 'cr3', 600),
    ...many('cleared', 'cr3', 500),
  })
  for (let index = 0; index < mixture.converted; index++) {
    const [first, name] = [join(folder, 'converted-0.jpg'), `converted-${index}.jpg`]
    if (index === 0) await writePhoto(folder, name, large)
    else copyFileSync(first, join(folder, name))
  }
  const missing = Array.from({ length: mixture.failed }, (_, index) =>
    join(folder, '..', `failed-${index}.cr3`),
  )
  return [folder, ...missing]
}
