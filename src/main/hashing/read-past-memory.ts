/**
 * Reads a file from its drive, not from what the system keeps of it in memory: a card that gave a wrong byte once gives it
 * again from there. Linux alone lets Node ask for that (O_DIRECT, open(2)); elsewhere, and on file systems that refuse it,
 * the file is read as always.
 */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Where a drive wants memory to begin, at most, bytes; and where memory that Node gives begins. */
const alignment = 4096
const step = 16

export interface PastMemory {
  readonly handle: FileHandle
  /** The part of a buffer that such a handle reads into. */
  readonly buffer: Buffer
}

/**
 * The file of a handle, opened once more; the caller closes both.
 * @param bytes how much to read at once: a multiple of 4096
 * @returns null where the system does not offer it for this file
 */
export async function openPastMemory(known: FileHandle, bytes: number): Promise<PastMemory | null> {
  if (process.platform !== 'linux') return null
  const flags = constants.O_RDONLY | constants.O_DIRECT
  const handle = await open(`/proc/self/fd/${known.fd}`, flags).catch(() => null)
  if (handle === null) return null
  const memory = Buffer.allocUnsafeSlow(bytes + alignment)
  // Nobody tells the address of a buffer: the place that fits is the first that is not refused.
  for (let at = 0; at < alignment; at += step) {
    const buffer = memory.subarray(at, at + bytes)
    const isTaken = await handle
      .read(buffer, 0, alignment, 0)
      .then(
        () => true,
        (error: NodeJS.ErrnoException) => (error.code === 'EINVAL' ? false : Promise.reject(error)),
      )
      .catch(async (error) => {
        await handle.close()
        throw error
      })
    if (isTaken) return { handle, buffer }
  }
  await handle.close()
  return null
}
