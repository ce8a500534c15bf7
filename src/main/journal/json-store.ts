/** One JSON file that is replaced atomically; electron-store on the desktop, its base class conf elsewhere. */
import Conf from 'conf'

/** The part of electron-store and conf that the journal uses. */
export interface JsonStore {
  /** The whole content; reading parses the file, assigning replaces it atomically (temporary file, fsync, rename). */
  store: Record<string, unknown>
  /** Absolute path of the file. */
  readonly path: string
}

interface StoreOptions {
  /** Absolute path of the folder. */
  readonly cwd: string
  /** File name without `.json`. */
  readonly name: string
}

/** Opens a store; throws a SyntaxError when the file holds no JSON. */
export type CreateStore = (options: StoreOptions) => JsonStore

/** Options for both classes: compact JSON, for this user only, and never reset a file that can't be parsed. */
export const storeHabits = {
  clearInvalidConfig: false,
  accessPropertiesByDotNotation: false,
  configFileMode: 0o600,
  serialize: (value: unknown) => JSON.stringify(value),
} as const

/** The store without Electron: same file format, since electron-store extends this class. */
export const createConfStore: CreateStore = ({ cwd, name }) =>
  new Conf<Record<string, unknown>>({ ...storeHabits, cwd, configName: name })
