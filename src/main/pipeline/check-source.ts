/** Stage: looks at the source again. What was known of another version of it is forgotten (R7, docs/promises.md). */
import { dirname } from 'node:path'
import type { UploadItem } from '../../shared/upload.ts'
import { realFolderOf } from '../intake/in-place.ts'
import { isSameVersion, type SourceStamp, stampInPlace } from '../intake/source-file.ts'
import { stepOf } from '../intake/stand-still.ts'
import type { Journey } from './journey.ts'
import { assertStill } from './stand-still.ts'

/** What is no longer true of an item once other bytes are to travel for it. */
export const otherBytes = { md5: null, sha256: null, hashCheckpoint: null, acknowledgedBytes: 0 } as const

/**
 * The facts of an item whose source was found to be another version: its copy and its digest were another version's.
 * @param nowMs when it was found, ms since 1970
 */
export const otherVersion = (stamp: SourceStamp, nowMs: number) =>
  ({ ...stamp, seenAtMs: nowMs, checkedAtMs: null, payload: null, note: null, ...otherBytes }) as const

/** Smaller files are sent in less time than they have to stand still: reading them earlier would be work in vain, bytes. */
const smallFile = 16_000_000

/**
 * A file that was seen to change, and a small one, must have stood still before it is read. A large one may travel at once:
 * it is not completed before it has stood still (complete.ts).
 * @throws UploadError `source-missing`, `source-unreadable`, `source-not-a-file`, `still-being-written`
 */
export async function checkSource(journey: Journey): Promise<void> {
  if (journey.item.realFolder === null && !journey.item.staged) {
    journey.update({ realFolder: await realFolderOf(dirname(journey.item.sourcePath)) })
  }
  const before = journey.item
  // Not by its path alone: during the scan it may have led elsewhere.
  const stamp = await stampInPlace(before)
  const isSame = isSameVersion(before, stamp)
  if (!isSame) journey.update(otherVersion(stamp, Date.now()))
  else if (lacksFacts(before)) journey.update(completedFacts(before, stamp))
  const { stillMs } = journey.deps
  const mayTravel = isSame && stamp.size > smallFile
  // Of what is written within one step of its times, a look sees only the first: that must not be read as if it were all.
  await assertStill(journey, mayTravel ? Math.min(stillMs, stepOf(journey.item)) : stillMs)
}

function lacksFacts({ ctimeMs, inode, seenAtMs }: UploadItem): boolean {
  return ctimeMs === null || inode === null || seenAtMs === null
}

/** For items that an earlier version of PhotoFerry put on the list. */
function completedFacts({ ctimeMs, inode, seenAtMs }: UploadItem, found: SourceStamp) {
  return {
    ctimeMs: ctimeMs ?? found.ctimeMs,
    inode: inode ?? found.inode,
    seenAtMs: seenAtMs ?? Date.now(),
  }
}
