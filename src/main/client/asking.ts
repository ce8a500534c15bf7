/** What the window asks the client: facts of one file, links, settings, the feed. */
import type { ItemDetails } from '../../shared/details.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { bundledServerId } from '../../shared/servers.ts'
import type { Settings } from '../../shared/settings.ts'
import { bytesToSend } from '../../shared/upload.ts'
import { checkServer } from '../transfer/check-server.ts'
import { signedLink } from '../transfer/signed-link.ts'
import type { Client } from './interface.ts'
import type { ClientParts } from './parts.ts'

type Asking = Pick<
  Client,
  | 'details'
  | 'linkTo'
  | 'links'
  | 'usualLibraryDir'
  | 'settings'
  | 'changeSettings'
  | 'checkServer'
  | 'subscribe'
  | 'watch'
>

export function asking(parts: ClientParts): Asking {
  const { list, settings, servers, bandwidth, feed, queue } = parts
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
    usualLibraryDir: parts.options.bundled?.libraryDir ?? null,
    settings: () => settings.settings,
    changeSettings: async (patch) => {
      const before = settings.settings
      servers.assertNoneIsMissed(before, { ...before, ...(patch as Partial<Settings>) })
      const after = settings.change(patch)
      bandwidth.look()
      await servers.follow(before, after)
      queue.pump()
      return after
    },
    checkServer,
    subscribe: (listener) => feed.subscribe(listener),
    watch: (listener) => feed.watch(listener),
  }
}

function detailsOf({ list, servers }: ClientParts, itemId: string): ItemDetails {
  const item = list.require(itemId)
  const { state } = item
  const { id, name, url } = servers.state(servers.idOf(item.batchId))
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
function linkOf({ list, servers }: ClientParts, itemId: string): string | null {
  const { state, batchId } = list.require(itemId)
  if (state.status !== 'done') return null
  return signedLink(
    state.url,
    servers.linkOf(batchId).address,
    servers.idOf(batchId) === bundledServerId,
    Date.now(),
  )
}
