/** Opens files so that no symlink is followed and no partial is created twice. */
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { StoredContent } from '../store.ts'
import { orErrno } from './errors.ts'
import type { FileOperations } from './file-operations.ts'

// Windows has no such flag; only administrators can create symlinks there.
export const noFollow = constants.O_NOFOLLOW ?? 0

/** Undefined when there is no such file, or a symlink instead. */
export async function openExisting(
  files: FileOperations,
  path: string,
  flags: number = constants.O_RDONLY,
): Promise<FileHandle | undefined> {
  const opened = await orErrno(files.open(path, flags | noFollow), 'ENOENT', 'ENOTDIR', 'ELOOP')
  return opened.errno === undefined ? opened.result : undefined
}

/**
 * Opens a partial for writing; creates it, for the owner only, when it does not exist.
 * @param isNew it probably does not exist: create it without trying to open it first
 */
export async function openPartial(files: FileOperations, path: string, isNew: boolean): Promise<FileHandle> {
  const existing = isNew ? undefined : await openExisting(files, path, constants.O_RDWR)
  if (existing !== undefined) return existing
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL
  const made = await orErrno(files.open(path, flags, 0o600), 'EEXIST')
  if (made.errno === undefined) return made.result
  // Another chunk of the same file has just created it; anything that is not our file stays an error.
  return files.open(path, constants.O_RDWR | noFollow)
}

/** Opens a stored file for reading; undefined when there is none. */
export async function openStored(files: FileOperations, path: string): Promise<StoredContent | undefined> {
  const handle = await openExisting(files, path)
  const stat = await handle?.stat()
  if (handle === undefined || stat?.isFile() !== true) {
    await handle?.close()
    return undefined
  }
  const stream = (start: number, end: number) => handle.createReadStream({ start, end })
  return { size: stat.size, mtimeMs: stat.mtimeMs, stream, close: () => handle.close() }
}
