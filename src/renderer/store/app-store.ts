/** Facts about the app that this window is connected to, and its settings; read again at every connect. */
import { create } from 'zustand'
import type { AppInfo } from '../../shared/answers.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'

interface AppState {
  /** Null before the first connect. */
  readonly info: AppInfo | null
  readonly settings: Settings
}

export const useApp = create<AppState>(() => ({ info: null, settings: defaultSettings }))
