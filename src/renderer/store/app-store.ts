/** Facts about the app that answers and the settings it keeps; read anew at every connect. */
import { create } from 'zustand'
import type { AppInfo } from '../../shared/answers.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'

interface AppState {
  readonly info: AppInfo | null
  readonly settings: Settings
}

export const useApp = create<AppState>(() => ({ info: null, settings: defaultSettings }))
