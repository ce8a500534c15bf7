/** The questions before files that are not stored are canceled, or removed from the list. */
import type { ItemRow } from '../../../shared/feed.ts'
import { countedAs, isOver, type UploadStatus } from '../../../shared/upload.ts'
import { confirm } from '../../store/confirmation-store.ts'
import { formatBytes } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'

/** Bytes at the server that a slip must not throw away: ten minutes over a usual line. */
const largeBytes = 1_000_000_000

export const isUnstored = (status: UploadStatus) => countedAs(status) !== 'stored'
/** Of the files that are removed with the finished ones. */
export const isOverUnstored = (status: UploadStatus) => isOver(status) && isUnstored(status)

/** @param files count of those that are not finished; @returns whether to cancel them */
export async function mayCancelAll(files: number): Promise<boolean> {
  return ask(files, t('confirm.cancelLead', { count: files }))
}

/**
 * A single file is canceled without a question, since it can be retried, unless the server has received much of it.
 * @param rows that can be canceled
 */
export async function mayCancel(rows: readonly ItemRow[]): Promise<boolean> {
  if (rows.length > 1) return mayCancelAll(rows.length)
  const received = rows[0]?.acknowledgedBytes ?? 0
  if (received < largeBytes) return true
  return ask(1, t('confirm.cancelLargeLead', { received: formatBytes(received) }))
}

/** @param unstored count of files that are not stored among those to remove; for none there is no question */
export async function mayRemove(unstored: number): Promise<boolean> {
  if (unstored === 0) return true
  const count = unstored
  return confirm({
    title: t('confirm.removeTitle', { count }),
    lead: t('confirm.removeLead', { count }),
    yes: t('confirm.remove'),
    no: t('confirm.keepOnList'),
  })
}

function ask(count: number, lead: string): Promise<boolean> {
  const [title, yes] = [t('confirm.cancelTitle', { count }), t('confirm.cancel', { count })]
  return confirm({ title, lead, yes, no: t('confirm.keepUploading') })
}
