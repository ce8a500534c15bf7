/**
 * The store on a local disk. Chunks are written in place into one partial file, which becomes the stored file by
 * getting its name: no merge, no second copy. Stands between the use cases and the file system.
 */
import { constants } from 'node:fs'
import { dirname, join } from 'node:path'
import { safePath } from '../safe-path.ts'
import type {
  ChunkPlace,
  ChunkWriter,
  LostChunks,
  OnBytes,
  PartialPlan,
  SealedPartial,
  Store,
  StoredContent,
  StoredStat,
} from '../store.ts'
import { DiskChunkWriter } from './chunk-writer.ts'
import { Digests } from './digest-pool.ts'
import { coded, orErrno } from './errors.ts'
import { DiskNames } from './file-namer.ts'
import { type DiskFiles, nodeFiles } from './file-operations.ts'
import { DiskFolders } from './folders.ts'
import { createFreeSpace } from './free-space.ts'
import { openExisting, openStored } from './open-files.ts'
import { sealFile } from './seal-file.ts'

export interface DiskStoreOptions {
  /** Absolute path of the data folder; `uploads` and `.photoferry/partial` below it are the store's own. */
  readonly dataDir: string
  /** Bytes of the disk that uploads may not use. */
  readonly freeSpaceReserve: number
  readonly files?: DiskFiles
}

/** Opens the store and makes its folders. @throws UploadError `storage-failed`, `storage-full` */
export async function openDiskStore(options: DiskStoreOptions): Promise<Store> {
  const files = options.files ?? nodeFiles
  const library = join(options.dataDir, 'uploads')
  const partials = join(options.dataDir, '.photoferry', 'partial')
  await coded(async () => {
    await files.mkdir(library, { recursive: true, mode: 0o700 })
    await files.mkdir(partials, { recursive: true, mode: 0o700 })
    await new DiskFolders(files, options.dataDir).settle(library)
    // The folder above may be one that we may pass but not read; then whoever made ours keeps it.
    await orErrno(new DiskFolders(files, dirname(options.dataDir)).settle(options.dataDir), 'EACCES')
  })
  return new DiskStore(files, library, partials, createFreeSpace(files, library, options.freeSpaceReserve))
}

class DiskStore implements Store {
  readonly isShared = false
  readonly freeBytes: () => Promise<number>
  readonly #files: DiskFiles
  readonly #library: string
  readonly #partials: string
  readonly #folders: DiskFolders
  readonly #names: DiskNames
  readonly #digests: Digests

  constructor(files: DiskFiles, library: string, partials: string, freeBytes: () => Promise<number>) {
    this.#files = files
    this.#library = library
    this.#partials = partials
    this.#folders = new DiskFolders(files, library)
    this.#names = new DiskNames(files)
    this.#digests = new Digests(files)
    this.freeBytes = () => coded(freeBytes)
  }

  openChunk(place: ChunkPlace): Promise<ChunkWriter> {
    return coded(() => DiskChunkWriter.open(this.#files, this.#partial(place.taskId), place))
  }

  async hasPartial(taskId: string): Promise<boolean> {
    return (await this.partialSize(taskId)) !== undefined
  }

  partialSize(taskId: string): Promise<number | undefined> {
    return coded(async () => {
      const found = await orErrno(this.#files.lstat(this.#partial(taskId)), 'ENOENT')
      return found.errno === undefined ? found.result.size : undefined
    })
  }

  sealPartial(
    taskId: string,
    plan: PartialPlan,
    lastModifiedMs: number | undefined,
  ): Promise<SealedPartial | LostChunks> {
    return coded(() => sealFile(this.#files, this.#partial(taskId), plan, lastModifiedMs))
  }

  async partialMd5(taskId: string, _sealed: SealedPartial, onBytes: OnBytes): Promise<string> {
    const [md5] = await this.#digests.of(this.#partial(taskId), { algorithm: 'md5' }, onBytes)
    return md5 ?? ''
  }

  partialChunkDigests(taskId: string, chunkSize: number): Promise<readonly string[]> {
    return this.#digests.of(this.#partial(taskId), { algorithm: 'sha256', chunkSize }, () => undefined)
  }

  publish(taskId: string, path: string): Promise<'published' | 'taken'> {
    return coded(async () => {
      const partial = this.#partial(taskId)
      const final = this.#final(path)
      let outcome = await this.#names.give(partial, final)
      if (outcome === 'no-folder') {
        await this.#folders.make(dirname(final))
        outcome = await this.#names.give(partial, final)
      }
      if (outcome === 'taken') return 'taken'
      if (outcome === 'no-folder')
        throw new Error(`neither ${partial} nor the folder of ${final} may vanish now`)
      await this.#folders.settle(dirname(final))
      return 'published'
    })
  }

  isPublishedAs(taskId: string, path: string): Promise<boolean> {
    return coded(async () => {
      // As bigint: some file systems have numbers beyond what a double can tell apart.
      const exactly = { bigint: true } as const
      const partial = await orErrno(this.#files.lstat(this.#partial(taskId), exactly), 'ENOENT')
      const final = await orErrno(this.#files.lstat(this.#final(path), exactly), 'ENOENT', 'ENOTDIR')
      if (partial.errno !== undefined || final.errno !== undefined) return false
      return partial.result.ino === final.result.ino && partial.result.dev === final.result.dev
    })
  }

  settle(path: string): Promise<void> {
    return coded(async () => {
      const handle = await openExisting(this.#files, this.#final(path))
      try {
        await handle?.sync()
      } finally {
        await handle?.close()
      }
      await this.#folders.settle(dirname(this.#final(path)))
    })
  }

  async discardPartial(taskId: string): Promise<void> {
    await coded(() => orErrno(this.#files.unlink(this.#partial(taskId)), 'ENOENT'))
  }

  partials(): Promise<readonly string[]> {
    return coded(() => this.#files.readdir(this.#partials))
  }

  stat(path: string): Promise<StoredStat | undefined> {
    return coded(async () => {
      const found = await orErrno(this.#files.lstat(this.#final(path)), 'ENOENT', 'ENOTDIR')
      if (found.errno !== undefined || !found.result.isFile()) return undefined
      return { size: found.result.size, mtimeMs: found.result.mtimeMs }
    })
  }

  async fileMd5(path: string, onBytes: OnBytes): Promise<string> {
    const [md5] = await this.#digests.of(this.#final(path), { algorithm: 'md5' }, onBytes)
    return md5 ?? ''
  }

  readPartial(taskId: string): Promise<StoredContent | undefined> {
    return coded(() => openStored(this.#files, this.#partial(taskId)))
  }

  copyToPartial(path: string, taskId: string): Promise<boolean> {
    return coded(async () => {
      await this.discardPartial(taskId)
      // A reflink where the disk has them: no bytes move, and yet editing one never changes the other.
      const mode = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE
      const copied = await orErrno(
        this.#files.copyFile(this.#final(path), this.#partial(taskId), mode),
        'ENOENT',
      )
      return copied.errno === undefined
    })
  }

  read(path: string): Promise<StoredContent | undefined> {
    return coded(() => openStored(this.#files, this.#final(path)))
  }

  close(): Promise<void> {
    return this.#digests.close()
  }

  #partial(taskId: string): string {
    return join(this.#partials, ...safePath(taskId))
  }

  #final(path: string): string {
    return join(this.#library, ...safePath(path))
  }
}
