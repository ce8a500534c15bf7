/** Chooses how this window reaches PhotoFerry: the preload script's functions, or else the page's WebSocket. */
import type { Bridge } from '../../shared/bridge.ts'
import { DesktopBridge } from './preload-bridge.ts'
import { takeToken } from './token.ts'
import { BrowserBridge } from './websocket-bridge.ts'

export interface ConnectedBridge {
  readonly bridge: Bridge
  readonly mode: 'desktop' | 'browser'
  /** Tries to reconnect without waiting. */
  readonly tryNow: () => void
}

export function connectBridge(): ConnectedBridge {
  if (window.photoferry !== undefined) {
    return { bridge: new DesktopBridge(window.photoferry), mode: 'desktop', tryNow: () => undefined }
  }
  const bridge = new BrowserBridge()
  bridge.connectWith(takeToken())
  // Pasting the printed URL into a tab that shows the page already changes the fragment only: no reload happens.
  window.addEventListener('hashchange', () => bridge.connectWith(takeToken()))
  // A laptop that wakes up should not sit out a pause that was planned before it slept.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') bridge.tryNow()
  })
  return { bridge, mode: 'browser', tryNow: () => bridge.tryNow() }
}
