/** Picks the way to PhotoFerry: the preload script's functions in the desktop app, a WebSocket in a browser. */
import type { Bridge } from '../../shared/bridge.ts'
import { readKey } from './page-session.ts'
import { PreloadBridge } from './preload-bridge.ts'
import { WebSocketBridge } from './websocket-bridge.ts'

interface Connected {
  readonly bridge: Bridge
  /** Reconnects without waiting for the next scheduled attempt. */
  readonly tryNow: () => void
}

/** The desktop app adds dropped files by their paths; a page cannot see paths and uploads the bytes. */
export type ConnectedBridge = Connected &
  (
    | {
        readonly mode: 'desktop'
        readonly addFiles: PreloadBridge['addFiles']
        readonly onMenu: PreloadBridge['onMenu']
      }
    | { readonly mode: 'browser'; readonly uploadFile: WebSocketBridge['uploadFile'] }
  )

export function connectBridge(): ConnectedBridge {
  if (window.photoferry !== undefined) {
    const bridge = new PreloadBridge(window.photoferry)
    return {
      bridge,
      mode: 'desktop',
      tryNow: () => undefined,
      addFiles: (files) => bridge.addFiles(files),
      onMenu: (listener) => bridge.onMenu(listener),
    }
  }
  const bridge = new WebSocketBridge()
  bridge.connectWith(readKey())
  // Pasting the printed URL into a tab that already shows the page only changes the fragment: nothing reloads.
  window.addEventListener('hashchange', () => {
    const key = readKey()
    if (key !== null) bridge.connectWith(key)
  })
  // A laptop that wakes up should not sit out a pause that was planned before it slept.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') bridge.tryNow()
  })
  return {
    bridge,
    mode: 'browser',
    tryNow: () => bridge.tryNow(),
    uploadFile: (...file) => bridge.uploadFile(...file),
  }
}
