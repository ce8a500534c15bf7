/** The file operations that the disk store uses, so that a test can fail or crash at each one of them. */
import * as fs from 'node:fs/promises'

/** A part of node:fs/promises, with its meaning unchanged. */
export type FileOperations = Pick<
  typeof fs,
  'copyFile' | 'link' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rmdir' | 'statfs' | 'unlink'
>

export const nodeFiles: FileOperations = fs
