/** Which server each batch goes to, the connection to each server, and the bundled server's process. */

import type { ServerState } from '../../shared/feed.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { bundledServerId, type ServerAddress } from '../../shared/servers.ts'
import { type Settings, serverOf } from '../../shared/settings.ts'
import { isFinished } from '../../shared/upload.ts'
import type { AwakeClock } from '../queue/awake-clock.ts'
import { Connection } from '../queue/connection.ts'
import type { ItemList } from '../queue/item-list.ts'
import type { ReachedBefore } from '../queue/patience.ts'
import { BundledServer } from '../transfer/bundled-server.ts'
import { createServerApi } from '../transfer/server-api.ts'
import type { Throttle } from '../transfer/throttle.ts'
import type { ChunkLimits } from './chunk-limits.ts'
import type { ClientOptions } from './options.ts'

export interface ConnectionsDeps {
  readonly options: Pick<ClientOptions, 'server' | 'bundled' | 'patience' | 'resolveProxy' | 'log'>
  readonly settings: () => Settings
  readonly list: ItemList
  readonly clock: AwakeClock
  /** The bandwidth limit that chunks to all servers share. */
  readonly throttle: Throttle
  readonly chunkLimits: ChunkLimits
  readonly reachedBefore: ReachedBefore | undefined
  /** A connection can be used again, or leads to another server. */
  readonly onReady: (connection: Connection) => void
  /** A connection is about to lead to another server. */
  readonly onMove: (connection: Connection) => void
  readonly onGiveUp: (connection: Connection, error: UploadError) => void
  /** Something of a state changed. */
  readonly onChange: () => void
}

/** The server that an entry named, as `--server` does: everything goes there. */
const givenServerId = 'given'

export class Connections {
  readonly #deps: ConnectionsDeps
  readonly #connections = new Map<string, Connection>()
  #bundled: BundledServer | null = null

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps
  }

  /** Opens the connections that are needed now: to the default server, and to those that files wait for. */
  open(): void {
    this.to(this.defaultId)
    for (const batchId of this.#deps.list.batchIds()) this.of(batchId)
  }

  get defaultId(): string {
    return this.#deps.options.server ? givenServerId : this.#deps.settings().defaultServerId
  }

  /** Id of the server that a batch goes to. */
  serverIdOf(batchId: string): string {
    const chosen = this.#deps.options.server ? null : this.#deps.list.batch(batchId)?.serverId
    return chosen ?? this.defaultId
  }

  /** The connection that a batch is sent over. */
  of(batchId: string): Connection {
    return this.to(this.serverIdOf(batchId))
  }

  /** The connection to a server; opened where it was not yet. */
  to(serverId: string): Connection {
    const known = this.#connections.get(serverId)
    if (known) return known
    const connection: Connection = new Connection({
      patience: this.#deps.options.patience,
      clock: this.#deps.clock,
      reachedBefore: this.#deps.reachedBefore,
      events: {
        onReady: () => this.#deps.onReady(connection),
        onChange: this.#deps.onChange,
        onGiveUp: (error) => this.#deps.onGiveUp(connection, error),
      },
      createApi: (address) =>
        createServerApi(address, {
          throttle: this.#deps.throttle,
          chunkLimit: this.#deps.chunkLimits.of(address.url),
          // A proxy could not reach it, and would see the photos of this computer.
          direct: serverId === bundledServerId,
          resolveProxy: this.#deps.options.resolveProxy,
        }),
    })
    this.#connections.set(serverId, connection)
    this.#connect(serverId, connection)
    return connection
  }

  state(serverId: string): ServerState {
    const name = serverOf(this.#deps.settings(), serverId)?.name ?? ''
    return { id: serverId, name, bundled: serverId === bundledServerId, ...this.to(serverId).state }
  }

  /** The default server first, then the others that are in use. */
  states(): [ServerState, ...ServerState[]] {
    const others = [...this.#connections.keys()].filter((id) => id !== this.defaultId)
    return [this.state(this.defaultId), ...others.map((id) => this.state(id))]
  }

  /**
   * Refuses a change of the settings that removes a server which unfinished files are for.
   * @throws UploadError `bad-request` that names the server
   */
  assertNoneIsNeeded(after: Settings, before: Settings): void {
    const { list } = this.#deps
    for (const { id, name } of before.servers) {
      if (serverOf(after, id) !== undefined) continue
      const left = list.where(
        (item) => !isFinished(item.state.status) && this.serverIdOf(item.batchId) === id,
      )
      if (left.length === 0) continue
      const message = `${left.length} files are still to be sent to ${name}. Choose another server for them or cancel them, then remove it.`
      throw new UploadError('bad-request', message)
    }
  }

  /** Follows a change of the settings: connections to servers whose address changed are opened again. */
  async follow(after: Settings, before: Settings): Promise<void> {
    for (const [id, connection] of this.#connections) {
      if (addressText(before, id) === addressText(after, id)) continue
      this.#deps.onMove(connection)
      this.#connect(id, connection)
    }
    if (before.libraryDir !== after.libraryDir) await this.#restartBundled()
    this.to(this.defaultId)
    this.#deps.onChange()
  }

  async stop(): Promise<void> {
    this.#deps.clock.stop()
    for (const connection of this.#connections.values()) connection.close()
    await this.#bundled?.stop()
  }

  #connect(serverId: string, connection: Connection): void {
    const { options, settings } = this.#deps
    const address = serverId === givenServerId ? options.server : serverOf(settings(), serverId)
    if (address) connection.connect(address)
    else if (address === undefined) connection.refuse(unknownServer())
    else this.#connectBundled(connection)
  }

  #connectBundled(connection: Connection): void {
    const { options, settings } = this.#deps
    connection.connect(null)
    if (!options.bundled || this.#bundled) return
    const libraryDir = settings().libraryDir ?? options.bundled.libraryDir
    const bundled = { ...options.bundled, libraryDir, onLog: options.log }
    this.#bundled = new BundledServer(bundled, (found) => this.#onBundledMoved(found), options.log)
    this.#bundled.start()
  }

  /** It listens on another port after every start. */
  #onBundledMoved(found: ServerAddress | null): void {
    const connection = this.to(bundledServerId)
    this.#deps.onMove(connection)
    connection.connect(found)
  }

  async #restartBundled(): Promise<void> {
    const connection = this.#connections.get(bundledServerId)
    if (!connection || !this.#bundled) return
    this.#deps.onMove(connection)
    const old = this.#bundled
    connection.connect(null)
    await old.stop()
    if (this.#bundled === old) this.#bundled = null
    this.#connectBundled(connection)
  }
}

function addressText(settings: Settings, serverId: string): string {
  const server = serverOf(settings, serverId)
  return JSON.stringify(server && [server.url, server.token, server.fingerprint]) ?? 'none'
}

function unknownServer(): UploadError {
  return new UploadError(
    'not-found',
    'The server of these files is no longer in the settings. Add it again, or choose another one for them.',
  )
}
