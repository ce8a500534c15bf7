/** What the scene of failed syncs drops: shared by the test and by the process in which syncs fail. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Two files for each run, of names that no other run has. */
export const namesOf = (run: number) => [`${run}-a.jpg`, `${run}-b.jpg`]

/** Bytes that follow from the name. */
export function contentOf(name: string): Buffer {
  return Buffer.concat(
    Array.from({ length: 600 }, (_, index) => createHash('sha256').update(`${name} ${index}`).digest()),
  )
}

/** @param folder absolute path of the scene's folder */
export function sceneFolders(folder: string): { readonly scratch: string; readonly states: string } {
  return { scratch: join(folder, 'scratch'), states: join(folder, 'states') }
}

/** Where a photo lies that is to be converted, if it is there. */
export const photoOf = (folder: string) => join(folder, 'photo.jpg')
