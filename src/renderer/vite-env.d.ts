/** What the build adds to the language (CSS modules) and what the preload script adds to the window. */
/// <reference types="vite/client" />

interface Window {
  /** Present in the desktop app only; in browser mode the page talks over a WebSocket. */
  readonly photoferry?: import('../shared/ipc.ts').PreloadApi
}
