/** A drop of a folder and of a card that is pulled out before anything of it is read. */
import { join } from 'node:path'
import { expect } from 'vitest'
import { endlessPatience } from '../../src/main/client/client.ts'
import { UploadReport } from '../../src/main/terminal/upload-report.ts'
import type { Volumes } from '../../src/main/volumes/volume.ts'
import type { ServerAddress } from '../../src/shared/servers.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient, writeFiles } from './a-client.ts'
import { type Card, CardReader } from './drives-scene.ts'

export interface PulledCard {
  readonly watched: WatchedClient
  readonly report: UploadReport
  readonly batchId: string
  readonly server: ServerAddress
  /** Absolute paths. */
  readonly folder: string
  readonly stateDir: string
  readonly cardPath: string
  /** Puts the card back where it was. */
  readonly plugIn: () => void
}

/** Two files of the folder are stored when this fulfils; the card is waited for. */
export async function dropPulledCard(): Promise<PulledCard> {
  const folder = temporaryFolder()
  const stateDir = join(folder, 'state')
  const reader = new CardReader(folder)
  const card = reader.card('CARD_1', 'uuid:1', { 'IMG_1.jpg': 10, 'IMG_2.jpg': 20 })
  const cardPath = reader.plugIn(card)
  const wedding = writeFiles(join(folder, 'Wedding'), { 'a.jpg': 300, 'b.jpg': 400 })
  const server = await serve(join(folder, 'data'))
  const { volumes, pullSoon } = pulling(reader, card)
  const watched = await openTestClient(stateDir, server, endlessPatience, { volumes })
  const paths = [wedding, cardPath]
  const report = new UploadReport(watched.client, paths)
  const [batchId = ''] = await watched.client.intake.addPaths(paths)
  pullSoon()
  await expect.poll(() => watched.statuses()).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done' })
  const row = () => watched.events.flatMap(({ batches }) => batches).findLast(({ id }) => id === batchId)
  await expect.poll(() => row()).toMatchObject({ awaitedDrives: ['CARD_1'] })
  return {
    watched,
    report,
    batchId,
    server,
    folder,
    stateDir,
    cardPath,
    plugIn: () => void reader.plugIn(card),
  }
}

/** Drives of which the card goes as soon as somebody asks for it after `pullSoon`. */
function pulling(reader: CardReader, card: Card): { readonly volumes: Volumes; pullSoon(): void } {
  let isDue = false
  const pull = () => {
    if (isDue) reader.pullOut(card)
    isDue = false
  }
  const volumes: Volumes = {
    list: () => {
      pull()
      return reader.list()
    },
    at: (path) => {
      pull()
      return reader.at(path)
    },
  }
  const pullSoon = () => {
    isDue = true
  }
  return { volumes, pullSoon }
}
