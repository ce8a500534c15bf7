/** Keeps browser mode's token in the state folder, so that a page which is open during a restart connects again. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UploadError } from '../../shared/protocol/errors.ts'

/**
 * Reads the token of this state folder, or makes one of 32 random bytes (base64url) that only this user can read.
 * A file that others could read, or that holds something else, is replaced: its token may be known.
 * @param stateDir absolute path; made when it is missing
 * @throws UploadError `disk-full`
 */
export async function keepToken(stateDir: string): Promise<string> {
  const path = join(stateDir, 'browser-token')
  const kept = await readToken(path)
  if (kept !== null) return kept
  const token = randomBytes(32).toString('base64url')
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  const beside = `${path}.${randomUUID()}`
  try {
    await writeFile(beside, token, { mode: 0o600, flag: 'wx', flush: true })
    await rename(beside, path)
    return token
  } catch (cause) {
    await rm(beside, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `The page's token could not be written (${reason}). Make room on that disk, then start again.`
    throw new UploadError('disk-full', message, { cause })
  }
}

async function readToken(path: string): Promise<string | null> {
  try {
    // Windows has no such bits: there the user's profile folder keeps others out.
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) return null
    const text = (await readFile(path, 'utf8')).trim()
    return /^[\w-]{43}$/.test(text) ? text : null
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
}
