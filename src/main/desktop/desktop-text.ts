/** What the desktop says outside its window, in the languages of the window: notifications, the question at quitting, the tray. */
import { app } from 'electron'
import type { Settings } from '../../shared/settings.ts'

export interface DesktopWords {
  readonly batchDone: (name: string, files: number) => { readonly title: string; readonly body: string }
  readonly batchNeedsYou: (name: string, failed: number) => { readonly title: string; readonly body: string }
  readonly quit: {
    readonly message: (files: number) => string
    readonly detail: string
    readonly finish: string
    readonly stop: string
    readonly cancel: string
  }
  /** Of the tray's icon, while no window is open. */
  readonly background: {
    readonly progress: (files: number, percent: number) => string
    readonly open: string
    readonly quit: string
  }
}

const english: DesktopWords = {
  batchDone: (name, files) => ({
    title: `${name} is safe`,
    body: files === 1 ? '1 file is stored and verified.' : `${files} files are stored and verified.`,
  }),
  batchNeedsYou: (name, failed) => ({
    title: `${name} needs you`,
    body: failed === 1 ? '1 file could not be sent.' : `${failed} files could not be sent.`,
  }),
  quit: {
    message: (files) =>
      files === 1 ? '1 file is still to be sent.' : `${files} files are still to be sent.`,
    detail:
      'What is stopped now goes on from there at the next start; nothing is lost. To finish, PhotoFerry goes on without its window: open it again to come back.',
    finish: 'Finish, then quit',
    stop: 'Quit now',
    cancel: 'Keep PhotoFerry open',
  },
  background: {
    progress: (files, percent) =>
      files === 1
        ? `1 file is still to be sent, ${percent} %`
        : `${files} files are still to be sent, ${percent} %`,
    open: 'Open PhotoFerry',
    quit: 'Quit now',
  },
}

const chinese: DesktopWords = {
  batchDone: (name, files) => ({ title: `“${name}”已安全保存`, body: `${files} 个文件已存储并校验。` }),
  batchNeedsYou: (name, failed) => ({ title: `“${name}”需要处理`, body: `${failed} 个文件未能上传。` }),
  quit: {
    message: (files) => `还有 ${files} 个文件未上传。`,
    detail:
      '现在停止的上传会在下次启动时从断点继续，不会丢失任何内容。若选择完成后退出，PhotoFerry 会在后台继续，再次打开即可回到窗口。',
    finish: '完成后退出',
    stop: '立即退出',
    cancel: '不退出',
  },
  background: {
    progress: (files, percent) => `还有 ${files} 个文件未上传，已完成 ${percent}%`,
    open: '打开 PhotoFerry',
    quit: '立即退出',
  },
}

/** @param language as the settings have it; `auto` follows the system */
export function desktopWords(language: Settings['language']): DesktopWords {
  const spoken = language === 'auto' ? app.getLocale() : language
  return spoken.startsWith('zh') ? chinese : english
}
