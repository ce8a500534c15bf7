/** Opens the app in the background when the person logs in: by the system's list, on Linux by an XDG autostart file. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { app } from 'electron'

/** What a start at login is told by; `wasOpenedHidden` reads it. */
export const hiddenFlag = '--hidden'

/** In development nothing is registered: it would be Electron itself. */
export function setLoginItem(wanted: boolean): void {
  if (!app.isPackaged) return
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: wanted, args: [hiddenFlag] })
    return
  }
  const file = join(app.getPath('appData'), 'autostart', 'photoferry.desktop')
  if (!wanted) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(dirname(file), { recursive: true })
  // An AppImage runs from a folder that is another at each start.
  writeFileSync(file, autostartEntry(process.env.APPIMAGE ?? process.execPath))
}

/** Whether the system opened the app at login: without its window. */
export function wasOpenedHidden(): boolean {
  if (app.commandLine.hasSwitch(hiddenFlag.slice(2))) return true
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin
}

/** Desktop Application Autostart Specification 0.5; quoting as in the Desktop Entry Specification, "The Exec key". */
function autostartEntry(program: string): string {
  // A backslash before each character that a shell would read, that doubled again as in every string, and %% for %.
  const quoted = program
    .replace(/["`$\\]/g, '\\$&')
    .replace(/\\/g, '\\\\')
    .replace(/%/g, '%%')
  return `[Desktop Entry]\nType=Application\nName=PhotoFerry\nExec="${quoted}" ${hiddenFlag}\nIcon=photoferry\n`
}
