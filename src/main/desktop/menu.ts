/** The application's menu, in the language that is set: what is done with files, the uploads, the window and help. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../shared/preload-api.ts'
import type { Settings } from '../../shared/settings.ts'
import { type MenuText, menuText } from './menu-text.ts'

export interface MenuOptions {
  readonly settings: () => Settings
  /** Has the window's page do it. */
  readonly onCommand: (command: MenuCommand) => void
  readonly onPauseAll: () => void
  readonly onResumeAll: () => void
  readonly onShowLibrary: () => void
  readonly onShowLogs: () => void
  readonly onSaveDiagnostics: () => void
  readonly onAbout: () => void
}

const separator: MenuItemConstructorOptions = { type: 'separator' }
const isMac = process.platform === 'darwin'

export class AppMenu {
  readonly #options: MenuOptions
  #shown: MenuText | null = null

  constructor(options: MenuOptions) {
    this.#options = options
    this.update()
  }

  /** Shows it in the language that is set now. */
  update(): void {
    const text = menuText(this.#options.settings().language)
    if (text === this.#shown) return
    this.#shown = text
    Menu.setApplicationMenu(Menu.buildFromTemplate(templateOf(text, this.#options)))
  }
}

function templateOf(text: MenuText, options: MenuOptions): MenuItemConstructorOptions[] {
  return [
    ...(isMac ? [macMenu(text, options)] : []),
    fileMenu(text, options),
    editMenu(text),
    uploadsMenu(text, options),
    viewMenu(text),
    { label: text.window, role: 'window', submenu: [{ label: text.minimize, role: 'minimize' }] },
    helpMenu(text, options),
  ]
}

function settingsItem(text: MenuText, { onCommand }: MenuOptions): MenuItemConstructorOptions {
  return { label: text.settings, accelerator: 'CmdOrCtrl+,', click: () => onCommand('settings') }
}

/** Where the menus of Macs have what concerns the app as a whole. */
function macMenu(text: MenuText, options: MenuOptions): MenuItemConstructorOptions {
  return {
    label: 'PhotoFerry',
    submenu: [
      { label: text.about, click: options.onAbout },
      separator,
      settingsItem(text, options),
      separator,
      { label: text.hide, role: 'hide' },
      { label: text.hideOthers, role: 'hideOthers' },
      { label: text.showAll, role: 'unhide' },
      separator,
      { label: text.quit, role: 'quit' },
    ],
  }
}

function fileMenu(text: MenuText, options: MenuOptions): MenuItemConstructorOptions {
  const { onCommand } = options
  const elsewhere: MenuItemConstructorOptions[] = [
    separator,
    settingsItem(text, options),
    separator,
    { label: text.quit, role: 'quit' },
  ]
  return {
    label: text.file,
    submenu: [
      { label: text.addFiles, accelerator: 'CmdOrCtrl+O', click: () => onCommand('add-files') },
      { label: text.addFolder, accelerator: 'CmdOrCtrl+Shift+O', click: () => onCommand('add-folder') },
      separator,
      { label: text.close, role: 'close' },
      ...(isMac ? [] : elsewhere),
    ],
  }
}

/** Its shortcuts work in text fields only where the menu names them. */
function editMenu(text: MenuText): MenuItemConstructorOptions {
  return {
    label: text.edit,
    submenu: [
      { label: text.undo, role: 'undo' },
      { label: text.redo, role: 'redo' },
      separator,
      { label: text.cut, role: 'cut' },
      { label: text.copy, role: 'copy' },
      { label: text.paste, role: 'paste' },
      { label: text.selectAll, role: 'selectAll' },
    ],
  }
}

function uploadsMenu(
  text: MenuText,
  { onCommand, onPauseAll, onResumeAll }: MenuOptions,
): MenuItemConstructorOptions {
  return {
    label: text.uploads,
    submenu: [
      { label: text.pauseAll, click: onPauseAll },
      { label: text.resumeAll, click: onResumeAll },
      separator,
      { label: text.history, click: () => onCommand('history') },
    ],
  }
}

/** Reload and the developer tools are for development: to a user, a reload looks like a lost queue. */
function viewMenu(text: MenuText): MenuItemConstructorOptions {
  const development: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    separator,
  ]
  return {
    label: text.view,
    submenu: [
      ...(app.isPackaged ? [] : development),
      { label: text.actualSize, role: 'resetZoom' },
      { label: text.zoomIn, role: 'zoomIn' },
      { label: text.zoomOut, role: 'zoomOut' },
      separator,
      { label: text.fullScreen, role: 'togglefullscreen' },
    ],
  }
}

function helpMenu(text: MenuText, options: MenuOptions): MenuItemConstructorOptions {
  const { onCommand, onShowLibrary, onShowLogs, onSaveDiagnostics, onAbout } = options
  return {
    label: text.help,
    role: 'help',
    submenu: [
      { label: text.shortcuts, click: () => onCommand('shortcuts') },
      { label: text.library, click: onShowLibrary },
      separator,
      { label: text.logs, click: onShowLogs },
      { label: text.diagnostics, click: onSaveDiagnostics },
      ...(isMac ? [] : [separator, { label: text.about, click: onAbout }]),
    ],
  }
}
