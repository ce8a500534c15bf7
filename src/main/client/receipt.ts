/** What a receipt says: what the server confirmed, and what is not stored there. No side effects. */
import { basename } from 'node:path'
import type { DropRoot, NeverArrived } from '../../shared/batch.ts'
import type { CardCertificate } from '../../shared/cards.ts'
import type { ReceiptLine, RemovedLine } from '../../shared/history.ts'
import { skipReasonText } from '../../shared/skip-rules.ts'
import {
  bytesToSend,
  type ItemState,
  isPending,
  libraryPathOf,
  type UploadItem,
} from '../../shared/upload.ts'
import type { SourceStamp } from '../intake/source-file.ts'

/** A file that the server has not confirmed: as long as there is one, the card must not be formatted. */
export interface Unstored {
  readonly sourcePath: string
  readonly relativePath: string
  /** Bytes of the original; null where nobody knows them. */
  readonly size: number | null
  /** `changed`: an earlier version of it is stored, not what is there now. `not-read`: a folder, with all that is in it. */
  readonly status: Exclude<ItemState['status'], 'done'> | 'removed' | 'changed' | 'not-read'
  /** Why, as a sentence. */
  readonly reason: string
}

export interface Receipt {
  readonly name: string
  readonly server: { readonly name: string; readonly url: string | null }
  /** ms since 1970. */
  readonly writtenAtMs: number
  readonly stored: readonly ReceiptLine[]
  readonly unstored: readonly Unstored[]
  /** Further files that are not stored, whose names were not kept: earlier versions only counted them. */
  readonly unnamed: number
  /** System files and folders that were left out of the batch; see system-files.ts. */
  readonly leftOut?: number
  /** Files that a page announced and never sent: they are not stored either. */
  readonly neverArrived?: Missing | null
  /** Of a whole card that may be formatted: what was proven of it. */
  readonly card?: CardCertificate
}

/** What a page announced and has not sent; `still-coming`: not yet. */
export type Missing = Pick<NeverArrived, 'files' | 'names'> & {
  readonly why: NeverArrived['why'] | 'still-coming'
}

/** The line of a file that is done; null for any other. */
function receiptLineOf(item: UploadItem, root: DropRoot | undefined): ReceiptLine | null {
  const { state, payload } = item
  if (state.status !== 'done') return null
  return {
    sourcePath: item.sourcePath,
    relativePath: libraryPathOf(item),
    ...(item.target === null ? {} : { originalPath: item.relativePath }),
    size: bytesToSend(item),
    md5: state.md5,
    sha256: state.sha256 ?? null,
    url: state.url,
    storedAtMs: state.storedAtMs ?? null,
    verifiedAtMs: state.verifiedAtMs ?? null,
    confirmedAtMs: state.finishedAtMs,
    converted: payload !== null,
    ...(item.isPreview ? { preview: true } : {}),
    source: item.staged ? null : stampOf(item),
    drive: root ?? null,
    // An inbox copy was made of what the original was when it was added; nothing else of it can be seen.
    sourceCheckedAtMs: item.staged ? item.addedAtMs : item.checkedAtMs,
    sourceGone: item.sourceGone,
  }
}

/** Item -> line, of the items that are done. @param rootOf the dropped folder or drive that an item lies in */
export function linesOf(
  items: readonly UploadItem[],
  rootOf: (item: UploadItem) => DropRoot | undefined,
): Map<string, ReceiptLine> {
  return new Map(
    items.flatMap((item) => {
      const line = receiptLineOf(item, rootOf(item))
      return line ? [[item.id, line] as const] : []
    }),
  )
}

function stampOf({ size, mtimeMs, ctimeMs, inode }: UploadItem): SourceStamp {
  return { size, mtimeMs, ctimeMs, inode }
}

/** What a receipt says of a file that is not done; null for one that is. */
export function unstoredOf(item: UploadItem): Unstored | null {
  const { state, sourcePath, relativePath, size } = item
  if (state.status === 'done') return null
  if (item.changedAtMs !== null) {
    return changedSince(item, isPending(state.status) ? 'It is uploaded again.' : reasonOf(state))
  }
  return { sourcePath, relativePath, size, status: state.status, reason: reasonOf(state) }
}

/** What is kept of a file that is not done and leaves the list. */
export function removedLineOf({ state, sourcePath, relativePath, size }: UploadItem): RemovedLine {
  return { sourcePath, relativePath, size, reason: `Removed from the list. ${reasonOf(state)}` }
}

export function removedOf(line: RemovedLine): Unstored {
  return { ...line, status: 'removed' }
}

/** What a receipt says of a dropped path that was not read to its end. @param path absolute */
export function unreadOf(path: string): Unstored {
  const reason = 'The folder was not read to its end: files in it may be missing from this receipt.'
  return { sourcePath: path, relativePath: basename(path) || path, size: null, status: 'not-read', reason }
}

/** Why a file is not stored, in a sentence. */
function reasonOf(state: ItemState): string {
  switch (state.status) {
    case 'failed':
    case 'waiting':
      return state.error.message
    case 'skipped':
      if (state.reason.by === 'no-preview') {
        return 'No preview can be made of it. The original is uploaded separately.'
      }
      return `Skipped by ${skipReasonText(state.reason)}.`
    case 'empty':
      return 'The original has 0 bytes. Check it on the card.'
    case 'canceled':
      return 'Canceled before it was uploaded.'
    default:
      return 'Not uploaded yet.'
  }
}

/**
 * What a receipt says of a file that has changed since it was stored.
 * @param advice one sentence
 */
export function changedSince(
  file: Pick<Unstored, 'sourcePath' | 'relativePath' | 'size'>,
  advice: string,
): Unstored {
  const { sourcePath, relativePath, size } = file
  const reason = `Changed since it was stored. ${advice}`
  return { sourcePath, relativePath, size, status: 'changed', reason }
}
