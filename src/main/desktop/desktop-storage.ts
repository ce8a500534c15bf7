/** How the desktop app stores its JSON files: by electron-store. */
import Store from 'electron-store'
import { type CreateStore, storeHabits } from '../journal/json-store.ts'

/** Writes the same files as conf, electron-store's base class, does in browser mode. */
export const createDesktopStore: CreateStore = ({ cwd, name }) =>
  new Store<Record<string, unknown>>({ ...storeHabits, cwd, name })
