/** The token that a server generates when none is given, kept in its data folder for the next start. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoOf } from '../storage/disk/errors.ts'
import { syncFolder } from '../storage/disk/sync-folder.ts'

export function tokenPath(dataDir: string): string {
  return join(dataDir, '.photoferry', 'token')
}

/** The token of this data folder: generated once, readable by its owner only. @throws the system's error */
export async function keptToken(dataDir: string): Promise<string> {
  const path = tokenPath(dataDir)
  const kept = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if (errnoOf(thrown) === 'ENOENT') return ''
    throw thrown
  })
  if (/^\S{8,512}$/.test(kept.trim())) return kept.trim()
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const token = randomBytes(32).toString('base64url')
  const file = await open(path, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(`${token}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  // Else a power cut may take the new file's name, and the next start gives a token that no client has.
  await syncFolder(dirname(path))
  return token
}
