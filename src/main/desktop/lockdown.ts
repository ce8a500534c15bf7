/** Denies every page what PhotoFerry's window never needs: permissions, other pages, other windows. */
import { app, session } from 'electron'

/** Denies all permissions that a page may ask for, such as camera, location or notifications. */
export function denyPermissions(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  defaultSession.setPermissionCheckHandler(() => false)
  defaultSession.setDevicePermissionHandler(() => false)
}

/**
 * Keeps every window on its page: a link, a dropped file or a script cannot lead it elsewhere or open another.
 * Pages that this process loads, as the window does when it opens, are not affected.
 */
export function denyNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-frame-navigate', (details) => {
      // A reload, as in development, leads nowhere else.
      const isReload = details.isMainFrame && details.url === contents.getURL()
      if (!isReload) details.preventDefault()
    })
    contents.on('will-redirect', (details) => details.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}
