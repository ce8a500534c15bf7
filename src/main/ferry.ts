/** The client as a whole, as entries and bridges see it. Knows nothing of Electron. */
import { UploadError } from '../shared/errors.ts'
import type { FeedEvent } from '../shared/feed.ts'
import type { ItemDetails, ServerCheck, Target } from '../shared/ipc.ts'
import type { ServerAddress, Settings, SettingsPatch } from '../shared/settings.ts'
import { type PresetChoosing, presetChoosing, presetForDrop } from './choosing-presets.ts'
import { buildParts, connectServer, type FerryOptions, type FerryParts } from './ferry-parts.ts'
import { lockState } from './journal/state-lock.ts'
import type { Patience } from './queue/server-link.ts'
import { openStagedBatch, type StagedBatch } from './staged-batch.ts'
import { checkServer } from './transfer/check-server.ts'
import { signedLink } from './transfer/signed-link.ts'

export type { FerryOptions } from './ferry-parts.ts'
export type { StagedBatch } from './staged-batch.ts'

/** A running client. Every change is in the journal before the promise of its call fulfils. */
export interface Ferry extends PresetChoosing {
  /**
   * Starts reading what was dropped: one batch per call, named after its folder; files appear as they are found.
   * A file that is on the list already is not doubled: an unfinished one stays as it is, a finished one is offered anew.
   * @param paths absolute paths of files and folders; one that cannot be read becomes a failed item of its own
   * @param presetId what is done to its photos; left out, what the settings say
   * @returns ids of the new batches
   * @throws UploadError `not-found` for a preset that is not there
   */
  addPaths(paths: readonly string[], presetId?: string): Promise<readonly string[]>
  /** Opens a batch whose files arrive one by one in a staging folder that the queue then owns; see `openStagedBatch`. */
  openStagedBatch(name: string, earlierId?: string, presetId?: string): Promise<StagedBatch>
  pause(target: Target): Promise<void>
  resume(target: Target): Promise<void>
  cancel(target: Target): Promise<void>
  /** Over batches or all it retries what failed; named items also where they were canceled or done. */
  retry(target: Target): Promise<void>
  /** Takes done and canceled items off the list. @returns how many */
  removeFinished(): Promise<number>
  /** @throws UploadError `not-found` for an id the journal does not have */
  details(itemId: string): ItemDetails
  /**
   * The stored file's absolute URL, ready for a browser.
   * @throws UploadError `not-found` when the item is unknown or not done
   */
  linkTo(itemId: string): string
  settings(): Settings
  changeSettings(patch: SettingsPatch): Promise<Settings>
  checkServer(address: ServerAddress): Promise<ServerCheck>
  /** See `Bridge.subscribe` in ipc.ts. */
  subscribe(listener: (event: FeedEvent) => void): () => void
  /** Fulfils when all folders are read and no item goes on by itself any more. */
  whenIdle(): Promise<void>
  /** Stops the work where it stands, writes the journal and lets go of the state folder. */
  stop(): Promise<void>
}

/** A window waits as long as it takes: laptops sleep, trains have tunnels. */
export const endlessPatience: Patience = {
  firstContactMs: Number.POSITIVE_INFINITY,
  returnMs: Number.POSITIVE_INFINITY,
}

const idleCheckMs = 50

/**
 * Opens the state folder and goes on with whatever was left undone there.
 * @throws UploadError `state-in-use` when another PhotoFerry has the folder open
 */
export async function openFerry(options: FerryOptions): Promise<Ferry> {
  const unlock = lockState(options.stateDir)
  try {
    const parts = buildParts(options)
    connectServer(parts, options)
    parts.drops.resume()
    return {
      ...intake(parts, options),
      ...steering(parts),
      ...presetChoosing(parts),
      ...asking(parts, options),
      ...ending(parts, unlock),
    }
  } catch (error) {
    unlock()
    throw error
  }
}

type Intake = Pick<Ferry, 'addPaths' | 'openStagedBatch'>
type Steering = Pick<Ferry, 'pause' | 'resume' | 'cancel' | 'retry' | 'removeFinished'>
type Asking = Pick<Ferry, 'details' | 'linkTo' | 'settings' | 'changeSettings' | 'checkServer' | 'subscribe'>
type Ending = Pick<Ferry, 'whenIdle' | 'stop'>

function intake(parts: FerryParts, options: FerryOptions): Intake {
  const presetFor = (id?: string) => presetForDrop(parts.settings.settings, id, options.preset)
  return {
    addPaths: async (paths, presetId) => [parts.drops.add(paths, presetFor(presetId))],
    openStagedBatch: async (name, earlierId, presetId) =>
      openStagedBatch(parts, name, earlierId, presetFor(presetId)),
  }
}

function steering({ list, queue, journal, staging }: FerryParts): Steering {
  const steer = (act: () => void) => {
    act()
    journal.flush()
  }
  return {
    pause: async (target) => steer(() => queue.pause(list.select(target))),
    resume: async (target) => steer(() => queue.resume(list.select(target))),
    cancel: async (target) => steer(() => queue.cancel(list.select(target))),
    retry: async (target) => {
      const items = list.select(target)
      const failed = items.filter(({ state }) => state.status === 'failed')
      steer(() => queue.retry('itemIds' in target ? items : failed))
    },
    removeFinished: async () => {
      const finished = list.where(({ state }) => state.status === 'done' || state.status === 'canceled')
      steer(() => list.remove(finished))
      for (const item of finished) if (item.staged) staging.release(item.sourcePath)
      return finished.length
    },
  }
}

function asking(parts: FerryParts, options: FerryOptions): Asking {
  const { list, settings, feed, queue, link } = parts
  return {
    details: (itemId) => {
      const { sourcePath, md5, mtimeMs, sentBytes } = list.require(itemId)
      return { sourcePath, md5, mtimeMs, sentBytes }
    },
    linkTo: (itemId) => {
      const { state } = list.require(itemId)
      if (state.status !== 'done') throw new UploadError('not-found', 'This file is not at the server yet.')
      return signedLink(state.url, link.client?.address ?? null, link.state.bundled, Date.now())
    },
    settings: () => settings.settings,
    changeSettings: async (patch) => {
      const before = JSON.stringify(settings.settings.server)
      const after = settings.change(patch)
      if (JSON.stringify(after.server) !== before) await changeServer(parts, options)
      queue.pump()
      return after
    },
    checkServer,
    subscribe: (listener) => feed.subscribe(listener),
  }
}

async function changeServer(parts: FerryParts, options: FerryOptions): Promise<void> {
  parts.queue.leaveServer()
  await parts.bundled?.stop()
  parts.bundled = null
  connectServer(parts, options)
}

function ending(parts: FerryParts, unlock: () => void): Ending {
  const { list, drops, queue, journal, tools, link, feed } = parts
  let stopping: Promise<void> | undefined
  const stop = async () => {
    await Promise.all([drops.stop(), queue.stop()])
    journal.flush()
    feed.close()
    link.close()
    await Promise.all([tools.hashPool.close(), tools.imagePool.close(), parts.bundled?.stop()])
    unlock()
  }
  return {
    whenIdle: () =>
      new Promise((resolve) => {
        const timer = setInterval(() => {
          if (drops.busy || parts.openBatches.size > 0 || list.outlook.pendingFiles > 0) return
          clearInterval(timer)
          resolve()
        }, idleCheckMs)
      }),
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}
