/** The person's settings on disk; the server's token is kept apart by a vault that the entry provides. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { UploadError } from '../../shared/errors.ts'
import {
  defaultSettings,
  type Settings,
  type SettingsPatch,
  settingsPatchSchema,
  settingsSchema,
} from '../../shared/settings.ts'
import type { CreateStore, JsonStore } from './json-store.ts'

/** Makes a secret unreadable to other programs where the system can; the identity where it cannot. */
export interface Vault {
  seal(secret: string): string
  /** @throws when the sealed text is not this machine's */
  open(sealed: string): string
}

/** Keeps the secret as it is, in a file that only this user may read (0600). */
export const plainVault: Vault = { seal: (secret) => secret, open: (sealed) => sealed }

const fileName = 'settings'

/** Reads and writes `settings.json` of a state folder. */
export class SettingsStore {
  /** Set when the file was damaged: it was set aside and the defaults are in force. */
  readonly problem: UploadError | null
  readonly #vault: Vault
  readonly #store: JsonStore
  #settings: Settings

  constructor(options: { stateDir: string; createStore: CreateStore; vault: Vault }) {
    this.#vault = options.vault
    const read = readSettings(options)
    this.problem = read.problem
    this.#settings = read.settings
    this.#store = read.store
  }

  get settings(): Settings {
    return this.#settings
  }

  /** Applies a change and returns when it is on disk. */
  change(patch: SettingsPatch): Settings {
    const defined = Object.fromEntries(
      Object.entries(settingsPatchSchema.parse(patch)).filter(([, value]) => value !== undefined),
    )
    return this.#keep({ ...this.#settings, ...defined })
  }

  /** Replaces the person's presets; they are on disk when this returns. */
  keepPresets({ ownPresets, preset }: Pick<Settings, 'ownPresets' | 'preset'>): Settings {
    return this.#keep({ ...this.#settings, ownPresets, preset })
  }

  #keep(next: Settings): Settings {
    this.#settings = next
    const { server } = this.#settings
    this.#store.store = {
      ...this.#settings,
      server: server && { ...server, token: this.#vault.seal(server.token) },
    }
    return this.#settings
  }
}

function readSettings(options: { stateDir: string; createStore: CreateStore; vault: Vault }) {
  const { stateDir: cwd, createStore, vault } = options
  try {
    const store = createStore({ cwd, name: fileName })
    const settings = settingsSchema.parse(store.store)
    const { server } = settings
    const opened = server && { ...server, token: vault.open(server.token) }
    return { store, settings: { ...settings, server: opened }, problem: null }
  } catch (cause) {
    const file = join(cwd, `${fileName}.json`)
    const aside = `${file}.damaged-${Date.now()}`
    renameSync(file, aside)
    const message = `The settings could not be read and were set aside as ${aside}. The defaults are in force; set them again under Settings.`
    const problem = new UploadError('journal-damaged', message, { cause })
    return { store: createStore({ cwd, name: fileName }), settings: defaultSettings, problem }
  }
}
