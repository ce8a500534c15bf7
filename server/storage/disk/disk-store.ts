/**
 * The store on a local disk. Chunks are written in place into one partial file, which becomes the stored file when it gets
 * its name: no merge, no second copy.
 */
import { constants } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ChunkDigest } from '../../../src/shared/protocol/wire.ts'
import type { FileDigests } from '../../digests.ts'
import { safePath } from '../safe-path.ts'
import type {
  ChunkWrite,
  ChunkWriter,
  LostChunks,
  OnBytes,
  PartialPlan,
  SealedPartial,
  Store,
  StoredContent,
  StoredStat,
  WholeFile,
} from '../store.ts'
import { DiskChunkWriter } from './chunk-writer.ts'
import { DigestPool } from './digest-pool.ts'
import { coded, orErrno } from './errors.ts'
import { FileNamer } from './file-namer.ts'
import { type FileOperations, nodeFiles } from './file-operations.ts'
import { DiskFolders } from './folders.ts'
import { createFreeSpace } from './free-space.ts'
import { openExisting, openPartial, openStored } from './open-files.ts'
import { writeWholeFile } from './whole-file.ts'

export interface DiskStoreOptions {
  /** Absolute path of the data folder; `uploads` and `.photoferry/partial` in it belong to the store. */
  readonly dataDir: string
  /** Bytes of the disk that uploads may not use. */
  readonly freeSpaceReserve: number
  readonly files?: FileOperations
}

/** Opens the store and creates its folders. @throws UploadError `storage-failed`, `storage-full` */
export async function openDiskStore(options: DiskStoreOptions): Promise<Store> {
  const files = options.files ?? nodeFiles
  const library = join(options.dataDir, 'uploads')
  const partials = join(options.dataDir, '.photoferry', 'partial')
  await coded(async () => {
    await files.mkdir(library, { recursive: true, mode: 0o700 })
    await files.mkdir(partials, { recursive: true, mode: 0o700 })
    await new DiskFolders(files, options.dataDir).makeDurable(library)
    // The parent folder may be closed to us for reading; then its owner is responsible for our folder's entry.
    await orErrno(new DiskFolders(files, dirname(options.dataDir)).makeDurable(options.dataDir), 'EACCES')
  })
  return new DiskStore(files, library, partials, createFreeSpace(files, library, options.freeSpaceReserve))
}

class DiskStore implements Store {
  readonly isShared = false
  readonly chunkDigest = 'crc32c'
  readonly freeBytes: () => Promise<number>
  readonly #files: FileOperations
  readonly #library: string
  readonly #partials: string
  readonly #folders: DiskFolders
  readonly #namer: FileNamer
  readonly #digests: DigestPool

  constructor(files: FileOperations, library: string, partials: string, freeBytes: () => Promise<number>) {
    this.#files = files
    this.#library = library
    this.#partials = partials
    this.#folders = new DiskFolders(files, library)
    this.#namer = new FileNamer(files)
    this.#digests = new DigestPool(files)
    this.freeBytes = () => coded(freeBytes)
  }

  openChunk(chunk: ChunkWrite): Promise<ChunkWriter> {
    return coded(() => DiskChunkWriter.open(this.#files, this.#partial(chunk.taskId), chunk))
  }

  writeWhole(file: WholeFile): Promise<SealedPartial> {
    return coded(() => writeWholeFile(this.#files, this.#partial(file.taskId), file))
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

  partialDigests(taskId: string, _sealed: SealedPartial, onBytes: OnBytes): Promise<FileDigests> {
    return this.#digests.ofFile(this.#partial(taskId), onBytes)
  }

  partialChunkDigests(
    taskId: string,
    chunkSize: number,
    algorithms: readonly (ChunkDigest | undefined)[],
  ): Promise<readonly string[]> {
    return this.#digests.ofChunks(this.#partial(taskId), { chunkSize, algorithms })
  }

  publish(taskId: string, path: string): Promise<'published' | 'taken'> {
    return coded(async () => {
      const partial = this.#partial(taskId)
      const final = this.#final(path)
      let outcome = await this.#namer.name(partial, final)
      if (outcome === 'no-folder') {
        await this.#folders.create(dirname(final))
        outcome = await this.#namer.name(partial, final)
      }
      if (outcome === 'taken') return 'taken'
      if (outcome === 'no-folder') throw new Error(`${partial} or the folder of ${final} has disappeared`)
      await this.#folders.makeDurable(dirname(final))
      return 'published'
    })
  }

  isPublishedAs(taskId: string, path: string): Promise<boolean> {
    return coded(async () => {
      // As bigint: the inode numbers of some file systems are too large for a double.
      const exactly = { bigint: true } as const
      const partial = await orErrno(this.#files.lstat(this.#partial(taskId), exactly), 'ENOENT')
      const final = await orErrno(this.#files.lstat(this.#final(path), exactly), 'ENOENT', 'ENOTDIR')
      if (partial.errno !== undefined || final.errno !== undefined) return false
      return partial.result.ino === final.result.ino && partial.result.dev === final.result.dev
    })
  }

  makeDurable(path: string): Promise<void> {
    return coded(async () => {
      const handle = await openExisting(this.#files, this.#final(path))
      try {
        await handle?.sync()
      } finally {
        await handle?.close()
      }
      await this.#folders.makeDurable(dirname(this.#final(path)))
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

  fileDigests(path: string, onBytes: OnBytes): Promise<FileDigests> {
    return this.#digests.ofFile(this.#final(path), onBytes)
  }

  readPartial(taskId: string): Promise<StoredContent | undefined> {
    return coded(() => openStored(this.#files, this.#partial(taskId)))
  }

  copyToPartial(path: string, taskId: string): Promise<boolean> {
    return coded(async () => {
      await this.discardPartial(taskId)
      // A reflink on disks that have them: no bytes are copied, and yet editing one file never changes the other.
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

/**
 * Makes a partial file durable, with the source's modification time.
 * @param path absolute path of the partial
 * @param lastModifiedMs ms since 1970; when undefined, the time of the last write stays
 */
async function sealFile(
  files: FileOperations,
  path: string,
  { size, totalChunks }: PartialPlan,
  lastModifiedMs: number | undefined,
): Promise<SealedPartial | LostChunks> {
  const handle = size === 0 ? await openPartial(files, path, true) : await openExisting(files, path)
  // All chunks are in one file: when it is gone, or has another size, it is unknown which of them are left.
  const all = { lost: Array.from({ length: totalChunks }, (_, index) => index) }
  if (handle === undefined) return all
  try {
    if (lastModifiedMs !== undefined) await handle.utimes(new Date(), lastModifiedMs / 1000)
    await handle.sync()
    const stat = await handle.stat()
    return stat.size === size ? { size, mtimeMs: stat.mtimeMs } : all
  } finally {
    await handle.close()
  }
}
