/**
 * The store on a local disk. Chunks are written in place into one partial file, which becomes the stored file when it gets
 * its name: no merge, no second copy.
 */
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
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
  StoredFileStat,
  WholeFile,
} from '../store.ts'
import type { Throttle } from '../throttle.ts'
import { DiskArrivals } from './arrivals.ts'
import { DiskChunkWriter } from './chunk-writer.ts'
import { DamagedFiles } from './damaged-files.ts'
import { DigestPool } from './digest-pool.ts'
import { coded, orErrno } from './errors.ts'
import { FileNamer } from './file-namer.ts'
import { type FileOperations, nodeFiles } from './file-operations.ts'
import { DiskFolders } from './folders.ts'
import { FreeSpace } from './free-space.ts'
import { openExisting, openStored } from './open-files.ts'
import { OwnWrites } from './own-writes.ts'
import { sealFile, syncFile } from './seal-file.ts'
import { UnsyncedFiles } from './unsynced-files.ts'
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
  const { library, partials } = foldersIn(options.dataDir)
  await coded(async () => {
    await files.mkdir(library, { recursive: true, mode: 0o700 })
    await files.mkdir(partials, { recursive: true, mode: 0o700 })
    await new DiskFolders(files, options.dataDir).makeDurable(library)
    // The parent folder may be closed to us for reading; then its owner is responsible for our folder's entry.
    await orErrno(new DiskFolders(files, dirname(options.dataDir)).makeDurable(options.dataDir), 'EACCES')
  })
  return new DiskStore(files, options.dataDir, new FreeSpace(files, library, options.freeSpaceReserve))
}

function foldersIn(dataDir: string): { readonly library: string; readonly partials: string } {
  return { library: join(dataDir, 'uploads'), partials: join(dataDir, '.photoferry', 'partial') }
}

class DiskStore implements Store {
  readonly isShared = false
  readonly chunkDigest = 'crc32c'
  readonly arrivals: DiskArrivals
  readonly #files: FileOperations
  readonly #library: string
  readonly #partials: string
  readonly #folders: DiskFolders
  readonly #namer: FileNamer
  readonly #digests: DigestPool
  readonly #aside: DamagedFiles
  readonly #freeSpace: FreeSpace
  readonly #unsynced = new UnsyncedFiles()
  readonly #ownWrites: OwnWrites

  constructor(files: FileOperations, dataDir: string, freeSpace: FreeSpace) {
    const { library, partials } = foldersIn(dataDir)
    this.#files = files
    this.#library = library
    this.#partials = partials
    this.#folders = new DiskFolders(files, library)
    this.#namer = new FileNamer(files)
    this.#digests = new DigestPool(files)
    this.#aside = new DamagedFiles(files, this.#namer, this.#folders, dataDir)
    this.#freeSpace = freeSpace
    this.#ownWrites = new OwnWrites(files)
    this.arrivals = new DiskArrivals(files, this.#unsynced, (taskId) => this.#partial(taskId))
  }

  openChunk(chunk: ChunkWrite): Promise<ChunkWriter> {
    return coded(async () => {
      const room = await this.#freeSpace.reserve(chunk.length ?? 0)
      const { taskId } = chunk
      const path = this.#partial(taskId)
      await this.#ownWrites.begin(taskId, path)
      const onEnd = (handle?: FileHandle) => this.#ownWrites.end(taskId, handle)
      try {
        return await DiskChunkWriter.open(this.#files, path, { room, chunk, onEnd })
      } catch (thrown) {
        room.release()
        await onEnd()
        throw thrown
      }
    })
  }

  writeWhole(file: WholeFile): Promise<SealedPartial | LostChunks> {
    return coded(async () => {
      const room = await this.#freeSpace.reserve(file.size)
      try {
        return await writeWholeFile(this.#files, this.#unsynced, this.#partial(file.taskId), file)
      } finally {
        room.written(file.size)
        room.release()
      }
    })
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
    return coded(async () => {
      await this.arrivals.synced(taskId)
      const isTouched = await this.#ownWrites.isTouched(taskId, this.#partial(taskId))
      const sealed = await sealFile(this.#files, this.#unsynced, this.#partial(taskId), plan, lastModifiedMs)
      return 'lost' in sealed ? sealed : { ...sealed, isTouched }
    })
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
      let madeFolder: string | undefined
      let outcome = await this.#namer.name(partial, final)
      if (outcome === 'no-folder') {
        madeFolder = await this.#folders.create(dirname(final))
        outcome = await this.#namer.name(partial, final)
      }
      if (outcome === 'taken') return 'taken'
      if (outcome === 'no-folder') throw new Error(`${partial} or the folder of ${final} has disappeared`)
      try {
        await this.#folders.makeDurable(dirname(final))
      } catch (thrown) {
        // The name may be gone after a power cut; given once more, it is written once more.
        await this.#withdraw(partial, final, madeFolder)
        throw thrown
      }
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

  makeDurable(path: string): Promise<boolean> {
    return coded(async () => {
      const handle = await openExisting(this.#files, this.#final(path))
      try {
        if (handle !== undefined && !(await syncFile(handle, await handle.stat(), this.#unsynced)).isSynced)
          return false
      } finally {
        await handle?.close()
      }
      await this.#folders.makeDurable(dirname(this.#final(path)))
      return true
    })
  }

  unpublish(taskId: string, path: string): Promise<void> {
    return coded(async () => {
      if (await this.isPublishedAs(taskId, path)) await this.#files.unlink(this.#final(path))
    })
  }

  async discardPartial(taskId: string): Promise<void> {
    await coded(async () => {
      const path = this.#partial(taskId)
      this.#ownWrites.forget(taskId)
      const found = this.#unsynced.isEmpty ? undefined : await orErrno(this.#files.lstat(path), 'ENOENT')
      await orErrno(this.#files.unlink(path), 'ENOENT')
      if (found?.errno === undefined && found?.result.nlink === 1) this.#unsynced.remove(found.result)
    })
  }

  partials(): Promise<readonly string[]> {
    return coded(() => this.#files.readdir(this.#partials))
  }

  stat(path: string): Promise<StoredFileStat | undefined> {
    return coded(async () => {
      const found = await orErrno(this.#files.lstat(this.#final(path)), 'ENOENT', 'ENOTDIR')
      if (found.errno !== undefined || !found.result.isFile()) return undefined
      const { size, mtimeMs, ctimeMs: changedAtMs } = found.result
      return { size, mtimeMs, changedAtMs }
    })
  }

  fileDigests(path: string, onBytes: OnBytes, throttle?: Throttle): Promise<FileDigests> {
    return this.#digests.ofFile(this.#final(path), onBytes, throttle)
  }

  setAside(_taskId: string, path: string): Promise<string | undefined> {
    return coded(() => this.#aside.move(this.#final(path), safePath(path)))
  }

  readPartial(taskId: string): Promise<StoredContent | undefined> {
    return coded(() => openStored(this.#files, this.#partial(taskId)))
  }

  copyToPartial(path: string, taskId: string): Promise<boolean> {
    return coded(async () => {
      await this.discardPartial(taskId)
      // A reflink on disks that have them: no bytes are copied, and yet editing one file never changes the other.
      const mode = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE
      const bytes = (await this.stat(path))?.size ?? 0
      const room = await this.#freeSpace.reserve(bytes)
      try {
        const copied = await orErrno(
          this.#files.copyFile(this.#final(path), this.#partial(taskId), mode),
          'ENOENT',
        )
        if (copied.errno === undefined) room.written(bytes)
        return copied.errno === undefined
      } finally {
        room.release()
      }
    })
  }

  read(path: string): Promise<StoredContent | undefined> {
    return coded(() => openStored(this.#files, this.#final(path)))
  }

  freeBytes(): Promise<number> {
    return coded(() => this.#freeSpace.bytes())
  }

  async close(): Promise<void> {
    await Promise.all([this.#digests.close(), this.arrivals.close()])
  }

  /** As far as the disk still allows it; what it does not undo is found and synced by the next attempt. */
  async #withdraw(partial: string, final: string, madeFolder: string | undefined): Promise<void> {
    try {
      await this.#namer.unname(partial, final)
      if (madeFolder !== undefined) await this.#folders.removeEmpty(dirname(final), madeFolder)
    } catch {
      // The failed sync is what the caller reports.
    }
  }

  #partial(taskId: string): string {
    return join(this.#partials, ...safePath(taskId))
  }

  #final(path: string): string {
    return join(this.#library, ...safePath(path))
  }
}
