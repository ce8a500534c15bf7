/**
 * Copies of dropped files that no list names, as after a journal that was damaged or failed to sync: they are put on the list
 * again, paused, so that the person continues or deletes them.
 */

import { randomUUID } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { basename } from 'node:path'
import { type Batch, noneRemoved } from '../../shared/batch.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { UnlistedCopy } from '../intake/inbox.ts'
import type { Journal } from '../journal/journal.ts'
import type { ItemList } from '../queue/item-list.ts'
import { newItem } from '../queue/new-item.ts'

/** In both languages of the window: the name of a batch is kept with it. */
const batchName = 'Found copies · 找到的副本'

/**
 * Lists the copies in a batch of their own and writes the list.
 * @returns what to say about it; null where there are none
 */
export function listUnlisted(
  copies: readonly UnlistedCopy[],
  { list, journal }: { readonly list: ItemList; readonly journal: Journal },
): UploadError | null {
  if (copies.length === 0) return null
  const batch = newBatch(journal.nextOrder())
  list.addBatch(batch)
  list.put(copies.map((copy) => itemOf(copy, batch.id, journal.nextOrder())))
  journal.flush()
  const count = copies.length
  const message = `Copies of ${count} dropped files were found that are not on the list. They are on it again, paused, as "${batchName}": resume them to upload them, or remove them to delete them.`
  return new UploadError('journal-damaged', message, {
    facts: { kind: 'copies-found', count, name: batchName },
  })
}

function itemOf({ path, relativePath }: UnlistedCopy, batchId: string, order: number): UploadItem {
  const { size, mtimeMs } = lstatSync(path)
  const stamp = { size, mtimeMs, ctimeMs: null, inode: null }
  const find = {
    kind: 'file',
    sourcePath: path,
    relativePath: relativePath ?? basename(path),
    ...stamp,
  } as const
  const entry = {
    batchId,
    order,
    staged: true,
    preset: null,
    maxFileSize: null,
    skipped: null,
    earlier: undefined,
  }
  return { ...newItem(find, entry), state: { status: 'paused' } }
}

function newBatch(order: number): Batch {
  return {
    id: randomUUID(),
    name: batchName,
    order,
    createdAtMs: Date.now(),
    unscannedPaths: [],
    drives: [],
    preset: null,
    serverId: null,
    activeMs: 0,
    leftOut: 0,
    awaitedFiles: null,
    neverArrived: null,
    unconfirmed: false,
    removed: noneRemoved,
  }
}
