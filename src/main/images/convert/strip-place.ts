/** Removes the place from a photo that is not converted: the copy is the original byte for byte otherwise. Runs in the image worker. */
import { readFile } from 'node:fs/promises'
import { removePlace } from '../place/remove-place.ts'
import type { Copy } from './check-copy.ts'
import type { CopyJob } from './image-job.ts'

/**
 * @returns a copy that is checked already
 * @throws MalformedPhoto if it holds more places than any photo has
 */
export async function stripPlace({ sourcePath, sourceFormat }: CopyJob): Promise<Copy> {
  return { ...(await removePlace(await readFile(sourcePath), sourceFormat)), leftOut: [], expected: null }
}
