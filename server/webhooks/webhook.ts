/** The webhook as it is configured: opened with the library, read anew where its secret is in a file. */
import { readFile } from 'node:fs/promises'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { secretsSchema } from './signature.ts'

/** Where a server's webhook gets its secrets: from the environment, or from a file that may change meanwhile. */
export type SecretSource = { readonly secrets: readonly Buffer[] } | { readonly file: string }

/** @throws UploadError `bad-request` that names the file, never what is in it */
export async function secretsOf(source: SecretSource): Promise<readonly Buffer[]> {
  if ('secrets' in source) return source.secrets
  const text = await readFile(source.file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UploadError('bad-request', `The secret of the webhook cannot be read: ${reason}.`, { cause })
  })
  const parsed = secretsSchema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new UploadError('bad-request', `${source.file}: ${parsed.error.issues[0]?.message}.`)
}
