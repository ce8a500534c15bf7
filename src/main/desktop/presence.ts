/** How the running app shows itself: its menu, its window or, without that, the tray icon; and how it ends. */
import { app } from 'electron'
import type { UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import type { MainWindow } from './main-window.ts'
import type { AppMenu } from './menu.ts'
import { QuitFlow } from './quit-flow.ts'
import { SystemStatus } from './system-status.ts'
import { TrayIcon } from './tray-icon.ts'

export interface PresenceOptions {
  readonly client: Client
  readonly window: MainWindow
  readonly menu: Pick<AppMenu, 'update'>
  /** Absolute path of the app's icon as a PNG. */
  readonly icon: string
  /** As in `TrayIconOptions`. */
  readonly trayTemplate: string
  readonly report: (error: UploadError) => void
  /** Called right before the app exits. @param isWanted whether somebody wanted its window while it was ending */
  readonly onExit: (isWanted: boolean) => void
}

export interface Presence {
  /** Brings the window to the front; the app that was about to quit goes on. */
  readonly show: () => void
  /** Goes on without a window. */
  readonly hide: () => void
}

export function createPresence({
  client,
  window,
  menu,
  icon,
  trayTemplate,
  report,
  onExit,
}: PresenceOptions): Presence {
  const settings = () => client.settings.current
  const status = new SystemStatus({ settings, window: () => window.current, report })
  client.feed.watch((overview) => {
    status.update(overview)
    tray.update(overview)
    menu.update()
  })
  const showWindow = () => {
    tray.hide()
    window.show()
  }
  let isWanted = false
  const show = () => {
    // A window that is about to go would only show that it is.
    isWanted = quitFlow.isStopping
    if (isWanted) return
    quitFlow.cancel()
    showWindow()
  }
  const isFinishing = () => quitFlow.isFinishing
  const onQuit = () => app.quit()
  const tray = new TrayIcon({ icon, template: trayTemplate, settings, isFinishing, onOpen: show, onQuit })
  const quitFlow = new QuitFlow({
    client,
    progress: () => client.feed.overview(),
    icon,
    report,
    onCancel: showWindow,
    onBackground: () => tray.show(),
    onStop: () => {
      status.end()
      tray.hide()
    },
    onExit: () => onExit(isWanted),
  })
  return { show, hide: () => tray.show() }
}
