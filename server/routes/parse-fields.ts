/** Fields of forms, paths and bodies, as the dialects read them. */
import type { z } from 'zod'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { safePath } from '../storage/safe-path.ts'

/** @throws UploadError `bad-request` with the first thing that is wrong */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new UploadError('bad-request', `${issue?.path.join('.')}: ${issue?.message ?? 'is invalid'}`)
}

/** @throws UploadError `name-invalid` unless it is the safe name of a file, without folders */
export function nameWithoutFolders(name: string): string {
  if (safePath(name).length === 1) return name
  throw new UploadError(
    'name-invalid',
    'The name contains a slash. Send the name of the file, without folders.',
  )
}
