/** Checks a file against the user's own size limit, before anything is sent. */
import { basename } from 'node:path/posix'
import { formatBytes } from '../../shared/byte-size.ts'
import { UploadError } from '../../shared/protocol/errors.ts'

export interface SizedSource {
  /** Parts joined by `/`. */
  readonly relativePath: string
  /** Bytes. */
  readonly size: number
}

/**
 * @param limit bytes; null for no limit
 * @returns the `source-too-large` error that names file and limit, or null when the file may be sent
 */
export function sizeProblem({ relativePath, size }: SizedSource, limit: number | null): UploadError | null {
  if (limit === null || size <= limit) return null
  const name = basename(relativePath)
  const message = `${name} is ${formatBytes(size)}; your size limit is ${formatBytes(limit)}. Raise the limit in Settings, then retry.`
  return new UploadError('source-too-large', message, { facts: { kind: 'over-limit', name, size, limit } })
}
