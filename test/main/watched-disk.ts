/**
 * What this process syncs and renames, in order, for the parts of the client that open files by themselves. SIGKILL keeps
 * what the system has in memory, so only the order shows what a power cut would leave.
 */
import fs, { readlinkSync } from 'node:fs'
import promises, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'

/** Linux alone says which file an open descriptor is. */
export const canWatch = process.platform === 'linux'

/** @returns fills up with `sync <name>` and `name <name>`, once each is done, until the test is over */
export async function watchDisk(): Promise<string[]> {
  const log: string[] = []
  const { rename } = promises
  const { renameSync } = fs
  const handle = await promises.open(temporaryFolder(), 'r')
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const { sync } = prototype
  prototype.sync = async function (this: FileHandle) {
    const path = readlinkSync(`/proc/self/fd/${this.fd}`)
    await sync.call(this)
    log.push(`sync ${basename(path)}`)
  }
  promises.rename = async (from, to) => {
    await rename(from, to)
    log.push(`name ${basename(String(to))}`)
  }
  fs.renameSync = (from, to) => {
    renameSync(from, to)
    log.push(`name ${basename(String(to))}`)
  }
  syncBuiltinESMExports()
  onTestFinished(() => {
    prototype.sync = sync
    promises.rename = rename
    fs.renameSync = renameSync
    syncBuiltinESMExports()
  })
  return log
}
