/** The client as a whole, as entries and bridges use it. Knows nothing of Electron. */

import type { CertificateEntry } from '../../shared/cards.ts'
import type { Cards } from '../cards/cards.ts'
import type { Feed } from '../feed/feed.ts'
import { stateError } from '../journal/disk-errors.ts'
import { setLinksAside } from '../journal/foreign-links.ts'
import { markFormat, refuseNewer } from '../journal/state-format.ts'
import { lockState } from '../journal/state-lock.ts'
import type { Patience } from '../queue/patience.ts'
import type { BatchLinks } from './batch-links.ts'
import { certificateReceipt } from './certificate-receipt.ts'
import type { Destinations } from './destinations.ts'
import type { Files } from './files.ts'
import type { History } from './history.ts'
import type { Intake } from './intake.ts'
import type { ClientOptions } from './options.ts'
import type { ParkedDrives } from './parked-drives.ts'
import type { QueueCommands } from './queue-commands.ts'
import type { Restart } from './restart.ts'
import type { ServerAnswers } from './server-answers.ts'
import type { ClientSettings } from './settings.ts'
import type { WatchedFolders } from './watched-folders.ts'
import { buildParts, type Parts } from './wiring.ts'

export type { InboxBatch } from './inbox-batches.ts'
export type { ClientOptions } from './options.ts'
export type { WrittenReceipt } from './receipt-text.ts'

/** The public members of a part, without its private state: tests put stand-ins in its place. */
type Public<Part> = Pick<Part, keyof Part>

/** A running client. Every change is in the journal before the promise of its call fulfils. */
export interface Client {
  readonly intake: Public<Intake>
  readonly queue: Public<QueueCommands>
  readonly files: Public<Files>
  readonly settings: Public<ClientSettings>
  readonly serverAnswers: Public<ServerAnswers>
  /** `receipt` also writes the certificate of a card, by its id. */
  readonly history: Pick<History, 'entries' | 'entry' | 'remove' | 'receipt'> & {
    /** Of cards, newest first. */
    certificates(): Promise<readonly CertificateEntry[]>
  }
  readonly batchLinks: Public<BatchLinks>
  readonly destinations: Public<Destinations>
  readonly watchedFolders: Pick<WatchedFolders, 'watch' | 'rows' | 'add' | 'change' | 'remove'>
  readonly cards: Pick<Cards, 'rows' | 'upload' | 'check' | 'dismiss' | 'eject'>
  readonly drives: Pick<ParkedDrives, 'checkNow' | 'missed'>
  readonly restart: Pick<Restart, 'items' | 'dismiss'>
  readonly feed: Pick<Feed, 'subscribe' | 'watch' | 'overview'>
  /** The computer woke: servers are tried at once, and drives looked for. */
  wake(): Promise<void>
  /** Fulfils when all folders are read, nothing is left to send without the person, and what is stored was looked at again. */
  whenIdle(): Promise<void>
  /**
   * Stops the work where it stands, writes the journal and releases the state folder.
   * @throws UploadError `disk-full`, with everything stopped
   */
  stop(): Promise<void>
}

/** A window waits as long as it takes: laptops sleep, trains have tunnels. */
export const endlessPatience: Patience = {
  firstContactMs: Number.POSITIVE_INFINITY,
  returnMs: Number.POSITIVE_INFINITY,
}

/**
 * Opens the state folder and resumes whatever was left undone there.
 * @throws UploadError `state-in-use` when another PhotoFerry has the folder open, `state-newer` when a newer one wrote it,
 * `bad-request` when the disk refuses it
 */
export async function openClient(options: ClientOptions): Promise<Client> {
  const { unlock, linkProblem } = await openState(options)
  try {
    const parts = buildParts(options)
    if (linkProblem) parts.problems.report(linkProblem)
    start(parts)
    if (options.cards) parts.cards.start()
    if (options.watchFolders) parts.watchedFolders.start()
    const { intake, commands: queue, files, settings, restart, feed, parkedDrives: drives } = parts
    const { serverAnswers, batchLinks, cards, destinations, watchedFolders } = parts
    const history = withCertificates(parts)
    let stopping: Promise<void> | undefined
    return {
      ...{ intake, queue, files, settings, serverAnswers, history, batchLinks, restart, feed, drives },
      ...{ cards, destinations, watchedFolders },
      wake: () => {
        parts.clock.wake()
        return drives.checkNow()
      },
      whenIdle: () => idle(parts),
      stop: () => {
        stopping ??= stop(parts).finally(unlock)
        return stopping
      },
    }
  } catch (thrown) {
    unlock()
    throw stateError(options.stateDir, thrown)
  }
}

function withCertificates({ history, certificates }: Parts): Client['history'] {
  return {
    entries: () => history.entries(),
    certificates: () => certificates.entries(),
    entry: (batchId) => history.entry(batchId),
    remove: (batchIds) => history.remove(batchIds),
    receipt: async (id, format) => {
      const certificate = await certificates.get(id)
      return certificate ? certificateReceipt(certificate, format) : history.receipt(id, format)
    },
  }
}

async function openState({ stateDir, lockProgram }: ClientOptions) {
  try {
    refuseNewer(stateDir)
    const linkProblem = setLinksAside(stateDir)
    const unlock = await lockState(stateDir, lockProgram)
    markFormat(stateDir)
    return { linkProblem, unlock }
  } catch (thrown) {
    throw stateError(stateDir, thrown)
  }
}

function start(parts: Parts): void {
  const { bandwidth, connections, drops, inboxes, restart, secondLook, list, queue, feed, problems } = parts
  const { itemDrives: drives } = parts
  parts.parkedDrives.start()
  bandwidth.update()
  connections.open()
  drops.resumeAll()
  inboxes.awaitPages()
  secondLook.start()
  parts.batchReports.start()
  const isUnderWay = (itemId: string) => queue.isUnderWay(itemId)
  restart.run({ list, isUnderWay, drives, onChange: () => feed.overviewChanged() }).catch(problems.report)
}

const idleCheckMs = 50

async function idle({
  intake,
  drops,
  inboxes,
  list,
  secondLook,
  parkedDrives,
  batchReports,
}: Parts): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (intake.isArriving || parkedDrives.isWaitingToRead || drops.isReading || inboxes.isReceiving) return
      if (list.remaining.pendingFiles > 0 || secondLook.isDue || batchReports.isDue) return
      clearInterval(timer)
      resolve()
    }, idleCheckMs)
  })
}

async function stop(parts: Parts): Promise<void> {
  const { restart, intake, drops, queue, history, journal, removals, bandwidth, feed } = parts
  restart.stop()
  parts.stillPatience.stop()
  parts.sourceCheck.stop()
  parts.clock.stop()
  intake.close()
  await parts.watchedFolders.stop()
  parts.inboxes.stop()
  await Promise.all([
    parts.parkedDrives.stop(),
    drops.stop(),
    queue.stop(),
    parts.secondLook.stop(),
    parts.batchReports.stop(),
  ])
  await parts.cards.stop()
  await history.stop()
  await parts.keptReceipts.whenWritten()
  await journal.save().catch(() => undefined)
  try {
    // Once more, so that what the disk refuses is known.
    journal.flush()
  } finally {
    removals.dropAll()
    bandwidth.stop()
    feed.close()
    const { hashPool, imagePool, thumbnails } = parts.tools
    const pools = [hashPool, imagePool, thumbnails]
    await Promise.all([...pools.map((pool) => pool.close()), parts.connections.stop()])
  }
}
