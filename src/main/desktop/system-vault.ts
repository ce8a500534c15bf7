/** Keeps the server's token unreadable to other programs, with the key store of the system where it has one. */
import { safeStorage } from 'electron'
import type { Vault } from '../journal/settings-store.ts'

const mark = 'safe-storage:'

/**
 * Seals with the system's key store; where there is none, the text stays as it is in a file that only this user may
 * read. Call its functions after `ready` only. Electron prefers the asynchronous twins of these functions, but the
 * settings are read at once, when the client opens.
 */
export const systemVault: Vault = {
  seal: (secret) =>
    secret !== '' && safeStorage.isEncryptionAvailable()
      ? mark + safeStorage.encryptString(secret).toString('base64')
      : secret,
  open: (sealed) =>
    sealed.startsWith(mark)
      ? safeStorage.decryptString(Buffer.from(sealed.slice(mark.length), 'base64'))
      : sealed,
}
