/** Opens the store that the settings name: the disk, or a bucket. */
import { openDiskStore } from './disk/disk-store.ts'
import type { S3Location } from './s3/bucket-url.ts'
import type { Store } from './store.ts'

export interface StoreSettings {
  /** Absolute path. */
  readonly dataDir: string
  /** Bytes of the disk that uploads may not use. */
  readonly freeSpaceReserve: number
  /** Undefined: the disk. */
  readonly bucket: S3Location | undefined
}

/** @throws UploadError `storage-failed`, `storage-full` */
export async function openStore({ bucket, ...disk }: StoreSettings): Promise<Store> {
  if (bucket === undefined) return openDiskStore(disk)
  // Loaded only where it is used: the SDK costs every start a third of a second and 20 MB.
  const { openS3Store } = await import('./s3/s3-store.ts')
  return openS3Store({ location: bucket })
}
