/** The access tokens, each with a name for the log and a folder of the library: parses the setting `TOKENS`. */
import { z } from 'zod'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { safePath } from '../storage/safe-path.ts'
import { bytes } from './values.ts'

/** A token and what it gives access to. */
export interface AccessToken {
  /** Stands in the log instead of the token. */
  readonly name: string
  readonly token: string
  /** Folder of the library, without slashes at its ends; empty for the whole library. */
  readonly folder: string
  /** Bytes that its folder may hold, unfinished uploads included; null for no limit of its own. */
  readonly quotaBytes: number | null
}

/** Who sends a request when no token is needed. */
export const anybody: Omit<AccessToken, 'token'> = { name: 'anybody', folder: '', quotaBytes: null }

const form = 'token, name:token or name:token:folder'
const tokenSchema = z.string().regex(/^\S{1,512}$/, 'expected a token without spaces')
const nameSchema = z
  .string()
  .regex(/^[\p{L}\p{N}._-]{1,64}$/u, 'the name of a token has letters, digits, dots and dashes; 64 at most')
const listSchema = z.array(
  z.strictObject({
    name: nameSchema,
    token: tokenSchema,
    folder: z.string().optional(),
    quota: bytes.optional(),
  }),
)

/**
 * Several tokens are separated by commas, or written as JSON: `[{"name", "token", "folder"?}]`. A bare token opens the
 * whole library; a token with a name opens the folder of that name; the folder `/` is the whole library. JSON may give a
 * `quota`, such as `500GB`.
 */
export const tokensSchema = z.string().transform((text, context): readonly AccessToken[] => {
  try {
    const tokens = text.trimStart().startsWith('[') ? fromJson(text) : fromList(text)
    refuseClashes(tokens)
    return tokens
  } catch (thrown) {
    // Never the value itself: it contains tokens.
    context.addIssue(thrown instanceof UploadError ? thrown.message : `expected ${form}, or a JSON list`)
    return z.NEVER
  }
})

function fromList(text: string): AccessToken[] {
  const entries = text.split(',').map((entry) => entry.trim())
  return entries.filter(Boolean).map((entry, index) => {
    const [first = '', token, folder, ...more] = entry.split(':')
    if (more.length > 0) throw invalid(`entry ${index + 1} has too many colons; expected ${form}`)
    if (token === undefined)
      return { name: `token-${index + 1}`, token: valid(tokenSchema, first), folder: '', quotaBytes: null }
    return accessTokenOf({ name: first, token, folder }, index)
  })
}

function fromJson(text: string): AccessToken[] {
  return valid(listSchema, JSON.parse(text)).map(accessTokenOf)
}

interface GivenToken {
  readonly name: string
  readonly token: string
  readonly folder?: string | undefined
  /** Bytes. */
  readonly quota?: number | undefined
}

/** @param index of the entry in its list @throws UploadError `bad-request` */
export function accessTokenOf(given: GivenToken, index: number): AccessToken {
  const name = valid(nameSchema, given.name)
  const token = valid(tokenSchema, given.token)
  const quotaBytes = given.quota ?? null
  if (given.folder === '/') return { name, token, folder: '', quotaBytes }
  const folder = (given.folder || name).replace(/^\/|\/$/g, '')
  try {
    return { name, token, folder: safePath(folder).join('/'), quotaBytes }
  } catch {
    throw invalid(`the folder of entry ${index + 1} (${name}) is not inside the library`)
  }
}

/**
 * Two tokens may share a folder, but no folder may contain another: its owner would see the other's files.
 * @throws UploadError `bad-request`
 */
export function refuseClashes(tokens: readonly AccessToken[]): void {
  const seen = { token: new Set<string>(), name: new Set<string>() }
  for (const { name, token } of tokens) {
    if (seen.name.has(name)) throw invalid(`two tokens have the name ${name}`)
    if (seen.token.has(token)) throw invalid(`${name} has the same token as another`)
    seen.name.add(name)
    seen.token.add(token)
  }
  const folders = tokens.map(({ folder }) => folder).filter(Boolean)
  for (const [folder, other] of folders.flatMap((one) => folders.map((two) => [one, two] as const))) {
    if (folder === other) continue
    // Some disks ignore case, or treat the ways to write an accent as the same.
    if (folded(folder) === folded(other))
      throw invalid(`the folders ${folder} and ${other} are the same on some disks`)
    if (folded(other).startsWith(`${folded(folder)}/`))
      throw invalid(`the folder ${other} is inside the folder ${folder}`)
  }
}

function folded(folder: string): string {
  return folder.normalize('NFC').toLowerCase()
}

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(result.error.issues[0]?.message ?? `expected ${form}`)
}

function invalid(message: string): UploadError {
  return new UploadError('bad-request', message)
}
