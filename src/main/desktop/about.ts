/** Says which version this is, with what it was built, and where a newer one would be. */
import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { Settings } from '../../shared/settings.ts'
import { desktopText } from './desktop-text.ts'

/**
 * @param version PhotoFerry's own
 * @param icon absolute path of the app's icon as a PNG
 * @param parent the window it belongs to; null while none is open
 */
export async function showAbout(
  version: string,
  icon: string,
  language: Settings['language'],
  parent: BrowserWindow | null,
): Promise<void> {
  const { about } = desktopText(language)
  const { electron, chrome, node } = process.versions
  const box: MessageBoxOptions = {
    type: 'info',
    title: 'PhotoFerry',
    icon,
    message: about.message(version),
    detail: `Electron ${electron} · Chromium ${chrome} · Node ${node}\n\n${about.detail}`,
    buttons: [about.close],
  }
  await (parent === null ? dialog.showMessageBox(box) : dialog.showMessageBox(parent, box))
}
