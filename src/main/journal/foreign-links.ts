/** Links in the state folder lead out of it, where PhotoFerry has nothing to write or delete: they are set aside unread. */
import { type Dirent, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { linksAside } from './disk-errors.ts'

/** PhotoFerry's own entries of the state folder, without those that are made anew at each use; others have theirs beside them. */
const ownEntries =
  /^(lock\.db.*|settings\.json|format\.json|journal|history|staging|staging-names|payloads|thumbnails|browser-token)$/
/** Folders whose entries are PhotoFerry's too. Thumbnails are not among them: they are replaced, never written to. */
const ownFolders = ['journal', 'history', 'staging', 'staging-names', 'payloads']
/** What was set aside already. */
const asidePattern = /\.link-\d+$/

/**
 * Renames each symbolic link among PhotoFerry's own files and folders, so that what it leads to stays as it is. Call it
 * before the lock is opened, which is such a file too.
 * @param stateDir absolute path; it may be a link itself: the person chose it
 * @returns a problem to report; null where there was no link
 */
export function setLinksAside(stateDir: string) {
  const found: string[] = []
  const at = Date.now()
  const walk = (folder: string, isOwn: (name: string) => boolean, depth: number) => {
    for (const entry of entriesOf(folder)) {
      if (!isOwn(entry.name) || asidePattern.test(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isSymbolicLink()) {
        renameSync(path, `${path}.link-${at}`)
        found.push(`${path}.link-${at}`)
      } else if (entry.isDirectory() && depth > 0) walk(path, () => true, depth - 1)
    }
  }
  walk(stateDir, (name) => ownEntries.test(name), 0)
  // The inbox has a folder for each drop.
  for (const name of ownFolders) walk(join(stateDir, name), () => true, 1)
  return found.length === 0 ? null : linksAside(found)
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // There is none yet, or it can't be read: what opens it later says so.
    return []
  }
}
