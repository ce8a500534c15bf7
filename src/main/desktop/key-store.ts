/** The system's key store (Keychain, DPAPI, libsecret, KWallet), by Electron's `safeStorage`. To be used after `ready` only. */
import { safeStorage } from 'electron'

export interface KeyStore {
  /** Whether it can keep a secret from other programs. */
  readonly isAvailable: () => Promise<boolean>
  /** @returns base64 */
  readonly seal: (secret: string) => Promise<string>
  /** @param sealed base64 @throws what another user, another machine or a locked key store answers */
  readonly open: (sealed: string) => Promise<string>
}

const asynchronous: KeyStore = {
  isAvailable: () => safeStorage.isAsyncEncryptionAvailable(),
  seal: async (secret) => (await safeStorage.encryptStringAsync(secret)).toString('base64'),
  open: async (sealed) => (await safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'))).result,
}

/** As Electron had it before 42; what it sealed, the others open too. */
const synchronous: KeyStore = {
  isAvailable: async () => safeStorage.isEncryptionAvailable(),
  seal: async (secret) => safeStorage.encryptString(secret).toString('base64'),
  open: async (sealed) => safeStorage.decryptString(Buffer.from(sealed, 'base64')),
}

export function systemKeyStore(): KeyStore {
  return 'decryptStringAsync' in safeStorage ? asynchronous : synchronous
}
