/** Declares what the build adds to the language (CSS modules) and what the preload script adds to the window. */
/// <reference types="vite/client" />

interface Window {
  /** Only in the desktop app; in browser mode the page uses a WebSocket. */
  readonly photoferry?: import('../shared/preload-api.ts').PreloadApi
}
