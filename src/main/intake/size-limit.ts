/** The person's own limit on file sizes, checked before anything is sent. */
import { basename } from 'node:path/posix'
import { UploadError } from '../../shared/protocol/errors.ts'

export interface SizedSource {
  readonly relativePath: string
  /** Bytes. */
  readonly size: number
}

/**
 * @param limit bytes; null for none
 * @returns the error that names file and limit, or null when the file may go
 */
export function sizeProblem({ relativePath, size }: SizedSource, limit: number | null): UploadError | null {
  if (limit === null || size <= limit) return null
  const message = `${basename(relativePath)} has ${mebibytes(size)} and the limit is ${mebibytes(limit)}. Raise the limit under Settings, then retry.`
  const facts = { kind: 'over-limit', name: basename(relativePath), size, limit } as const
  return new UploadError('source-too-large', message, { facts })
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
