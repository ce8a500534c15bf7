/** Forgets the files that are damaged, once a person knows of them: because they removed or edited them on purpose, say. */
import type { Uploads } from '../context.ts'

/** What lies at their paths stays as it is, and belongs to no upload any more. @returns how many were forgotten */
export async function forgetDamaged({ ledger, log }: Uploads): Promise<number> {
  let forgotten = 0
  const most = (await ledger.totals()).damagedFiles
  while (forgotten < most) {
    const files = await ledger.damagedFiles()
    if (files.length === 0) break
    for (const { fileId, storedPath: path, damage } of files) {
      await ledger.forgetFile(fileId)
      log.warn({ path, damage }, 'damaged file was forgotten, as asked')
      forgotten += 1
    }
  }
  return forgotten
}
