/** Browser mode's key: new at every start and kept in memory only, so that what others may find later opens nothing. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A key of 32 random bytes, base64url. The file in which earlier versions kept theirs goes.
 * @param stateDir absolute path
 */
export async function newPageKey(stateDir: string): Promise<string> {
  await rm(join(stateDir, 'browser-token'), { force: true }).catch(() => undefined)
  return randomBytes(32).toString('base64url')
}
