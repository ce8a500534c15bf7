/** Makes links by which others see the stored files of a batch: of the folder that all of them lie in. */
import { UploadError } from '../../shared/protocol/errors.ts'
import { bundledServerId } from '../../shared/servers.ts'
import type { ItemList } from '../queue/item-list.ts'
import { libraryPath } from '../transfer/signed-link.ts'
import type { Connections } from './connections.ts'

/** A link that opens a file or a folder for anybody who has it. */
export interface BatchLink {
  readonly url: string
  /** Of what it opens, in the server's library. */
  readonly path: string
}

interface BatchLinkDeps {
  readonly list: ItemList
  readonly connections: Pick<Connections, 'of' | 'serverIdOf'>
}

/** Nobody waits longer for a link, ms. */
const mostMs = 30_000

export class BatchLinks {
  readonly #deps: BatchLinkDeps

  constructor(deps: BatchLinkDeps) {
    this.#deps = deps
  }

  /**
   * @param days how long the link works
   * @throws UploadError `not-found` where nothing of the batch is stored, `bad-request` where its files have no folder of
   * their own, `server-unreachable`, and whatever the server answers
   */
  async make(batchId: string, days: number): Promise<BatchLink> {
    const { connections } = this.#deps
    const path = this.#path(batchId)
    const { api } = connections.of(batchId)
    if (api === null) throw new UploadError('server-unreachable', 'The server can’t be reached now.')
    const made = await api.makeLink(path, days, AbortSignal.timeout(mostMs))
    return { url: api.absolute(made.url), path }
  }

  /** The folder of all previews of a batch, those included that are still to come; null for other batches. */
  #previewFolder(batchId: string, paths: readonly string[]): string | null {
    const { list } = this.#deps
    const previewsOf = list.batch(batchId)?.previewsOf ?? null
    const originals = previewsOf === null ? undefined : list.batch(previewsOf)
    if (originals === undefined) return null
    const folder = originals.destination?.folder ?? ''
    // `previews` and the batch's own folder in it.
    const depth = (folder === '' ? 0 : folder.split('/').length) + 2
    return commonFolder(paths).split('/').slice(0, depth).join('/')
  }

  #path(batchId: string): string {
    const { list, connections } = this.#deps
    const server = connections.of(batchId).address
    const isBundled = connections.serverIdOf(batchId) === bundledServerId
    const stored = list
      .select({ batchIds: [batchId] })
      .flatMap(({ state }) => (state.status === 'done' ? [state.url] : []))
    const paths = stored.flatMap((url) => (server && libraryPath(url, server, isBundled)) ?? [])
    const [only] = paths
    if (only === undefined) throw notStored()
    const path = this.#previewFolder(batchId, paths) ?? (paths.length === 1 ? only : commonFolder(paths))
    if (path !== '') return path
    // The link would open the whole library.
    throw withoutFolder()
  }
}

function notStored(): UploadError {
  const facts = { kind: 'batch-not-stored' } as const
  return new UploadError('not-found', 'Nothing of this batch is stored at its server.', { facts })
}

function withoutFolder(): UploadError {
  const message =
    'These files have no folder of their own at the server. Select them and copy their links instead.'
  return new UploadError('bad-request', message, { facts: { kind: 'batch-without-folder' } })
}

/** The deepest folder that all paths lie in; empty for the library itself. */
export function commonFolder(paths: readonly string[]): string {
  let common: readonly string[] | null = null
  for (const path of paths) {
    const folders = path.split('/').slice(0, -1)
    const before: readonly string[] = common ?? folders
    const same = before.findIndex((name, at) => name !== folders[at])
    common = same < 0 ? before : before.slice(0, same)
  }
  return (common ?? []).join('/')
}
