/** A quick comparison of files by their first and last bytes: files of the same size that agree in these are almost always copies. */
import { createHash } from 'node:crypto'
import { comparedEndBytes } from '../../shared/survey.ts'
import { openSource, type SourceRef } from './source-file.ts'

/**
 * @param source its size decides where the last bytes begin
 * @returns SHA-256 of both ends, hex
 * @throws UploadError as `openSource`
 */
export async function endsDigest(source: SourceRef & { readonly size: number }): Promise<string> {
  const handle = await openSource(source)
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.alloc(Math.min(comparedEndBytes, source.size))
    for (const position of new Set([0, source.size - buffer.length])) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
      hash.update(buffer.subarray(0, bytesRead))
    }
    return hash.digest('hex')
  } finally {
    await handle.close()
  }
}
