/** The shape every stage has: it returns or throws; it never retries, persists, or knows the next stage. */
import type { UploadItem } from '../../shared/upload.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import type { ImagePool } from '../images/convert/image-pool.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { PayloadArea } from './payload-area.ts'

/** What a stage may report about its item while it runs. */
export type ItemPatch = Partial<
  Pick<
    UploadItem,
    | 'md5'
    | 'hashCheckpoint'
    | 'taskId'
    | 'acknowledgedBytes'
    | 'sentBytes'
    | 'size'
    | 'mtimeMs'
    | 'payload'
    | 'note'
  >
>

export interface StageControl {
  /** Aborted with a reason of queue/stop-reason.ts; a stage then throws that reason. */
  readonly signal: AbortSignal
}

/** What stages work with on this machine. */
export interface StageTools {
  readonly hashPool: HashPool
  readonly imagePool: ImagePool
  readonly payloads: PayloadArea
}

/** What stages are given to work with. */
export interface StageDeps extends StageTools {
  readonly api: ServerApi
  /** Runs what speaks to the server as soon as it is this file's turn. */
  readonly inTurn: <Result>(send: () => Promise<Result>) => Promise<Result>
  readonly buffers: BufferPool
  /** Chunks of one file in flight at once. */
  readonly parallelChunks: number
  /** Larger files are refused; bytes, null for no limit. */
  readonly maxFileSize: number | null
}
