/**
 * Whether one more upload may begin: there must be room for its bytes beside those that all open uploads still lack, and its library must have tasks left of its share of
 * the server's limit, so that no token can use up what the others need.
 */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { type TaskRow, unknownBytes } from '../ledger/ledger.ts'
import type { Uploads } from './context.ts'

/**
 * Opens a task if there is room for its bytes and for one more task; tasks that are being opened right now count too.
 * @throws UploadError `storage-full`, `too-many-requests`
 */
export async function openIfAdmitted<Result>(
  uploads: Uploads,
  { relativePath, size }: Pick<TaskRow, 'relativePath' | 'size'>,
  open: () => Promise<Result>,
): Promise<Result> {
  const { openings, beingAdmitted, libraries } = uploads
  const library = libraries.of(relativePath)
  const bytes = Math.max(0, size)
  openings.set(library, (openings.get(library) ?? 0) + 1)
  beingAdmitted.bytes += bytes
  try {
    if (!(await hasRoomFor(uploads, size))) {
      throw new UploadError('storage-full', 'The server has no room for this file. Free some space there.')
    }
    await refuseTooManyTasks(uploads, library)
    return await open()
  } finally {
    beingAdmitted.bytes -= bytes
    openings.set(library, (openings.get(library) ?? 1) - 1)
  }
}

/** @param size bytes; the caller has added them to those being admitted */
async function hasRoomFor({ store, ledger, beingAdmitted }: Uploads, size: number): Promise<boolean> {
  const free = await store.freeBytes()
  // One of unknown size gets its room as its chunks arrive, an empty one needs none.
  if (size <= 0) return size !== unknownBytes || free > 0
  if (free === Number.POSITIVE_INFINITY) return true
  if (beingAdmitted.bytes > free) return false
  const announced = await ledger.announcedBytes()
  // What has arrived takes longer to count, and is needed only on a disk that is nearly full.
  if (beingAdmitted.bytes + announced <= free) return true
  return beingAdmitted.bytes + announced - (await ledger.receivedBytes()) <= free
}

/** No library exceeds its share, so all of them together never exceed the limit. */
async function refuseTooManyTasks(uploads: Uploads, library: string): Promise<void> {
  const { ledger, openings, limits, libraries } = uploads
  const share = Math.max(1, Math.floor(limits.maxOpenTasks / libraries.count))
  const opening = [...openings.values()].reduce((sum, count) => sum + count, 0)
  // Counting all tasks is faster, and usually enough to know.
  if ((await ledger.countOpenTasks()) + opening <= share) return
  if ((await countOpenTasksIn(uploads, library)) + (openings.get(library) ?? 0) <= share) return
  const reason =
    libraries.count === 1
      ? `The server has ${share} unfinished uploads, its limit.`
      : `You have ${share} unfinished uploads, your share of the server's limit.`
  throw new UploadError('too-many-requests', `${reason} Finish or delete some first.`, {
    retryAfterMs: 60_000,
  })
}

async function countOpenTasksIn({ ledger, libraries }: Uploads, library: string): Promise<number> {
  if (library !== '') return ledger.countOpenTasks(library)
  const inFolders = await Promise.all(libraries.folders.map((folder) => ledger.countOpenTasks(folder)))
  return inFolders.reduce((rest, count) => rest - count, await ledger.countOpenTasks())
}
