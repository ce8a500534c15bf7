/** The image worker with a note beside each file that it syncs: how many bytes were in it then. */
import { readlinkSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

const handle = await open(process.execPath, 'r')
const prototype = Object.getPrototypeOf(handle) as FileHandle
await handle.close()
const { sync } = prototype
prototype.sync = async function (this: FileHandle) {
  const path = readlinkSync(`/proc/self/fd/${this.fd}`)
  await sync.call(this)
  writeFileSync(`${path}.synced`, String(statSync(path).size))
}
await import('../../../src/main/images/convert/image-worker.ts')
