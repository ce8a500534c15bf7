/**
 * Browser mode's secrets: made anew at every start and kept in memory only, so that whatever others find, or are sent,
 * once this process has ended opens nothing. Keys only buy the session, which is what a page works with.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PageSession } from '../../shared/browser-bridge.ts'
import { createTokenCheck, type TokenCheck } from './request-guard.ts'

/** More one-time keys than a process opens pages by itself; the oldest goes. */
const mostOneTimeKeys = 16

export interface PageAccess {
  /** For the printed address: works any number of times, until the process ends. */
  readonly key: string
  /** A key that works once, for the file by which a browser is opened. */
  oneTimeKey(): string
  /** @returns the session; null for anything but a key that still works */
  exchange(offeredKey: string | undefined): PageSession | null
  /** Whether that is the session's token. A key is not. */
  readonly isToken: TokenCheck
  /**
   * Shows a page that it still talks to the process that gave it the session.
   * @param nonce the page's own choice
   * @returns HMAC-SHA-256, base64url
   */
  prove(nonce: string): string
}

/**
 * Makes the secrets of this start: 32 random bytes each, base64url. The file in which earlier versions kept their key goes.
 * @param stateDir absolute path
 */
export async function createPageAccess(stateDir: string): Promise<PageAccess> {
  await rm(join(stateDir, 'browser-token'), { force: true }).catch(() => undefined)
  const [key, token, proofKey] = [newSecret(), newSecret(), newSecret()]
  const isKey = createTokenCheck(key)
  const oneTimeKeys = new Map<string, TokenCheck>()
  return {
    key,
    oneTimeKey: () => {
      const once = newSecret()
      const [oldest] = oneTimeKeys.keys()
      if (oldest !== undefined && oneTimeKeys.size >= mostOneTimeKeys) oneTimeKeys.delete(oldest)
      oneTimeKeys.set(once, createTokenCheck(once))
      return once
    },
    exchange: (offered) => (isKey(offered) || spend(oneTimeKeys, offered) ? { token, proofKey } : null),
    isToken: createTokenCheck(token),
    prove: (nonce) => createHmac('sha256', proofKey).update(nonce).digest('base64url'),
  }
}

function spend(oneTimeKeys: Map<string, TokenCheck>, offered: string | undefined): boolean {
  for (const [once, isOnce] of oneTimeKeys) if (isOnce(offered)) return oneTimeKeys.delete(once)
  return false
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
