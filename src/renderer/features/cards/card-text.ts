/** What the window says of a card: a title, and a sentence below it. */
import { type CardRow, type UnsafeFindings, unsafeReasons } from '../../../shared/cards.ts'
import { errorText } from '../../text/error-text.ts'
import { formatBytes, formatMoment, formatTime } from '../../text/format.ts'
import type { Translate } from '../../text/use-text.ts'

export interface CardText {
  readonly title: string
  readonly lead: string
}

interface CardPlan {
  /** Where its files would go. */
  readonly place: string
  /** Of the copies that would be uploaded; null for originals. */
  readonly presetName: string | null
}

export function cardText(row: CardRow, plan: CardPlan, t: Translate): CardText {
  const { name, state } = row
  switch (state.phase) {
    case 'found':
      return { title: t('cards.found', { name }), lead: foundLead(row, plan, t) }
    case 'uploading':
      return {
        title: t('cards.uploading', { name }),
        lead: t('cards.uploadingLead', { count: state.filesLeft }),
      }
    case 'away':
      return { title: t('cards.away', { name }), lead: awayLead(t, state.filesLeft) }
    case 'checking':
      return { title: t('cards.checking', { name }), lead: checkingLead(state, t) }
    case 'safe':
      return safeText(row, state.atMs, state.leftOut, t)
    case 'unsafe':
      return {
        title: t('cards.unsafe', { name }),
        lead: t('cards.unsafeLead', { reasons: reasonsText(state.findings, t) }),
      }
    case 'unknown':
      return { title: t('cards.unknown', { name }), lead: errorText(state.error) }
    case 'ejecting':
      return { title: t('cards.ejecting', { name }), lead: '' }
  }
}

function awayLead(t: Translate, filesLeft: number): string {
  return filesLeft === 0 ? t('cards.awayUnproven') : t('cards.awayLead', { count: filesLeft })
}

function foundLead({ found }: CardRow, { place, presetName }: CardPlan, t: Translate): string {
  if (found === null) return t('cards.counting')
  const content = contentText(found, t)
  if (found.files === 0) return content
  return presetName === null
    ? t('cards.foundLead', { content, place })
    : t('cards.foundCopies', { content, preset: presetName })
}

function contentText({ files, bytes }: NonNullable<CardRow['found']>, t: Translate): string {
  return t('cards.content', { count: files, size: formatBytes(bytes) })
}

function checkingLead(state: Extract<CardRow['state'], { phase: 'checking' }>, t: Translate): string {
  if (state.waiting) return t('cards.checkingWaits')
  const [bytes, total] = [formatBytes(state.readBytes), formatBytes(state.bytes)]
  return t('cards.checkingLead', { files: state.checkedFiles, of: state.files, bytes, total })
}

function safeText(
  { name, connected, found }: CardRow,
  atMs: number,
  leftOut: number,
  t: Translate,
): CardText {
  if (!connected)
    return { title: t('cards.wasSafe', { name, time: formatMoment(atMs) }), lead: t('cards.wasSafeLead') }
  const content = found === null ? '' : contentText(found, t)
  const lead = t('cards.safeLead', { content, time: formatTime(atMs) })
  const rest = leftOut > 0 ? ` ${t('cards.safeLeftOut', { count: leftOut })}` : ''
  return { title: t('cards.safe', { name }), lead: `${lead}${rest}` }
}

function reasonsText({ counts }: UnsafeFindings, t: Translate): string {
  return unsafeReasons
    .flatMap((reason) => {
      const count = counts[reason] ?? 0
      return count > 0 ? [t(`cards.reasons.${reason}`, { count })] : []
    })
    .join(' · ')
}
