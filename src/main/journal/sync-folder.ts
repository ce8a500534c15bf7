/** Makes the names in a folder survive a power cut. Windows can't sync a folder; there, the file system's journal does it. */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'

const canSync = process.platform !== 'win32'

/** Without blocking the event loop. @param folder absolute path @throws the system's error */
export async function syncFolder(folder: string): Promise<void> {
  if (!canSync) return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @param folder absolute path @throws the system's error */
export function syncFolderNow(folder: string): void {
  if (!canSync) return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
