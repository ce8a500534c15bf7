/** Facts about the app that this window is connected to, read at every connect, and its settings, which the feed keeps up to date. */
import { create } from 'zustand'
import type { AppInfo } from '../../shared/answers.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'

interface AppState {
  /** Null before the first connect. */
  readonly info: AppInfo | null
  readonly settings: Settings
  /** False while the settings are still the defaults of a window that has not been told. */
  readonly settingsKnown: boolean
}

export const useApp = create<AppState>(() => ({
  info: null,
  settings: defaultSettings,
  settingsKnown: false,
}))

/** Must be called with every event of the feed. */
export function receiveSettings({ settings }: FeedEvent): void {
  if (settings !== undefined) useApp.setState({ settings, settingsKnown: true })
}
