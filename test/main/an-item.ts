/** Items for tests of the parts that only look at them. */
import type { UploadItem } from '../../src/shared/upload.ts'

/** A queued item of 1,000 bytes, with whatever a test needs otherwise. */
export function anItem(facts: Partial<UploadItem> = {}): UploadItem {
  const order = facts.order ?? 0
  return {
    id: `item-${order}`,
    batchId: 'batch-1',
    order,
    rank: 0,
    sourcePath: `/card/DCIM/IMG_${order}.jpg`,
    realFolder: null,
    relativePath: `DCIM/IMG_${order}.jpg`,
    target: null,
    sequence: null,
    keepBoth: false,
    size: 1_000,
    mtimeMs: 1_700_000_000_000,
    ctimeMs: null,
    inode: null,
    seenAtMs: null,
    checkedAtMs: null,
    checkedEarly: false,
    sourceGone: false,
    changedAtMs: null,
    staged: false,
    attempts: 0,
    marks: 0,
    isPreview: false,
    preset: null,
    payload: null,
    note: null,
    md5: null,
    sha256: null,
    hashCheckpoint: null,
    taskId: null,
    acknowledgedBytes: 0,
    sentBytes: 0,
    failedAttempts: [],
    addedAtMs: null,
    startedAtMs: null,
    state: { status: 'queued' },
    ...facts,
  }
}
