/** Who may use the server: tokens, each with a name for the log and a folder of the library. Parsed at the door. */
import { z } from 'zod'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { safePath } from '../storage/safe-path.ts'

/** What a token opens. */
export interface Key {
  /** Stands in the log in the place of the token. */
  readonly name: string
  readonly token: string
  /** Folder of the library, without slashes at its ends; empty for all of it. */
  readonly folder: string
}

/** Who comes in when no token is asked for. */
export const anybody: Omit<Key, 'token'> = { name: 'anybody', folder: '' }

const form = 'token, name:token or name:token:folder'
const tokenSchema = z.string().regex(/^\S{1,512}$/, 'expected a token without spaces')
const nameSchema = z
  .string()
  .regex(/^[\p{L}\p{N}._-]{1,64}$/u, 'a name of a token has letters, digits, dots, dashes; 64 at most')
const listedSchema = z.array(
  z.strictObject({ name: nameSchema, token: tokenSchema, folder: z.string().optional() }),
)

/**
 * Several tokens are separated by commas, or written as JSON: `[{"name", "token", "folder"?}]`. A bare token opens the
 * whole library; one with a name the folder of that name; the folder `/` is the whole library.
 */
export const keysSchema = z.string().transform((text, context): readonly Key[] => {
  try {
    const keys = text.trimStart().startsWith('[') ? fromJson(text) : fromList(text)
    refuseClashes(keys)
    return keys
  } catch (thrown) {
    // Never the value itself: it holds tokens.
    context.addIssue(thrown instanceof UploadError ? thrown.message : `expected ${form}, or a JSON list`)
    return z.NEVER
  }
})

function fromList(text: string): Key[] {
  const entries = text.split(',').map((entry) => entry.trim())
  return entries.filter(Boolean).map((entry, index) => {
    const [first = '', token, folder, ...more] = entry.split(':')
    if (more.length > 0) throw refusal(`entry ${index + 1} has too many colons; expected ${form}`)
    if (token === undefined)
      return { name: `token-${index + 1}`, token: valid(tokenSchema, first), folder: '' }
    return keyOf({ name: first, token, folder }, index)
  })
}

function fromJson(text: string): Key[] {
  return valid(listedSchema, JSON.parse(text)).map(keyOf)
}

function keyOf(given: { name: string; token: string; folder?: string | undefined }, index: number): Key {
  const name = valid(nameSchema, given.name)
  const token = valid(tokenSchema, given.token)
  if (given.folder === '/') return { name, token, folder: '' }
  const folder = (given.folder || name).replace(/^\/|\/$/g, '')
  try {
    return { name, token, folder: safePath(folder).join('/') }
  } catch {
    throw refusal(`entry ${index + 1} (${name}) names no folder inside the library`)
  }
}

/** Two keys may share a folder, but no folder may lie in another: its owner would see into it unawares. */
function refuseClashes(keys: readonly Key[]): void {
  const seen = { token: new Set<string>(), name: new Set<string>() }
  for (const key of keys) {
    if (seen.name.has(key.name)) throw refusal(`two tokens have the name ${key.name}`)
    if (seen.token.has(key.token)) throw refusal(`${key.name} has the same token as another`)
    seen.name.add(key.name)
    seen.token.add(key.token)
  }
  const folders = keys.map((key) => key.folder).filter(Boolean)
  for (const [folder, other] of folders.flatMap((one) => folders.map((two) => [one, two] as const))) {
    if (folder === other) continue
    // Some disks do not tell capitals, or ways to write an accent, apart.
    if (folded(folder) === folded(other))
      throw refusal(`the folders ${folder} and ${other} are the same on some disks`)
    if (folded(other).startsWith(`${folded(folder)}/`))
      throw refusal(`the folder ${other} lies inside ${folder}`)
  }
}

function folded(folder: string): string {
  return folder.normalize('NFC').toLowerCase()
}

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw refusal(result.error.issues[0]?.message ?? `expected ${form}`)
}

function refusal(message: string): UploadError {
  return new UploadError('bad-request', message)
}
