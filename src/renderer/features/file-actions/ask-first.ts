/** The questions before files that are not stored are canceled, or removed from the list. */
import type { Refusal } from '../../../shared/answers.ts'
import type { ItemRow } from '../../../shared/feed.ts'
import type { Target } from '../../../shared/ipc.ts'
import { countedAs, isOver, type UploadStatus } from '../../../shared/upload.ts'
import type { RunCommand } from '../../bridge/use-bridge.ts'
import { confirm } from '../../store/confirmation-store.ts'
import { joinSentences } from '../../text/error-text.ts'
import { formatBytes } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'
import { showRemoval } from './show-removal.ts'

/** Bytes at the server that a slip must not throw away: ten minutes over a usual line. */
const largeBytes = 1_000_000_000

export const isUnstored = (status: UploadStatus) => countedAs(status) !== 'stored'
/** Of the files that are removed with the finished ones. */
export const isOverUnstored = (status: UploadStatus) => isOver(status) && isUnstored(status)

/** @param files count of those that are not finished; asks again where there are more when the person answers */
export async function cancelAll(run: RunCommand, target: Target, files: number): Promise<void> {
  const ask = (count: number, isAgain: boolean) =>
    askToCancel(count, again(isAgain, t('confirm.cancelLead', { count })))
  await whileAgreed(files, ask, (agreed) => run('queue.cancel', { ...target, agreed }))
}

/**
 * A single file is canceled without a question, since it can be retried, unless the server has received much of it.
 * @param rows that can be canceled
 */
export async function mayCancel(rows: readonly ItemRow[]): Promise<boolean> {
  const count = rows.length
  if (count > 1) return askToCancel(count, t('confirm.cancelLead', { count }))
  const received = rows[0]?.acknowledgedBytes ?? 0
  if (received < largeBytes) return true
  return askToCancel(1, t('confirm.cancelLargeLead', { received: formatBytes(received) }))
}

/**
 * Removes files from the list, and shows how many were removed.
 * @param unstored count of files that are not stored among those to remove; for none there is no question, unless there
 * are some by then
 */
export async function removeFiles(
  run: RunCommand,
  command: 'queue.remove' | 'queue.removeFinished',
  target: Target,
  unstored: number,
): Promise<void> {
  const ask = async (count: number, isAgain: boolean) => count === 0 || askToRemove(count, isAgain)
  await whileAgreed(unstored, ask, async (agreed) => {
    const removal = await run(command, { ...target, agreed })
    showRemoval(run, removal)
    return removal
  })
}

/** Asks, acts, and asks again with the new count where main refused because there are more files than were agreed to. */
async function whileAgreed(
  count: number,
  ask: (count: number, isAgain: boolean) => Promise<boolean>,
  act: (agreed: number) => Promise<Refusal | null>,
): Promise<void> {
  let agreed: number | undefined = count
  for (let isAgain = false; agreed !== undefined && (await ask(agreed, isAgain)); isAgain = true) {
    agreed = (await act(agreed))?.tooMany
  }
}

function askToRemove(count: number, isAgain: boolean): Promise<boolean> {
  return confirm({
    title: t('confirm.removeTitle', { count }),
    lead: again(isAgain, t('confirm.removeLead', { count })),
    yes: t('confirm.remove'),
    no: t('confirm.keepOnList'),
  })
}

function askToCancel(count: number, lead: string): Promise<boolean> {
  const [title, yes] = [t('confirm.cancelTitle', { count }), t('confirm.cancel', { count })]
  return confirm({ title, lead, yes, no: t('confirm.keepUploading') })
}

const again = (isAgain: boolean, lead: string) =>
  isAgain ? joinSentences(t('confirm.moreFiles'), lead) : lead
