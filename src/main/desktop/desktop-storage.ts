/** Opens the journal's files with electron-store; the only place that may, since it imports electron. */
import Store from 'electron-store'
import { type CreateStore, storeHabits } from '../journal/json-store.ts'

/** Same files and habits as conf, its base class, has in browser mode. */
export const createDesktopStore: CreateStore = ({ cwd, name }) =>
  new Store<Record<string, unknown>>({ ...storeHabits, cwd, name })
