/**
 * Whether one more upload may begin: room for its bytes, and its library's share of the server's bound on open tasks, so
 * that no token can use up what the others need.
 */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import type { Uploads } from './context.ts'

/**
 * Opens a task if there is room for its bytes and for one more task, those included that are being opened right now.
 * @throws UploadError `storage-full`, `too-many-requests`
 */
export async function withRoom<Result>(
  uploads: Uploads,
  { relativePath, size }: Pick<TaskRow, 'relativePath' | 'size'>,
  open: () => Promise<Result>,
): Promise<Result> {
  const { store, openings, libraries } = uploads
  const library = libraries.of(relativePath)
  openings.set(library, (openings.get(library) ?? 0) + 1)
  try {
    if (size > (await store.freeBytes())) {
      throw new UploadError('storage-full', 'The server has no room for this file. Free some space there.')
    }
    await refuseTooMany(uploads, library)
    return await open()
  } finally {
    openings.set(library, (openings.get(library) ?? 1) - 1)
  }
}

/** No library has more than its share, so all together never have more than the bound. */
async function refuseTooMany(uploads: Uploads, library: string): Promise<void> {
  const { ledger, openings, limits, libraries } = uploads
  const share = Math.max(1, Math.floor(limits.maxOpenTasks / libraries.count))
  const opening = [...openings.values()].reduce((sum, count) => sum + count, 0)
  // Counting all is quicker, and most often tells enough.
  if ((await ledger.countOpenTasks()) + opening <= share) return
  if ((await openTasksIn(uploads, library)) + (openings.get(library) ?? 0) <= share) return
  const reason =
    libraries.count === 1
      ? `The server has ${share} unfinished uploads, its limit.`
      : `You have ${share} unfinished uploads, your share of the server's limit.`
  throw new UploadError('too-many-requests', `${reason} Finish or delete some first.`, {
    retryAfterMs: 60_000,
  })
}

async function openTasksIn({ ledger, libraries }: Uploads, library: string): Promise<number> {
  if (library !== '') return ledger.countOpenTasks(library)
  const inFolders = await Promise.all(libraries.folders.map((folder) => ledger.countOpenTasks(folder)))
  return inFolders.reduce((rest, count) => rest - count, await ledger.countOpenTasks())
}
