/**
 * Whether one more upload may begin: there must be room for its bytes beside those that all open uploads still lack, its
 * library must have tasks left of its share of the server's limit, so that no token can use up what the others need, and
 * bytes left of its quota.
 */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { type TaskRow, unknownBytes } from '../ledger/ledger.ts'
import type { Openings, Uploads } from './context.ts'

/**
 * Opens a task if there is room for its bytes and for one more task; tasks that are being opened right now count too.
 * @throws UploadError `storage-full`, `too-many-requests`
 */
export async function openIfAdmitted<Result>(
  uploads: Uploads,
  { relativePath, size }: Pick<TaskRow, 'relativePath' | 'size'>,
  open: () => Promise<Result>,
): Promise<Result> {
  const { openings, libraries } = uploads
  const library = libraries.of(relativePath)
  const bytes = Math.max(0, size)
  const opening = openings.get(library) ?? { tasks: 0, bytes: 0 }
  openings.set(library, opening)
  opening.tasks += 1
  opening.bytes += bytes
  uploads.quotaSums.add(library, bytes)
  try {
    if (!(await hasRoomFor(uploads, size))) {
      throw new UploadError('storage-full', 'The server has no room for this file. Free some space there.')
    }
    await refuseOverQuota(uploads, library, opening.bytes)
    await refuseTooManyTasks(uploads, library)
    return await open()
  } finally {
    opening.tasks -= 1
    opening.bytes -= bytes
  }
}

/**
 * Whether a library may hold so many bytes besides those that it has and that its open uploads have announced.
 * @param library empty for all that no token's folder contains
 * @throws UploadError `storage-full`
 */
export async function refuseOverQuota(uploads: Uploads, library: string, bytes: number): Promise<void> {
  const { ledger, libraries, quotaSums, now } = uploads
  const quota = libraries.quotaOf(library)
  if (quota === null) return
  // Another server with the same ledger admits too.
  const bound = ledger.claims === undefined ? quotaSums.bound(library, now()) : undefined
  if (bound !== undefined && bound + bytes <= quota) return
  const folder = library === '' ? undefined : library
  const keep = quotaSums.begin(library, openingIn(uploads, library), now())
  const used = (await ledger.totals(folder)).bytes + (await ledger.announcedBytes(folder))
  keep(used)
  if (used + bytes <= quota) return
  const message = `Your quota of ${quota} bytes has no room for this file. Delete unfinished uploads, or ask whoever runs the server.`
  throw new UploadError('storage-full', message)
}

function openingIn({ openings }: Uploads, library: string): number {
  return library === '' ? sumOf(openings, 'bytes') : (openings.get(library)?.bytes ?? 0)
}

function sumOf(openings: ReadonlyMap<string, Openings>, what: keyof Openings): number {
  return [...openings.values()].reduce((sum, opening) => sum + opening[what], 0)
}

/** @param size bytes; the caller has added them to those being admitted */
async function hasRoomFor({ store, ledger, openings }: Uploads, size: number): Promise<boolean> {
  const free = await store.freeBytes()
  // One of unknown size gets its room as its chunks arrive, an empty one needs none.
  if (size <= 0) return size !== unknownBytes || free > 0
  if (free === Number.POSITIVE_INFINITY) return true
  if (sumOf(openings, 'bytes') > free) return false
  const announced = await ledger.announcedBytes()
  // What has arrived takes longer to count, and is needed only on a disk that is nearly full.
  if (sumOf(openings, 'bytes') + announced <= free) return true
  return sumOf(openings, 'bytes') + announced - (await ledger.receivedBytes()) <= free
}

/** No library exceeds its share, so all of them together never exceed the limit. */
async function refuseTooManyTasks(uploads: Uploads, library: string): Promise<void> {
  const { ledger, openings, limits, libraries } = uploads
  const share = Math.max(1, Math.floor(limits.maxOpenTasks / libraries.count))
  const opening = sumOf(openings, 'tasks')
  // Counting all tasks is faster, and usually enough to know.
  if ((await ledger.countOpenTasks()) + opening <= share) return
  if ((await countOpenTasksIn(uploads, library)) + (openings.get(library)?.tasks ?? 0) <= share) return
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
