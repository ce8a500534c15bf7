/** Turns the operating system's errors into coded ones, where the disk store meets them. */
import { type ErrorCode, UploadError } from '../../../src/shared/protocol/errors.ts'

/** The system's error code such as `ENOENT`; undefined for anything else that was thrown. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

const codes: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: [
    'storage-full',
    'The server has no room left. Free some space there; the upload continues by itself.',
  ],
  EDQUOT: [
    'storage-full',
    "The server's disk quota is used up. Free some space there; the upload continues by itself.",
  ],
  ENAMETOOLONG: ['name-invalid', "The name is too long for the server's disk. Shorten it."],
  EILSEQ: ['name-invalid', "The server's disk cannot store this name. Rename the file."],
  ENOTDIR: ['name-invalid', 'A file is stored where this path needs a folder. Rename one of the two.'],
}

/** The coded error for what a file operation threw; a coded error passes through. */
export function toStorageError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  const known = codes[errnoOf(thrown) ?? '']
  if (known !== undefined) return new UploadError(known[0], known[1], { cause: thrown })
  return new UploadError('storage-failed', 'The server could not read or write its disk. See its log.', {
    cause: thrown,
  })
}

/** Runs file operations; what they throw becomes a coded error. */
export async function coded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw toStorageError(thrown)
  }
}

/**
 * Runs one file operation whose failure may be an answer.
 * @returns the result, or the system's error code when it is among `expected`
 */
export async function orErrno<Result, Code extends string>(
  operation: Promise<Result>,
  ...expected: readonly Code[]
): Promise<{ readonly result: Result; readonly errno?: undefined } | { readonly errno: Code }> {
  try {
    return { result: await operation }
  } catch (thrown) {
    const errno = expected.find((code) => code === errnoOf(thrown))
    if (errno === undefined) throw thrown
    return { errno }
  }
}
