/** Opens the store that is configured: the disk, or a bucket. */
import { openDiskStore } from './disk/disk-store.ts'
import type { BucketAddress } from './s3/bucket-url.ts'
import type { Store } from './store.ts'

interface StoreSettings {
  /** Absolute path. */
  readonly dataDir: string
  /** Bytes of the disk that uploads may not use. */
  readonly freeSpaceReserve: number
  /** Undefined for the disk. */
  readonly bucket: BucketAddress | undefined
}

/** @throws UploadError `storage-failed`, `storage-full` */
export async function openStore({ bucket, ...disk }: StoreSettings): Promise<Store> {
  if (bucket === undefined) return openDiskStore(disk)
  // Loaded only when used: the SDK costs a third of a second and 20 MB at every start.
  const { openS3Store } = await import('./s3/s3-store.ts')
  return openS3Store({ address: bucket })
}
