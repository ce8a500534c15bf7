/** Which server a batch goes to, the way to each of them, and the bundled one's process. */

import type { ServerState } from '../../shared/feed.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { bundledServerId, type ServerAddress } from '../../shared/servers.ts'
import { type Settings, serverOf } from '../../shared/settings.ts'
import { isFinished } from '../../shared/upload.ts'
import type { ItemList } from '../queue/item-list.ts'
import { ServerLink } from '../queue/server-link.ts'
import { BundledServer } from '../transfer/bundled-server.ts'
import { createServerApi } from '../transfer/server-api.ts'
import type { Throttle } from '../transfer/throttle.ts'
import type { ClientOptions } from './options.ts'

export interface ServersDeps {
  readonly options: Pick<ClientOptions, 'server' | 'bundled' | 'patience' | 'log'>
  readonly settings: () => Settings
  readonly list: ItemList
  /** That all chunks to all servers wait for. */
  readonly throttle: Throttle
  /** A link can be used again, or leads to another server. */
  readonly onReady: (link: ServerLink) => void
  /** A link is about to lead to another server. */
  readonly onLeave: (link: ServerLink) => void
  readonly onGiveUp: (link: ServerLink, error: UploadError) => void
  /** Something of a state changed. */
  readonly onChange: () => void
}

/** Stands for the server that an entry gave, to which everything goes. */
const givenServerId = 'given'

export class Servers {
  readonly #deps: ServersDeps
  readonly #links = new Map<string, ServerLink>()
  #bundled: BundledServer | null = null

  constructor(deps: ServersDeps) {
    this.#deps = deps
  }

  /** Opens the ways that are needed now: to the default server, and to those that files wait for. */
  open(): void {
    this.linkTo(this.defaultId)
    for (const batchId of this.#deps.list.batchIds()) this.linkOf(batchId)
  }

  get defaultId(): string {
    return this.#deps.options.server ? givenServerId : this.#deps.settings().defaultServerId
  }

  /** Id of the server that a batch goes to. */
  idOf(batchId: string): string {
    const chosen = this.#deps.options.server ? null : this.#deps.list.batch(batchId)?.serverId
    return chosen ?? this.defaultId
  }

  linkOf(batchId: string): ServerLink {
    return this.linkTo(this.idOf(batchId))
  }

  /** The way to a server; opened where it was not yet. */
  linkTo(serverId: string): ServerLink {
    const known = this.#links.get(serverId)
    if (known) return known
    const link: ServerLink = new ServerLink(
      this.#deps.options.patience,
      {
        onReady: () => this.#deps.onReady(link),
        onChange: this.#deps.onChange,
        onGiveUp: (error) => this.#deps.onGiveUp(link, error),
      },
      (address) => createServerApi(address, this.#deps.throttle),
    )
    this.#links.set(serverId, link)
    this.#connect(serverId, link)
    return link
  }

  state(serverId: string): ServerState {
    const name = serverOf(this.#deps.settings(), serverId)?.name ?? ''
    return { id: serverId, name, bundled: serverId === bundledServerId, ...this.linkTo(serverId).state }
  }

  /** The default one first, then the others that are in use. */
  states(): [ServerState, ...ServerState[]] {
    const others = [...this.#links.keys()].filter((id) => id !== this.defaultId)
    return [this.state(this.defaultId), ...others.map((id) => this.state(id))]
  }

  /**
   * Whether a change of the settings leaves every file its server.
   * @throws UploadError `bad-request` that names a server which unfinished files are for
   */
  assertNoneIsMissed(before: Settings, after: Settings): void {
    const { list } = this.#deps
    for (const { id, name } of before.servers) {
      if (serverOf(after, id) !== undefined) continue
      const left = list.where((item) => !isFinished(item.state.status) && this.idOf(item.batchId) === id)
      if (left.length === 0) continue
      const message = `${left.length} files are still to be sent to ${name}. Send them elsewhere or cancel them, then remove it.`
      throw new UploadError('bad-request', message)
    }
  }

  /** Follows a change of the settings: ways to servers that moved are opened anew. */
  async follow(before: Settings, after: Settings): Promise<void> {
    for (const [id, link] of this.#links) {
      if (addressText(before, id) === addressText(after, id)) continue
      this.#deps.onLeave(link)
      this.#connect(id, link)
    }
    if (before.libraryDir !== after.libraryDir) await this.#restartBundled()
    this.linkTo(this.defaultId)
    this.#deps.onChange()
  }

  async stop(): Promise<void> {
    for (const link of this.#links.values()) link.close()
    await this.#bundled?.stop()
  }

  #connect(serverId: string, link: ServerLink): void {
    const { options, settings } = this.#deps
    const address = serverId === givenServerId ? options.server : serverOf(settings(), serverId)
    if (address) link.connect(address)
    else if (address === undefined) link.refuse(unknownServer())
    else this.#connectBundled(link)
  }

  #connectBundled(link: ServerLink): void {
    const { options, settings } = this.#deps
    link.connect(null)
    if (!options.bundled || this.#bundled) return
    const libraryDir = settings().libraryDir ?? options.bundled.libraryDir
    const bundled = { ...options.bundled, libraryDir, onLog: options.log }
    this.#bundled = new BundledServer(bundled, (found) => this.#bundledMoved(found), options.log)
    this.#bundled.start()
  }

  /** It listens at another port after every start. */
  #bundledMoved(found: ServerAddress | null): void {
    const link = this.linkTo(bundledServerId)
    this.#deps.onLeave(link)
    link.connect(found)
  }

  async #restartBundled(): Promise<void> {
    const link = this.#links.get(bundledServerId)
    if (!link || !this.#bundled) return
    this.#deps.onLeave(link)
    const old = this.#bundled
    link.connect(null)
    await old.stop()
    if (this.#bundled === old) this.#bundled = null
    this.#connectBundled(link)
  }
}

function addressText(settings: Settings, serverId: string): string {
  const server = serverOf(settings, serverId)
  return JSON.stringify(server && [server.url, server.token, server.fingerprint]) ?? 'none'
}

function unknownServer(): UploadError {
  return new UploadError(
    'not-found',
    'The server of these files is not in the settings any more. Add it again, or choose another for them.',
  )
}
