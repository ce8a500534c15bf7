/** The words of the application's menu in the languages of the window. */

import type { Settings } from '../../shared/settings.ts'
import { languageOf } from './desktop-text.ts'

const english = {
  file: 'File',
  addFiles: 'Add files…',
  addFolder: 'Add folder…',
  settings: 'Settings…',
  close: 'Close window',
  quit: 'Quit PhotoFerry',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  uploads: 'Uploads',
  pauseAll: 'Pause all',
  resumeAll: 'Resume all',
  history: 'History…',
  view: 'View',
  actualSize: 'Actual size',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fullScreen: 'Full screen',
  window: 'Window',
  minimize: 'Minimize',
  help: 'Help',
  shortcuts: 'Keyboard shortcuts',
  library: 'Show library folder',
  logs: 'Show logs',
  diagnostics: 'Save diagnostics…',
  about: 'About PhotoFerry',
  hide: 'Hide PhotoFerry',
  hideOthers: 'Hide others',
  showAll: 'Show all',
}
export type MenuText = Readonly<typeof english>

const chinese: MenuText = {
  file: '文件',
  addFiles: '添加文件…',
  addFolder: '添加文件夹…',
  settings: '设置…',
  close: '关闭窗口',
  quit: '退出 PhotoFerry',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  uploads: '上传',
  pauseAll: '全部暂停',
  resumeAll: '全部继续',
  history: '历史记录…',
  view: '显示',
  actualSize: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  window: '窗口',
  minimize: '最小化',
  help: '帮助',
  shortcuts: '键盘快捷键',
  library: '打开照片库文件夹',
  logs: '打开日志文件夹',
  diagnostics: '保存诊断信息…',
  about: '关于 PhotoFerry',
  hide: '隐藏 PhotoFerry',
  hideOthers: '隐藏其他',
  showAll: '全部显示',
}

/** @param language as in the settings; `auto` follows the system */
export function menuText(language: Settings['language']): MenuText {
  return languageOf(language) === 'zh-CN' ? chinese : english
}
