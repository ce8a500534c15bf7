/** Opens a file to look into it, whatever it is. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Bytes, fileBytes, MalformedPhoto } from './formats/bytes.ts'

/**
 * Opens without blocking: a named pipe with a photo's name would never answer.
 * @throws MalformedPhoto for what is no regular file; the system's error if it cannot be opened
 */
export async function withOpenFile<Result>(
  path: string,
  use: (bytes: Bytes) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new MalformedPhoto('not a regular file')
    return await use(fileBytes(handle, stats.size))
  } finally {
    await handle.close()
  }
}
