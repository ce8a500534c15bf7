/** The client as a whole, as entries and bridges see it. Knows nothing of Electron. */
import { UploadError } from '../../shared/protocol/errors.ts'
import { serverOf } from '../../shared/settings.ts'
import { stateError } from '../journal/disk-errors.ts'
import { lockState } from '../journal/state-lock.ts'
import type { Patience } from '../queue/server-link.ts'
import { asking } from './asking.ts'
import { presetChoosing, presetForDrop } from './choosing-presets.ts'
import { ending } from './ending.ts'
import type { Client, DropChoice } from './interface.ts'
import type { ClientOptions } from './options.ts'
import { buildParts, type ClientParts } from './parts.ts'
import { remembering } from './remembering.ts'
import { showing } from './showing.ts'
import { openStagedBatch } from './staged-batch.ts'
import { steering } from './steering.ts'
import { surveying } from './surveying.ts'

export type { Client, DropChoice } from './interface.ts'
export type { ClientOptions } from './options.ts'
export type { WrittenReceipt } from './receipt-text.ts'
export type { StagedBatch } from './staged-batch.ts'

/** A window waits as long as it takes: laptops sleep, trains have tunnels. */
export const endlessPatience: Patience = {
  firstContactMs: Number.POSITIVE_INFINITY,
  returnMs: Number.POSITIVE_INFINITY,
}

/**
 * Opens the state folder and goes on with whatever was left undone there.
 * @throws UploadError `state-in-use` when another PhotoFerry has the folder open, `bad-request` when the disk refuses it
 */
export async function openClient(options: ClientOptions): Promise<Client> {
  const unlock = lockState(options.stateDir)
  try {
    const parts = buildParts(options)
    parts.bandwidth.look()
    parts.servers.open()
    parts.drops.resume()
    checkSources(parts)
    const added = intake(parts, options)
    return {
      ...added,
      ...surveying(parts, added.addPaths),
      ...steering(parts),
      ...presetChoosing(parts),
      ...asking(parts),
      ...showing(parts),
      ...remembering(parts),
      ...ending(parts, unlock),
    }
  } catch (thrown) {
    unlock()
    throw stateError(options.stateDir, thrown)
  }
}

function checkSources({ restart, list, queue, feed, note }: ClientParts): void {
  const isUnderWay = (itemId: string) => queue.isUnderWay(itemId)
  restart.run({ list, isUnderWay, onChange: () => feed.touchOverview() }).catch(note)
}

function intake(parts: ClientParts, options: ClientOptions): Pick<Client, 'addPaths' | 'openStagedBatch'> {
  const placeOf = (serverId = parts.settings.settings.defaultServerId) => {
    if (serverOf(parts.settings.settings, serverId) !== undefined) return serverId
    throw new UploadError('not-found', 'The server to send to is not in the settings. Choose another.')
  }
  const planOf = ({ presetId, serverId }: DropChoice = {}) => ({
    preset: presetForDrop(parts.settings.settings, presetId, options.preset),
    serverId: placeOf(serverId),
  })
  return {
    addPaths: async (paths, choice) => [parts.drops.add(paths, planOf(choice))],
    openStagedBatch: async (name, earlierId, choice) =>
      openStagedBatch(parts, name, earlierId, planOf(choice)),
  }
}
