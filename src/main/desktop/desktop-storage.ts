/** How the desktop app stores its files and secrets: electron-store for JSON files, the system's key store for tokens. */
import { safeStorage } from 'electron'
import Store from 'electron-store'
import { type CreateStore, storeHabits } from '../journal/json-store.ts'
import type { Vault } from '../journal/settings-store.ts'

/** Writes the same files as conf, electron-store's base class, does in browser mode. */
export const createDesktopStore: CreateStore = ({ cwd, name }) =>
  new Store<Record<string, unknown>>({ ...storeHabits, cwd, name })

/** Begins every text that was sealed with the key store. */
const sealMark = 'safe-storage:'

/**
 * Seals tokens with the system's key store, so that no other program can read them. Without a key store the text stays
 * as it is, in a file that only this user may read. To be called after `ready` only. Electron recommends the
 * asynchronous versions of these functions, but the settings are read synchronously when the client opens.
 */
export const systemVault: Vault = {
  seal: (secret) =>
    secret !== '' && safeStorage.isEncryptionAvailable()
      ? sealMark + safeStorage.encryptString(secret).toString('base64')
      : secret,
  open: (sealed) =>
    sealed.startsWith(sealMark)
      ? safeStorage.decryptString(Buffer.from(sealed.slice(sealMark.length), 'base64'))
      : sealed,
}
