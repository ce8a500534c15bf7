/** Keeps browser mode's token in the state folder, so that an open page can connect again after a restart. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UploadError } from '../../shared/protocol/errors.ts'

/**
 * Reads the state folder's token, or makes one of 32 random bytes (base64url) in a file that only this user can read.
 * A file that others could read, or that holds anything else, is replaced: its token may be known.
 * @param stateDir absolute path; created when it is missing
 * @throws UploadError `disk-full`
 */
export async function keepToken(stateDir: string): Promise<string> {
  const path = join(stateDir, 'browser-token')
  const saved = await readToken(path)
  if (saved !== null) return saved
  const token = randomBytes(32).toString('base64url')
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomUUID()}`
  try {
    await writeFile(temporary, token, { mode: 0o600, flag: 'wx', flush: true })
    await rename(temporary, path)
    return token
  } catch (cause) {
    await rm(temporary, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Can't save the access token of the page (${reason}). Free up disk space, then start again.`
    throw new UploadError('disk-full', message, { cause })
  }
}

async function readToken(path: string): Promise<string | null> {
  try {
    // Windows has no such bits. There, the user's profile folder keeps others out.
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) return null
    const text = (await readFile(path, 'utf8')).trim()
    return /^[\w-]{43}$/.test(text) ? text : null
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
}
