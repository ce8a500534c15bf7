/**
 * The tokens that `photoferry token` makes, in a file of the data folder, readable by its owner only. The file has the
 * tokens themselves, as the generated one is kept: links to single files are signed with them.
 */
import { open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { errnoOf } from '../storage/disk/errors.ts'
import { syncFolder } from '../storage/disk/sync-folder.ts'
import { type AccessToken, accessTokenOf, refuseClashes } from './tokens.ts'

/** A command that changes tokens takes no longer; what one left that was killed may be replaced, ms. */
const changeMs = 10_000

const fileSchema = z.object({
  version: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      token: z.string(),
      folder: z.string(),
      quotaBytes: z.int().min(0).nullable(),
      madeAt: z.string(),
    }),
  ),
})

export interface MadeToken extends AccessToken {
  /** ISO 8601. */
  readonly madeAt: string
}

export function madeTokensPath(dataDir: string): string {
  return join(dataDir, '.photoferry', 'tokens.json')
}

/** Empty when none was ever made. @throws UploadError `bad-request` for a file that cannot be used; the system's error */
export async function madeTokens(dataDir: string): Promise<readonly MadeToken[]> {
  const text = await readFile(madeTokensPath(dataDir), 'utf8').catch((thrown: unknown) => {
    if (errnoOf(thrown) === 'ENOENT') return undefined
    throw thrown
  })
  return text === undefined ? [] : parse(text, madeTokensPath(dataDir))
}

/** @throws UploadError `bad-request`, which never has the tokens in its words */
function parse(text: string, path: string): readonly MadeToken[] {
  try {
    const { tokens } = fileSchema.parse(JSON.parse(text))
    const made = tokens.map(({ quotaBytes, madeAt, folder, ...given }, index) => {
      const quota = quotaBytes ?? undefined
      return { ...accessTokenOf({ ...given, folder: folder || '/', quota }, index), madeAt }
    })
    refuseClashes(made)
    return made
  } catch (thrown) {
    const reason = thrown instanceof UploadError ? thrown.message : 'it is not as photoferry token writes it'
    throw new UploadError('bad-request', `${path} cannot be used: ${reason}.`)
  }
}

/**
 * Replaces the tokens, durably and at once: whoever reads them meanwhile has all of the old ones or all of the new ones.
 * @param change of the tokens that there are @returns those that there are now
 * @throws UploadError `task-busy` while another command changes them, and what `change` throws
 */
export async function changeMadeTokens(
  dataDir: string,
  change: (tokens: readonly MadeToken[]) => readonly MadeToken[],
): Promise<readonly MadeToken[]> {
  const path = madeTokensPath(dataDir)
  const newPath = `${path}.new`
  const file = await createAlone(newPath)
  try {
    try {
      const tokens = change(await madeTokens(dataDir))
      await file.writeFile(`${JSON.stringify({ version: 1, tokens }, null, 2)}\n`)
      await file.sync()
      await rename(newPath, path)
      await syncFolder(join(dataDir, '.photoferry'))
      return tokens
    } finally {
      await file.close()
    }
  } catch (thrown) {
    await unlink(newPath).catch(() => undefined)
    throw thrown
  }
}

/** The new file is also what keeps two commands from changing the tokens at once. */
async function createAlone(path: string) {
  try {
    return await open(path, 'wx', 0o600)
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EEXIST') throw thrown
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs < changeMs)
      throw new UploadError('task-busy', 'Another command is changing the tokens. Try again.')
    await unlink(path)
    return open(path, 'wx', 0o600)
  }
}
