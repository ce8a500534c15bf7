/**
 * The desktop's vault: one random key, which the system's key store seals, seals the tokens of all servers. The key store answers
 * later, settings are read and written at once: so it is asked for the key when the app starts, and never again.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../disk/sync-folder.ts'
import { settingsContent, settingsPath } from '../journal/settings-file.ts'
import type { Vault } from '../journal/settings-store.ts'
import type { KeyStore } from './key-store.ts'

export interface SystemVault extends Vault {
  /** Whether tokens are kept from other programs of this user; else a file holds them that only this user may read. */
  readonly isSealed: boolean
}

/** Begins every text that was sealed with the key. */
const mark = 'sealed-1:'
/** Begins what earlier versions sealed with the key store itself. */
const earlierMark = 'safe-storage:'
/** AES-256-GCM (NIST SP 800-38D): bytes of the key, of the nonce, and of the tag behind the text. */
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/**
 * @param keyFile absolute path of the file with the sealed key; it is made where there is none
 * @param stateDir absolute path: what an earlier version sealed in its settings is opened with the key store
 */
export async function openSystemVault(
  keyStore: KeyStore,
  keyFile: string,
  stateDir: string,
): Promise<SystemVault> {
  const isAvailable = await keyStore.isAvailable().catch(() => false)
  const earlier = isAvailable ? await openEarlier(keyStore, stateDir) : new Map<string, string>()
  const key = isAvailable ? await keyIn(keyStore, keyFile) : null
  return {
    isSealed: key !== null,
    seal: (secret) => (secret === '' || key === null ? secret : seal(secret, key)),
    open: (text) => {
      if (key !== null && text.startsWith(mark)) return unseal(text, key)
      return earlier.get(text) ?? openPlain(text)
    },
  }
}

/** @returns null where the key store or the disk refuses: a start must not fail for it */
async function keyIn(keyStore: KeyStore, keyFile: string): Promise<Buffer | null> {
  try {
    return (await readKey(keyStore, keyFile)) ?? (await makeKey(keyStore, keyFile))
  } catch {
    return null
  }
}

/** @throws Error for what is sealed */
function openPlain(text: string): string {
  if (text.startsWith(mark) || text.startsWith(earlierMark))
    throw new Error('sealed with a key that is not here')
  return text
}

/** @returns null where there is no key, or one that this user cannot open here */
async function readKey(keyStore: KeyStore, keyFile: string): Promise<Buffer | null> {
  if (lstatSync(keyFile, { throwIfNoEntry: false })?.isFile() !== true) return null
  try {
    const key = Buffer.from(await keyStore.open(readFileSync(keyFile, 'utf8')), 'base64')
    if (key.length === keyBytes) return key
  } catch {
    // Another user's, or another machine's; a key store that is locked seals no other key either.
  }
  return null
}

/** An earlier key that cannot be opened is kept aside: the tokens must be entered again, and the settings say so. */
async function makeKey(keyStore: KeyStore, keyFile: string): Promise<Buffer> {
  const key = randomBytes(keyBytes)
  const sealed = await keyStore.seal(key.toString('base64'))
  const draft = `${keyFile}.new`
  mkdirSync(dirname(keyFile), { recursive: true })
  await writeFile(draft, sealed, { mode: 0o600, flush: true })
  if (lstatSync(keyFile, { throwIfNoEntry: false }) !== undefined)
    renameSync(keyFile, `${keyFile}.unreadable-${Date.now()}`)
  renameSync(draft, keyFile)
  await syncFolder(dirname(keyFile))
  return key
}

/** What an earlier version sealed in the settings, opened; what the key store refuses is left out. */
async function openEarlier(keyStore: KeyStore, stateDir: string): Promise<ReadonlyMap<string, string>> {
  const opened = new Map<string, string>()
  for (const text of earlierTexts(stateDir)) {
    const secret = await keyStore.open(text.slice(earlierMark.length)).catch(() => null)
    if (secret !== null) opened.set(text, secret)
  }
  return opened
}

function earlierTexts(stateDir: string): string[] {
  try {
    const text = JSON.stringify(settingsContent(settingsPath(stateDir)))
    return text.match(/(?<=")safe-storage:[A-Za-z0-9+/=]*(?=")/g) ?? []
  } catch {
    // Damaged settings are reported where they are read.
    return []
  }
}

function seal(secret: string, key: Buffer): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return mark + Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64')
}

/** @throws Error for a text that this key did not seal */
function unseal(sealed: string, key: Buffer): string {
  const bytes = Buffer.from(sealed.slice(mark.length), 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString()
}
