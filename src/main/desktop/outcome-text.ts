/** What files come to, in the desktop's own words: for notifications, the tray and the question when quitting. Knows no Electron. */
import { formatBytes } from '../../shared/byte-size.ts'
import type { HistoryEntry } from '../../shared/history.ts'
import { type NotSentReason, type Outcome, reasonsOf, type Unfinished } from '../../shared/outcome.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'

interface NotificationText {
  readonly title: string
  readonly body: string
}

/** What was stored of a batch, bytes, and how long that took, ms. */
type Amount = Pick<HistoryEntry, 'bytes' | 'activeMs'>

export interface OutcomeText {
  /** Of a finished batch: the same as the window says of it. */
  readonly batch: (name: string, outcome: Outcome, amount: Amount) => NotificationText
  /** Stored, still to do, and every reason why something is not stored: together what was dropped. */
  readonly counts: (outcome: Outcome, unfinished?: Unfinished) => string
}

const englishNumber = new Intl.NumberFormat('en')
const englishReasons: Readonly<Record<NotSentReason, string>> = {
  failed: 'failed',
  empty: 'empty',
  skipped: 'skipped by your rules',
  canceled: 'canceled',
  removed: 'removed from the list',
  neverArrived: 'never arrived',
  unread: 'not read to the end',
}

function englishCounts(
  { stored, dropped, toDo, notSent }: Outcome,
  { scanning = false, checking = false }: Unfinished = {},
): string {
  const number = englishNumber.format
  return [
    `${number(stored)} of ${number(dropped)} ${dropped === 1 ? 'file' : 'files'} stored`,
    ...(toDo > 0 ? [`${number(toDo)} still to do`] : []),
    ...reasonsOf({ notSent }).map(({ reason, count }) => `${number(count)} ${englishReasons[reason]}`),
    ...(scanning ? ['still adding files'] : []),
    ...(checking && toDo === 0 ? ['checking the originals once more'] : []),
  ].join(' · ')
}

/** `41.4 MB in 19 s`, in the units of the window. */
function englishAmount({ bytes, activeMs }: Amount): string {
  const { amount, unit } = roundDuration(activeMs)
  return `${formatBytes(bytes)} in ${englishNumber.format(amount)} ${unit}`
}

function roundDuration(ms: number): { readonly amount: number; readonly unit: 's' | 'min' } {
  const seconds = Math.max(1, Math.round(ms / 1000))
  return seconds < 90 ? { amount: seconds, unit: 's' } : { amount: Math.round(seconds / 60), unit: 'min' }
}

function englishBatch(folder: string, outcome: Outcome, amount: Amount): NotificationText {
  const name = escapeControls(folder)
  const { stored, copies, level } = outcome
  const took = outcome.stored > 0 ? ` · ${englishAmount(amount)}` : ''
  if (level === 'failed')
    return { title: `${name} needs attention`, body: `${englishCounts(outcome)}${took}.` }
  if (level !== 'all-stored') {
    return { title: `${name}: not everything is stored`, body: `${englishCounts(outcome)}${took}.` }
  }
  const number = englishNumber.format
  const body =
    stored === 1 ? '1 file is stored and verified.' : `${number(stored)} files are stored and verified.`
  const ofCopies =
    copies === 1
      ? ' 1 of them is a copy; its original was not uploaded.'
      : ` ${number(copies)} of them are copies; their originals were not uploaded.`
  const whole = `${body} ${englishAmount(amount)}.`
  return { title: `${name} is uploaded`, body: copies > 0 ? whole + ofCopies : whole }
}

export const englishOutcome: OutcomeText = { batch: englishBatch, counts: englishCounts }

const chineseNumber = new Intl.NumberFormat('zh-CN')
const chineseReasons: Readonly<Record<NotSentReason, string>> = {
  failed: '失败',
  empty: '为空文件',
  skipped: '按您的规则跳过',
  canceled: '已取消',
  removed: '已移出列表',
  neverArrived: '未送达',
  unread: '未读取完',
}

function chineseCounts(
  { stored, dropped, toDo, notSent }: Outcome,
  { scanning = false, checking = false }: Unfinished = {},
): string {
  const number = chineseNumber.format
  return [
    `已存储 ${number(stored)}/${number(dropped)} 个文件`,
    ...(toDo > 0 ? [`${number(toDo)} 个待上传`] : []),
    ...reasonsOf({ notSent }).map(({ reason, count }) => `${number(count)} 个${chineseReasons[reason]}`),
    ...(scanning ? ['仍在添加文件'] : []),
    ...(checking && toDo === 0 ? ['正在再次核对原文件'] : []),
  ].join(' · ')
}

function chineseAmount({ bytes, activeMs }: Amount): string {
  const { amount, unit } = roundDuration(activeMs)
  return `${formatBytes(bytes)}，用时 ${chineseNumber.format(amount)} ${unit === 's' ? '秒' : '分钟'}`
}

function chineseBatch(folder: string, outcome: Outcome, amount: Amount): NotificationText {
  const name = escapeControls(folder)
  const { stored, copies, level } = outcome
  const took = outcome.stored > 0 ? ` · ${chineseAmount(amount)}` : ''
  if (level === 'failed') return { title: `“${name}”需要处理`, body: `${chineseCounts(outcome)}${took}。` }
  if (level !== 'all-stored')
    return { title: `“${name}”未全部存储`, body: `${chineseCounts(outcome)}${took}。` }
  const number = chineseNumber.format
  const ofCopies = copies > 0 ? `其中 ${number(copies)} 个为副本，其原文件未上传。` : ''
  return {
    title: `“${name}”已上传完成`,
    body: `${number(stored)} 个文件已存储并通过校验。${chineseAmount(amount)}。${ofCopies}`,
  }
}

export const chineseOutcome: OutcomeText = { batch: chineseBatch, counts: chineseCounts }
