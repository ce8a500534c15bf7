/** Before a file is completed, and before it is read at all where that would be in vain: has it stood still? */
import { lstat } from 'node:fs/promises'
import { basename } from 'node:path/posix'
import { UploadError } from '../../shared/protocol/errors.ts'
import { msUntilStill } from '../intake/stand-still.ts'
import type { Journey } from './journey.ts'

/**
 * Call it right after the source was found to be the item's version.
 * @param requiredMs how long the source must have stood still
 * @throws UploadError `still-being-written`, with the time after which to look again
 */
export async function assertStill({ item, deps }: Journey, requiredMs: number): Promise<void> {
  // Nobody else writes to an inbox copy.
  if (item.staged || requiredMs <= 0) return
  const nowMs = Date.now()
  // Enough by what was seen of it: no need to ask whose clock wrote its times.
  if (msUntilStill(item, { requiredMs, isOwnClock: false, nowMs }) === 0) return
  const isOwnClock = await hasOwnClock(item.sourcePath, deps.lookUpFileSystem)
  const waitMs = msUntilStill(item, { requiredMs, isOwnClock, nowMs })
  if (waitMs === 0) return
  throw new UploadError('still-being-written', `${basename(item.relativePath)} is still being written.`, {
    retryAfterMs: waitMs,
  })
}

async function hasOwnClock(path: string, lookUp: Journey['deps']['lookUpFileSystem']): Promise<boolean> {
  const found = await lstat(path, { bigint: true }).catch(() => null)
  return found !== null && (await lookUp(path, found.dev)).isOwnClock
}
