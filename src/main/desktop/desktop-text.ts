/** The desktop's own texts in the languages of the window: notifications, dialogs, the question when quitting, the tray. */
import { app } from 'electron'
import { type NotSentReason, type Outcome, reasonsOf } from '../../shared/outcome.ts'
import type { Settings } from '../../shared/settings.ts'

interface NotificationText {
  readonly title: string
  readonly body: string
}

interface PickerText {
  readonly title: string
  readonly button: string
}

export interface DesktopText {
  /** Of a finished batch. */
  readonly batch: (name: string, outcome: Outcome) => NotificationText
  /** Stored, still to do, and every reason why something is not stored: together what was dropped. */
  readonly counts: (outcome: Outcome) => string
  readonly pickers: Readonly<Record<'files' | 'folder' | 'library', PickerText>>
  readonly quit: {
    readonly message: (files: number) => string
    readonly detail: string
    readonly finish: string
    readonly stop: string
    readonly cancel: string
  }
  readonly tray: {
    /** @param percent 0 to 100, whole */
    readonly progress: (outcome: Outcome, percent: number) => string
    readonly open: string
    readonly quit: string
  }
}

const englishNumber = new Intl.NumberFormat('en')
const englishReasons: Readonly<Record<NotSentReason, string>> = {
  failed: 'failed',
  empty: 'empty',
  skipped: 'skipped by your rules',
  canceled: 'canceled',
  removed: 'removed from the list',
}

function englishCounts({ stored, dropped, toDo, notSent }: Outcome): string {
  const number = englishNumber.format
  return [
    `${number(stored)} of ${number(dropped)} ${dropped === 1 ? 'file' : 'files'} stored`,
    ...(toDo > 0 ? [`${number(toDo)} still to do`] : []),
    ...reasonsOf({ notSent }).map(({ reason, count }) => `${number(count)} ${englishReasons[reason]}`),
  ].join(' · ')
}

function englishBatch(name: string, outcome: Outcome): NotificationText {
  const { stored, copies, level } = outcome
  if (level === 'failed') return { title: `${name} needs attention`, body: `${englishCounts(outcome)}.` }
  if (level !== 'all-stored') {
    return { title: `${name}: not everything is stored`, body: `${englishCounts(outcome)}.` }
  }
  const number = englishNumber.format
  const body =
    stored === 1 ? '1 file is stored and verified.' : `${number(stored)} files are stored and verified.`
  const ofCopies =
    copies === 1
      ? ' 1 of them is a copy; its original was not uploaded.'
      : ` ${number(copies)} of them are copies; their originals were not uploaded.`
  return { title: `${name} is uploaded`, body: copies > 0 ? body + ofCopies : body }
}

const english: DesktopText = {
  batch: englishBatch,
  counts: englishCounts,
  pickers: {
    files: { title: 'Add files', button: 'Add' },
    folder: { title: 'Add folders', button: 'Add' },
    library: { title: 'Choose a folder', button: 'Choose' },
  },
  quit: {
    message: (files) =>
      files === 1 ? '1 file is not uploaded yet.' : `${files} files are not uploaded yet.`,
    detail:
      'If you quit now, uploading resumes the next time you open PhotoFerry. If you finish first, PhotoFerry uploads in the background and then quits; open it again to bring back its window.',
    finish: 'Finish, then quit',
    stop: 'Quit now',
    cancel: 'Cancel',
  },
  tray: {
    progress: (outcome, percent) => `${percent}% uploaded: ${englishCounts(outcome)}`,
    open: 'Open PhotoFerry',
    quit: 'Quit now',
  },
}

const chineseNumber = new Intl.NumberFormat('zh-CN')
const chineseReasons: Readonly<Record<NotSentReason, string>> = {
  failed: '失败',
  empty: '为空文件',
  skipped: '按您的规则跳过',
  canceled: '已取消',
  removed: '已移出列表',
}

function chineseCounts({ stored, dropped, toDo, notSent }: Outcome): string {
  const number = chineseNumber.format
  return [
    `已存储 ${number(stored)}/${number(dropped)} 个文件`,
    ...(toDo > 0 ? [`${number(toDo)} 个待上传`] : []),
    ...reasonsOf({ notSent }).map(({ reason, count }) => `${number(count)} 个${chineseReasons[reason]}`),
  ].join(' · ')
}

function chineseBatch(name: string, outcome: Outcome): NotificationText {
  const { stored, copies, level } = outcome
  if (level === 'failed') return { title: `“${name}”需要处理`, body: `${chineseCounts(outcome)}。` }
  if (level !== 'all-stored') return { title: `“${name}”未全部存储`, body: `${chineseCounts(outcome)}。` }
  const number = chineseNumber.format
  const ofCopies = copies > 0 ? `其中 ${number(copies)} 个为副本，其原文件未上传。` : ''
  return { title: `“${name}”已上传完成`, body: `${number(stored)} 个文件已存储并通过校验。${ofCopies}` }
}

const chinese: DesktopText = {
  batch: chineseBatch,
  counts: chineseCounts,
  pickers: {
    files: { title: '添加文件', button: '添加' },
    folder: { title: '添加文件夹', button: '添加' },
    library: { title: '选择文件夹', button: '选择' },
  },
  quit: {
    message: (files) => `还有 ${files} 个文件未上传。`,
    detail:
      '如果现在退出，下次打开 PhotoFerry 时会从中断处继续上传。如果选择完成后退出，PhotoFerry 会在后台上传，全部完成后自动退出；再次打开 PhotoFerry 即可回到窗口。',
    finish: '完成后退出',
    stop: '立即退出',
    cancel: '取消',
  },
  tray: {
    progress: (outcome, percent) => `已上传 ${percent}%：${chineseCounts(outcome)}`,
    open: '打开 PhotoFerry',
    quit: '立即退出',
  },
}

/** @param language as in the settings; `auto` follows the system */
export function desktopText(language: Settings['language']): DesktopText {
  const spoken = language === 'auto' ? app.getLocale() : language
  return spoken.startsWith('zh') ? chinese : english
}
