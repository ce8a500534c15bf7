/** Parses what comes from outside the client, with an error that names the place. */
import type { z } from 'zod'
import { UploadError } from '../../shared/protocol/errors.ts'

/**
 * @param what names the input in the error, as in `settings.set`
 * @throws UploadError `bad-request` that names the first place that is wrong
 */
export function parseInput<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input, { reportInput: true })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') ?? ''
  const place = path === '' ? what : `${what} (${path})`
  const isUndefined = path !== '' && issue?.input === undefined
  const problem = isUndefined ? 'a value is missing' : (issue?.message ?? 'invalid input')
  throw new UploadError('bad-request', `${place}: ${problem}`)
}
