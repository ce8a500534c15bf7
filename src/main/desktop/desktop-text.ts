/** The desktop's own texts in the languages of the window: notifications, dialogs, the question when quitting, the tray. */
import { app } from 'electron'
import type { Outcome, Unfinished } from '../../shared/outcome.ts'
import type { Settings } from '../../shared/settings.ts'
import { chineseOutcome, englishOutcome, type OutcomeText } from './outcome-text.ts'

interface PickerText {
  readonly title: string
  readonly button: string
}

export interface DesktopText extends OutcomeText {
  readonly pickers: Readonly<Record<'files' | 'folder' | 'library', PickerText>>
  readonly quit: {
    /** @param files still to do; 0 while folders are being read or originals checked */
    readonly message: (files: number) => string
    /** Before the message where there are more files than at the first question. */
    readonly more: string
    /** Where a drop waits for its review. */
    readonly unanswered: string
    readonly detail: string
    readonly finish: string
    readonly stop: string
    readonly cancel: string
  }
  readonly about: {
    readonly message: (version: string) => string
    readonly detail: string
    readonly close: string
  }
  readonly tray: {
    /** @param percent 0 to 100, whole */
    readonly progress: (outcome: Outcome, percent: number, unfinished: Unfinished) => string
    readonly open: string
    readonly quit: string
    /** While it would quit by itself once everything is uploaded. */
    readonly quitNow: string
  }
}

const english: DesktopText = {
  ...englishOutcome,
  pickers: {
    files: { title: 'Add files', button: 'Add' },
    folder: { title: 'Add folders', button: 'Add' },
    library: { title: 'Choose a folder', button: 'Choose' },
  },
  quit: {
    message: (files) => {
      if (files === 0) return 'PhotoFerry is still adding files or checking originals.'
      return files === 1 ? '1 file is not uploaded yet.' : `${files} files are not uploaded yet.`
    },
    more: 'More files have arrived since you were asked.',
    unanswered:
      'What you added last is not on the list yet: it waits for your answer in the window, and without one it will not be uploaded.',
    detail:
      'If you quit now, uploading resumes the next time you open PhotoFerry. If you finish first, PhotoFerry uploads in the background and then quits; open it again to bring back its window.',
    finish: 'Finish, then quit',
    stop: 'Quit now',
    cancel: 'Cancel',
  },
  about: {
    message: (version) => `PhotoFerry ${version}`,
    detail:
      'PhotoFerry doesn’t look for new versions by itself: get them where you got this one. What you have uploaded, and what is still to do, stays when you install a newer version.',
    close: 'Close',
  },
  tray: {
    progress: (outcome, percent, unfinished) =>
      `${percent}% uploaded: ${englishOutcome.counts(outcome, unfinished)}`,
    open: 'Open PhotoFerry',
    quit: 'Quit PhotoFerry',
    quitNow: 'Quit now',
  },
}

const chinese: DesktopText = {
  ...chineseOutcome,
  pickers: {
    files: { title: '添加文件', button: '添加' },
    folder: { title: '添加文件夹', button: '添加' },
    library: { title: '选择文件夹', button: '选择' },
  },
  quit: {
    message: (files) =>
      files === 0 ? 'PhotoFerry 仍在添加文件或核对原文件。' : `还有 ${files} 个文件未上传。`,
    more: '在您确认期间又有新文件加入。',
    unanswered: '您最后添加的内容尚未加入列表，正在窗口中等待您确认；如不确认，将不会上传。',
    detail:
      '如果现在退出，下次打开 PhotoFerry 时会从中断处继续上传。如果选择完成后退出，PhotoFerry 会在后台上传，全部完成后自动退出；再次打开 PhotoFerry 即可回到窗口。',
    finish: '完成后退出',
    stop: '立即退出',
    cancel: '取消',
  },
  about: {
    message: (version) => `PhotoFerry ${version}`,
    detail:
      'PhotoFerry 不会自行检查新版本，请在获取本版本的地方查看。安装新版本后，已上传的内容和尚未完成的任务都会保留。',
    close: '关闭',
  },
  tray: {
    progress: (outcome, percent, unfinished) =>
      `已上传 ${percent}%：${chineseOutcome.counts(outcome, unfinished)}`,
    open: '打开 PhotoFerry',
    quit: '退出 PhotoFerry',
    quitNow: '立即退出',
  },
}

/** @param language as in the settings; `auto` follows the system */
export function desktopText(language: Settings['language']): DesktopText {
  return languageOf(language) === 'zh-CN' ? chinese : english
}

/** The language that is spoken. @param language as in the settings; `auto` follows the system */
export function languageOf(language: Settings['language']): Exclude<Settings['language'], 'auto'> {
  const spoken = language === 'auto' ? app.getLocale() : language
  return spoken.startsWith('zh') ? 'zh-CN' : 'en'
}
