/** The desktop's vault: what it seals, what it opens after a restart, and what it does where the key store refuses. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { KeyStore } from '../../../src/main/desktop/key-store.ts'
import { openSystemVault } from '../../../src/main/desktop/system-vault.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** A key store of one user: what another sealed, it refuses. */
function keyStoreOf(user: string, change: Partial<KeyStore> = {}): KeyStore {
  return {
    isAvailable: async () => true,
    seal: async (secret) => Buffer.from(`${user}|${secret}`).toString('base64'),
    open: async (sealed) => {
      const [owner, secret = ''] = Buffer.from(sealed, 'base64').toString().split('|')
      if (owner !== user) throw new Error('not yours')
      return secret
    },
    ...change,
  }
}

let folder: string
let keyFile: string
beforeEach(() => {
  folder = temporaryFolder()
  keyFile = join(folder, 'data', 'vault.key')
})
const open = (keyStore = keyStoreOf('anna')) => openSystemVault(keyStore, keyFile, folder)

describe('the vault', () => {
  it('seals a token so that only the same user opens it after a restart', async () => {
    const vault = await open()
    const sealed = vault.seal('a token with ü and 照片')
    expect(sealed).not.toContain('token')
    expect(vault.seal('a token with ü and 照片')).not.toBe(sealed)
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect((await open()).open(sealed)).toBe('a token with ü and 照片')
    const other = await open(keyStoreOf('ben'))
    expect(() => other.open(sealed)).toThrow()
    // The key of the one before is kept for whoever can open it.
    expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('unreadable'))).toHaveLength(1)
  })

  it('refuses a sealed text that was changed, or cut short', async () => {
    const vault = await open()
    const bytes = Buffer.from(vault.seal('secret').slice('sealed-1:'.length), 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    expect(() => vault.open(`sealed-1:${bytes.toString('base64')}`)).toThrow()
    for (const length of [0, 5, 12, 20])
      expect(() => vault.open(`sealed-1:${bytes.subarray(0, length).toString('base64')}`)).toThrow()
  })

  it('leaves an empty secret and what was never sealed as it is', async () => {
    const vault = await open()
    expect(vault.seal('')).toBe('')
    expect(vault.open('plain of an earlier version')).toBe('plain of an earlier version')
  })

  it('opens what an earlier version sealed with the key store itself', async () => {
    const sealed = `safe-storage:${await keyStoreOf('anna').seal('old token')}`
    const foreign = `safe-storage:${await keyStoreOf('ben').seal('another')}`
    const servers = [{ token: sealed }, { token: foreign }]
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ servers }))
    const vault = await open()
    expect(vault.open(sealed)).toBe('old token')
    expect(() => vault.open(foreign)).toThrow()
  })

  it.each<[string, Partial<KeyStore>]>([
    ['there is none', { isAvailable: async () => false }],
    ['it does not answer', { isAvailable: () => Promise.reject(new Error('no bus')) }],
    ['it seals nothing', { seal: () => Promise.reject(new Error('locked')) }],
  ])('keeps tokens as they are where a key store is missing: %s', async (_, change) => {
    const sealed = (await open(keyStoreOf('ben'))).seal('secret')
    const vault = await open(keyStoreOf('anna', change))
    expect([vault.isSealed, vault.seal('secret'), vault.open('secret')]).toEqual([false, 'secret', 'secret'])
    expect(() => vault.open(sealed)).toThrow()
  })

  it('makes another key where the file holds none', async () => {
    await open()
    writeFileSync(keyFile, await keyStoreOf('anna').seal('short'))
    const vault = await open()
    expect(vault.open(vault.seal('secret'))).toBe('secret')
    expect(readFileSync(keyFile, 'utf8')).not.toBe(await keyStoreOf('anna').seal('short'))
  })
})
