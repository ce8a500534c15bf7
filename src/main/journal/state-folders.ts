/** Makes the folders of the state folder, and removes what a crash left of files that were being replaced in them. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { syncFolderNow } from '../disk/sync-folder.ts'

/** Drafts of shards, of the lines of the history, and of the library that electron-store writes with. */
const draftName = /\.(draft|json\.tmp-[0-9a-f]+)$/

/**
 * Makes `journal/` and `history/`; their names are on disk when this returns, or what is synced in them could be lost with
 * them. Drafts that never got their names go.
 * @param stateDir absolute path of a folder that nobody else has open (see state-lock.ts)
 */
export function openStateFolders(stateDir: string): void {
  const folders = [join(stateDir, 'journal'), join(stateDir, 'history')]
  for (const folder of folders) makeFolder(folder)
  for (const folder of [stateDir, ...folders]) {
    for (const name of readdirSync(folder))
      if (draftName.test(name)) rmSync(join(folder, name), { force: true })
  }
}

function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let at = folder; at.length >= first.length; at = dirname(at)) syncFolderNow(dirname(at))
}
