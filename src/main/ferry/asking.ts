/** What the window asks the client: facts of one file, links, settings, the feed. */
import type { ItemDetails } from '../../shared/details.ts'
import { UploadError } from '../../shared/errors.ts'
import { bytesToSend } from '../../shared/upload.ts'
import { checkServer } from '../transfer/check-server.ts'
import { signedLink } from '../transfer/signed-link.ts'
import type { Ferry } from './interface.ts'
import type { FerryOptions } from './options.ts'
import { connectServer, type FerryParts } from './parts.ts'

type Asking = Pick<
  Ferry,
  'details' | 'linkTo' | 'links' | 'settings' | 'changeSettings' | 'checkServer' | 'subscribe'
>

export function asking(parts: FerryParts, options: FerryOptions): Asking {
  const { list, settings, feed, queue } = parts
  return {
    details: (itemId) => detailsOf(parts, itemId),
    linkTo: (itemId) => {
      const link = linkOf(parts, itemId)
      if (link === null) throw new UploadError('not-found', 'This file is not at the server yet.')
      return link
    },
    links: (itemIds) =>
      itemIds.flatMap((itemId) => {
        const url = list.get(itemId) ? linkOf(parts, itemId) : null
        return url === null ? [] : [{ itemId, url }]
      }),
    settings: () => settings.settings,
    changeSettings: async (patch) => {
      const before = placesOf(parts)
      const after = settings.change(patch)
      if (placesOf(parts) !== before) await changeServer(parts, options)
      queue.pump()
      return after
    },
    checkServer,
    subscribe: (listener) => feed.subscribe(listener),
  }
}

function detailsOf({ list, link }: FerryParts, itemId: string): ItemDetails {
  const item = list.require(itemId)
  const { state } = item
  const { id, name, url } = link.state
  return {
    id: item.id,
    batchId: item.batchId,
    sourcePath: item.sourcePath,
    staged: item.staged,
    relativePath: item.payload?.relativePath ?? item.relativePath,
    originalSize: item.size,
    mtimeMs: item.mtimeMs,
    preset: item.preset,
    note: item.note,
    size: bytesToSend(item),
    md5: item.md5,
    confirmed:
      state.status !== 'done'
        ? null
        : {
            md5: state.md5,
            url: state.url,
            storedAtMs: state.storedAtMs ?? null,
            confirmedAtMs: state.finishedAtMs,
          },
    taskId: item.taskId,
    server: { id, name, url },
    state,
    acknowledgedBytes: item.acknowledgedBytes,
    sentBytes: item.sentBytes,
    attempts: item.attempts,
    failedAttempts: item.failedAttempts,
    addedAtMs: item.addedAtMs,
    startedAtMs: item.startedAtMs,
  }
}

/** Null for a file that is not stored. */
function linkOf({ list, link }: FerryParts, itemId: string): string | null {
  const { state } = list.require(itemId)
  if (state.status !== 'done') return null
  return signedLink(state.url, link.client?.address ?? null, link.state.bundled, Date.now())
}

function placesOf({ settings }: FerryParts): string {
  const { servers, defaultServerId } = settings.settings
  return JSON.stringify([servers, defaultServerId])
}

async function changeServer(parts: FerryParts, options: FerryOptions): Promise<void> {
  parts.queue.leaveServer()
  await parts.bundled?.stop()
  parts.bundled = null
  connectServer(parts, options)
}
