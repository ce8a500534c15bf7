/** The person's settings on disk, with the tokens of servers sealed by a vault that the entry provides. */
import { copyFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { UploadError } from '../../shared/protocol/errors.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'
import { syncFolderNow } from '../disk/sync-folder.ts'
import { settingsUnwritten } from './disk-errors.ts'
import type { CreateStore, JsonStore } from './json-store.ts'
import {
  sealedSettings,
  settingsContent,
  settingsFrom,
  settingsPath,
  type UnopenedToken,
} from './settings-file.ts'

/** Makes a secret unreadable to other programs where the system can; where it can't, keeps it as it is. */
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
  /** Set when the file was damaged: it was set aside, and the defaults apply. */
  readonly problem: UploadError | null
  readonly #vault: Vault
  readonly #store: JsonStore
  readonly #unopened: readonly UnopenedToken[]
  #settings: Settings

  constructor(options: { stateDir: string; createStore: CreateStore; vault: Vault }) {
    this.#vault = options.vault
    const read = readSettings(options)
    this.problem = read.problem
    this.#settings = read.settings
    this.#unopened = read.tokenless
    this.#store = read.store
  }

  get settings(): Settings {
    return this.#settings
  }

  /** Replaces the settings; they are on disk when this returns, and unchanged when it throws. @throws UploadError `disk-full` */
  write(next: Settings): void {
    try {
      this.#put(next)
    } catch (cause) {
      this.#putBack()
      throw settingsUnwritten(cause)
    }
    this.#settings = next
  }

  /** A new file in the place of the former one; its name is on disk too when this returns. */
  #put(settings: Settings): void {
    this.#store.store = sealedSettings(settings, (token) => this.#vault.seal(token), this.#unopened)
    syncFolderNow(dirname(this.#store.path))
  }

  /** The new file may have its name already although that failed to sync. */
  #putBack(): void {
    try {
      this.#put(this.#settings)
    } catch {
      // The failure that is reported says what to do.
    }
  }
}

function readSettings(options: { stateDir: string; createStore: CreateStore; vault: Vault }) {
  const { stateDir: cwd, createStore, vault } = options
  const file = settingsPath(cwd)
  const aside = `${file}.damaged-${Date.now()}`
  try {
    // The store makes an object of whatever is in the file: of a list, too, and then every setting is at its default.
    const content = settingsContent(file)
    const store = createStore({ cwd, name: fileName })
    const read = settingsFrom(content, (sealed) => vault.open(sealed))
    if (read.unreadable.length === 0) return { store, ...read, problem: tokenProblem(read.tokenless) }
    copyFileSync(file, aside)
    // Else every start would set the same file aside again.
    store.store = sealedSettings(read.settings, (token) => vault.seal(token), read.tokenless)
    const names = read.unreadable.join(', ')
    return { store, ...read, problem: damaged(`These settings could not be read: ${names}`, aside) }
  } catch (cause) {
    renameSync(file, aside)
    const problem = damaged('The settings could not be read', aside, cause)
    return { store: createStore({ cwd, name: fileName }), settings: defaultSettings, tokenless: [], problem }
  }
}

function tokenProblem(tokenless: readonly UnopenedToken[]): UploadError | null {
  if (tokenless.length === 0) return null
  const message = `The token of ${tokenless.map(({ serverName }) => serverName).join(', ')} cannot be opened on this computer or by this user. Enter it again under Settings.`
  return new UploadError('unauthorized', message)
}

function damaged(what: string, aside: string, cause?: unknown): UploadError {
  const message = `${what}. Their defaults are in force; set them again under Settings. The file as it was is kept as ${aside}.`
  return new UploadError('journal-damaged', message, {
    cause,
    facts: { kind: 'settings-aside', path: aside },
  })
}
