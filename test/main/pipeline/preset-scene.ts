/** A photographer's folder, a server and a client for the tests of presets. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endlessPatience } from '../../../src/main/client/client.ts'
import { type Preset, presets } from '../../../src/shared/presets.ts'
import { serve } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient, type WatchedClient } from '../a-client.ts'
import { noise } from '../images/photos.ts'

export const gallery = presets['web-gallery']
export const md5 = (path: string) => createHash('md5').update(readFileSync(path)).digest('hex')
/** Large enough that a copy is smaller. */
export const large = { width: 1600, height: 1200, raw: noise(1600, 1200) }

/** Where a test's files lie; only `source` is there yet. */
export function folders() {
  const folder = temporaryFolder()
  const source = join(folder, 'in')
  mkdirSync(source)
  const state = join(folder, 'state')
  return { folder, source, state, payloads: join(state, 'payloads'), stored: join(folder, 'data', 'uploads') }
}

/** File name -> `converted`, or why its original went as it is. */
export function notes({ rows }: WatchedClient) {
  return Object.fromEntries(
    rows().map(({ relativePath, note }) => [
      relativePath.split('/').at(-1),
      note?.kind === 'original-kept' ? note.reason : note?.kind,
    ]),
  )
}

type Places = ReturnType<typeof folders>
type Server = Awaited<ReturnType<typeof serve>>

/** Uploads everything under a preset with a client of its own, to a server of its own where none is given. */
export async function uploadAll(preset: Preset | null, places: Places, paths = [places.source], at?: Server) {
  const server = at ?? (await serve(join(places.folder, 'data')))
  const watched = await openTestClient(places.state, server, endlessPatience, { preset })
  await watched.client.intake.addPaths(paths)
  await watched.client.whenIdle()
  await watched.client.stop()
  return watched
}
