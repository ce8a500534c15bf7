/** The person's settings: the one place where a change is checked, merged, written and passed on to those who follow them. */

import { randomUUID } from 'node:crypto'
import type { ServerCheck } from '../../shared/answers.ts'
import type { Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { type AddressChange, addressChangeSchema, type ServerAddress } from '../../shared/servers.ts'
import {
  presetOf,
  type Settings,
  type SettingsPatch,
  serverOf,
  settingsPatchSchema,
} from '../../shared/settings.ts'
import { planImport, readSettingsFile, settingsFileProblemText } from '../../shared/settings-file.ts'
import type { SettingsStore } from '../journal/settings-store.ts'
import { checkServer } from '../transfer/check-server.ts'
import type { ResolveProxy } from '../transfer/proxies.ts'
import { parseInput } from './parse-input.ts'
import { presetGone, withoutPreset, withPreset } from './preset-list.ts'

type Change = (after: Settings, before: Settings) => void | Promise<void>
type Check = (after: Settings, before: Settings) => void

export class ClientSettings {
  /** Where the bundled server keeps photos unless the settings name a folder, absolute; null where there is none. */
  readonly defaultLibraryDir: string | null
  readonly #store: SettingsStore
  readonly #resolveProxy: ResolveProxy | undefined
  readonly #checks: Check[] = []
  readonly #followers: Change[] = []

  /** @param resolveProxy the system's proxies, for the test of a connection */
  constructor(store: SettingsStore, defaultLibraryDir: string | null, resolveProxy?: ResolveProxy) {
    this.#store = store
    this.defaultLibraryDir = defaultLibraryDir
    this.#resolveProxy = resolveProxy
  }

  get current(): Settings {
    return this.#store.settings
  }

  /** Adds a check that may refuse a change by throwing; nothing is changed then. */
  addCheck(check: Check): void {
    this.#checks.push(check)
  }

  /** Adds a follower, called after each change once it is on disk. */
  onChange(follower: Change): void {
    this.#followers.push(follower)
  }

  /**
   * @returns the settings with the change, once it is on disk and its followers have acted on it
   * @throws UploadError `bad-request`, `disk-full`; nothing is changed then
   */
  async change(patch: SettingsPatch): Promise<Settings> {
    await this.#merge(parseInput('settings.set', settingsPatchSchema, patch))
    return this.current
  }

  /**
   * Changes one server, whatever earlier versions let pass in the addresses of the others.
   * @throws UploadError `not-found`, `bad-request`, `disk-full`; nothing is changed then
   */
  async changeServer(id: string, change: AddressChange): Promise<Settings> {
    const { servers } = this.current
    if (!servers.some((server) => server.id === id)) {
      throw new UploadError('not-found', 'This server is not in the settings. Choose another.')
    }
    const parsed = parseInput('server.answer', addressChangeSchema, change)
    await this.#merge({
      servers: servers.map((server) => (server.id === id ? { ...server, ...parsed } : server)),
    })
    return this.current
  }

  /**
   * @param id of the preset to change; null for a new one
   * @throws UploadError `not-found`, `bad-request` for a name that is taken
   */
  async savePreset(
    id: string | null,
    preset: Preset,
  ): Promise<{ readonly id: string; readonly settings: Settings }> {
    const saved = withPreset(this.current, id, preset)
    await this.#merge(saved.list)
    return { id: saved.id, settings: this.current }
  }

  /** Removes a preset that the person made, or resets one that comes with PhotoFerry. @throws UploadError `not-found` */
  async removePreset(id: string): Promise<Settings> {
    await this.#merge(withoutPreset(this.current, id))
    return this.current
  }

  /**
   * Takes over what a `.photoferry` file holds; nothing is taken away by it.
   * @param text of the file
   * @throws UploadError `bad-request` that says why the file can't be used, `disk-full`; nothing is changed then
   */
  async importFile(text: string): Promise<Settings> {
    const read = readSettingsFile(text)
    if ('problem' in read) throw new UploadError('bad-request', settingsFileProblemText(read.problem))
    const { next, tooMany } = planImport(this.current, read.file, randomUUID)
    if (tooMany !== null) {
      throw new UploadError('bad-request', `There would be too many ${tooMany}. Remove some first.`)
    }
    await this.#merge(next)
    return this.current
  }

  /** Replaces the list of watched folders. @throws UploadError `disk-full` */
  async setWatched(watchedFolders: Settings['watchedFolders']): Promise<void> {
    await this.#merge({ watchedFolders })
  }

  /**
   * The preset for files that are added now; null: they are uploaded as they are.
   * @param id as it was chosen for these files; left out, the settings' choice
   * @throws UploadError `not-found` for an id that is unknown
   */
  presetFor(id: string | undefined): Preset | null {
    const preset = presetOf(this.current, id)
    if (preset !== undefined) return preset
    // A default preset that no longer exists must not keep anybody from adding files.
    if (id === undefined) return null
    throw presetGone()
  }

  /** Whether a PhotoFerry server answers at an address and accepts its token. */
  checkServer(address: ServerAddress): Promise<ServerCheck> {
    return checkServer(address, { resolveProxy: this.#resolveProxy })
  }

  async #merge(change: Partial<Settings>): Promise<void> {
    const before = this.current
    const after = { ...before, ...change }
    if (serverOf(after, after.defaultServerId) === undefined) {
      throw new UploadError(
        'bad-request',
        'The default server is not in the list of servers. Choose another.',
      )
    }
    for (const check of this.#checks) check(after, before)
    this.#store.write(after)
    for (const follow of this.#followers) await follow(after, before)
  }
}
