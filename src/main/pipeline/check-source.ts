/** Stage: looks at the source again. What was known of another version of it is forgotten (R7, docs/promises.md). */
import type { UploadItem } from '../../shared/upload.ts'
import { type SourceStamp, stampSource } from '../intake/source-file.ts'
import type { Journey } from './journey.ts'

/** What is no longer true of an item once other bytes are to travel for it. */
export const otherBytes = { md5: null, sha256: null, hashCheckpoint: null, acknowledgedBytes: 0 } as const

/** The facts of an item whose source was found at another size or time: its copy and its digest were another version's. */
export const otherVersion = ({ size, mtimeMs }: SourceStamp) =>
  ({ size, mtimeMs, payload: null, note: null, ...otherBytes }) as const

export function isSameVersion(item: UploadItem, { size, mtimeMs }: SourceStamp): boolean {
  return size === item.size && mtimeMs === item.mtimeMs
}

/** @throws UploadError `source-missing`, `source-unreadable`, `source-not-a-file` */
export async function checkSource(journey: Journey): Promise<void> {
  const stamp = await stampSource(journey.item)
  if (!isSameVersion(journey.item, stamp)) journey.update(otherVersion(stamp))
}
