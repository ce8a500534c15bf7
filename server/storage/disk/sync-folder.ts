/** Makes the names in a folder survive a power cut. */
import { type FileOperations, nodeFiles } from './file-operations.ts'

/** @param folder absolute path @throws the system's error */
export async function syncFolder(
  folder: string,
  files: Pick<FileOperations, 'open'> = nodeFiles,
): Promise<void> {
  // Windows cannot open folders for syncing; NTFS journals their entries itself.
  if (process.platform === 'win32') return
  const handle = await files.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
