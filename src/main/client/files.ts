/** Single files as the window asks for them: details, thumbnails, photo facts and links. Asked for by id, never by path. */
import type { ItemDetails } from '../../shared/details.ts'
import type { PhotoFacts } from '../../shared/photo-facts.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { bundledServerId } from '../../shared/servers.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import { bytesToSend, libraryPathOf } from '../../shared/upload.ts'
import type { Thumbnail, Thumbnails } from '../images/thumbnails/thumbnails.ts'
import type { ItemList } from '../queue/item-list.ts'
import { signedLink } from '../transfer/signed-link.ts'
import type { Connections } from './connections.ts'
import type { ItemDrives } from './item-drives.ts'
import type { LinesLookedAt, LookAtLines } from './look-at-lines.ts'
import { linesOf, type Unstored, unstoredOf } from './receipt.ts'
import { unreadPathsOf } from './unread-paths.ts'

export interface ReceiptFacts extends Pick<LinesLookedAt, 'stored' | 'changed'> {
  readonly unstored: readonly Unstored[]
}

export interface FilesDeps {
  readonly list: ItemList
  readonly thumbnails: Thumbnails
  readonly connections: Connections
  readonly itemDrives: Pick<ItemDrives, 'rootOf'>
  readonly lookAtLines: LookAtLines
}

export class Files {
  readonly #deps: FilesDeps

  constructor(deps: FilesDeps) {
    this.#deps = deps
  }

  /** @throws UploadError `not-found` */
  details(itemId: string): ItemDetails {
    const { list, connections } = this.#deps
    const item = list.require(itemId)
    const { state } = item
    const { id, name, url } = connections.state(connections.serverIdOf(item.batchId))
    return {
      id: item.id,
      batchId: item.batchId,
      sourcePath: item.sourcePath,
      staged: item.staged,
      relativePath: libraryPathOf(item),
      originalSize: item.size,
      mtimeMs: item.mtimeMs,
      preset: item.preset,
      note: item.note,
      size: bytesToSend(item),
      isCopy: item.payload !== null,
      md5: item.md5,
      sha256: item.sha256,
      confirmed: confirmedBy(state),
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

  /** Absolute paths of all batches that were not read to their end, each once; see `unreadPathsOf`. */
  unreadPaths(): string[] {
    const { list } = this.#deps
    return [...new Set([...list.batchIds()].flatMap((batchId) => unreadPathsOf(list, batchId)))]
  }

  /**
   * What a receipt says of these files once their sources were looked at again, also after the client was stopped; ids that
   * are no longer on the list are skipped.
   */
  async forReceipt(itemIds: readonly string[]): Promise<ReceiptFacts> {
    const { list, itemDrives, lookAtLines } = this.#deps
    const items = list.select({ itemIds: [...itemIds] })
    const { stored, changed } = await lookAtLines(linesOf(items, (item) => itemDrives.rootOf(item)))
    return { stored, changed, unstored: items.flatMap((item) => unstoredOf(item) ?? []) }
  }

  /**
   * A small picture of the original; see `Thumbnails.picture`. Null also for an id that is not on the list.
   * @throws UploadError `too-many-requests`
   */
  async thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Thumbnail | null> {
    const item = this.#deps.list.get(itemId)
    // The file may have left the list while its row was still shown.
    return item ? this.#deps.thumbnails.picture(item, size, signal) : null
  }

  /**
   * Camera, exposure, time and size as the original states them; null for files that are no photos or can't be read.
   * @throws UploadError `not-found`, `too-many-requests`
   */
  async photo(itemId: string): Promise<PhotoFacts | null> {
    return this.#deps.thumbnails.facts(this.#deps.list.require(itemId))
  }

  /**
   * The stored file's absolute URL, which any browser can open for an hour.
   * @throws UploadError `not-found` when the file is unknown or not stored
   */
  linkTo(itemId: string): string {
    const link = this.#link(itemId)
    if (link === null) throw new UploadError('not-found', 'This file has not been uploaded yet.')
    return link
  }

  /** As `linkTo`, for those of the files that are stored. */
  links(itemIds: readonly string[]): readonly { readonly itemId: string; readonly url: string }[] {
    return itemIds.flatMap((itemId) => {
      const url = this.#deps.list.get(itemId) ? this.#link(itemId) : null
      return url === null ? [] : [{ itemId, url }]
    })
  }

  /** Null for a file that is not stored, or of which an earlier version noted an address that no browser should open. */
  #link(itemId: string): string | null {
    const { list, connections } = this.#deps
    const { state, batchId } = list.require(itemId)
    if (state.status !== 'done' || !/^https?:\/\//i.test(state.url) || !URL.canParse(state.url)) return null
    const isBundled = connections.serverIdOf(batchId) === bundledServerId
    return signedLink(state.url, connections.of(batchId).address, isBundled, Date.now())
  }
}

function confirmedBy(state: ItemDetails['state']): ItemDetails['confirmed'] {
  if (state.status !== 'done') return null
  const {
    md5,
    sha256 = null,
    url,
    storedAtMs = null,
    verifiedAtMs = null,
    finishedAtMs: confirmedAtMs,
  } = state
  return { md5, sha256, url, storedAtMs, verifiedAtMs, confirmedAtMs }
}
