/** The bytes that travel for an item: its original, or the copy that was made of it. */
import type { UploadItem } from '../../shared/upload.ts'
import type { SourceRef, SourceStamp } from '../intake/source-file.ts'

/** What the stages after prepare work on; `sourcePath` is where these bytes lie, size and time say which version. */
export interface Payload extends SourceRef, SourceStamp {
  /** When the original was modified, ms since 1970; the stored file gets that time, whichever bytes travel. */
  readonly lastModifiedMs: number
}

export function payloadOf(item: UploadItem): Payload {
  const { sourcePath, relativePath, size, mtimeMs, payload } = item
  const original = { sourcePath, relativePath, size, mtimeMs, lastModifiedMs: mtimeMs }
  return payload ? { ...original, ...payload, sourcePath: payload.path } : original
}
