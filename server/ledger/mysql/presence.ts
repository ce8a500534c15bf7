/**
 * This server's presence at the database: one connection whose named locks are its claims. The database releases them when
 * the process dies, or when it hears nothing from it for a while: no clocks are compared, nothing is written, and nobody
 * waits for a lease to expire.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Connection } from 'mysql2/promise'
import type { Claims } from '../ledger.ts'
import type { Value } from '../rows.ts'
import { type DatabaseAddress, describeDatabase } from './database-url.ts'
import { databaseError, reasonOf, unreachable } from './errors.ts'
import { ask, lockName, register, whileLocked } from './named-locks.ts'
import { connect } from './pool.ts'
import { migrate } from './schema.ts'

/** How often the server sends something, and after how long a silence the database gives it up. */
const heartbeatMs = 4_000
const givenUpAfterS = 16
const shortestPauseMs = 200
const longestPauseMs = 5_000
/** How long other servers may take to update the tables or to register, s. */
const migrationWaitS = 60
const registerWaitS = 10

interface PresenceOptions {
  readonly address: DatabaseAddress
  readonly isShared: boolean
  report(sentence: string): void
}

export class MysqlPresence implements Claims {
  readonly #options: PresenceOptions
  readonly #held = new Map<string, () => void>()
  #connection: Connection | undefined
  /** Rejects when the connection is lost, because the last request may then never be answered. */
  #end = Promise.withResolvers<never>()
  #heartbeat: NodeJS.Timeout | undefined
  #closed = false

  private constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** Connects, updates the tables and registers. @throws Error, including mysql2's, when that fails */
  static async open(options: PresenceOptions): Promise<MysqlPresence> {
    const presence = new MysqlPresence(options)
    await presence.#connect()
    return presence
  }

  async claim(name: string, onLost: () => void): Promise<boolean> {
    const connection = this.#connection
    const locked = await this.#ask('GET_LOCK(?, 0)', this.#lockName(name))
    if (locked !== 1 || connection !== this.#connection) return false
    this.#held.set(name, onLost)
    return true
  }

  async isClaimed(name: string): Promise<boolean> {
    return (await this.#ask('IS_USED_LOCK(?)', this.#lockName(name))) !== null
  }

  release(name: string): void {
    // A lost claim is gone already, and another server may have it.
    if (!this.#held.delete(name)) return
    // Requests on this connection run in order: a new claim of the same name comes after this.
    this.#ask('RELEASE_LOCK(?)', this.#lockName(name)).catch(() => undefined)
  }

  /**
   * Without its connection a server has no claims: it must not write what another one may be writing.
   * @throws UploadError `server-unreachable`
   */
  refuseWhileAway(): void {
    if (this.#connection === undefined) throw unreachable()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#heartbeat)
    const connection = this.#connection
    this.#connection = undefined
    await connection?.end().catch(() => undefined)
  }

  async #connect(): Promise<void> {
    const connection = await connect(this.#options.address)
    const lose = () => this.#lose(connection)
    connection.on('error', lose)
    connection.on('end', lose)
    try {
      await connection.query(`SET SESSION wait_timeout = ${givenUpAfterS}`)
      const { address, isShared } = this.#options
      await whileLocked(connection, this.#lockName('migrate'), migrationWaitS, () => migrate(connection))
      await whileLocked(connection, this.#lockName('join'), registerWaitS, () =>
        register(connection, address, isShared),
      )
    } catch (thrown) {
      connection.destroy()
      throw thrown
    }
    if (this.#closed) {
      connection.destroy()
      return
    }
    this.#connection = connection
    this.#end = Promise.withResolvers()
    this.#end.promise.catch(() => undefined)
    this.#heartbeat = setInterval(() => this.#ask('?', 1).catch(() => undefined), heartbeatMs)
    this.#heartbeat.unref()
  }

  /** @throws UploadError `server-unreachable` */
  async #ask(expression: string, ...values: readonly Value[]): Promise<unknown> {
    const connection = this.#connection
    if (connection === undefined) throw unreachable()
    try {
      return await Promise.race([ask(connection, expression, ...values), this.#end.promise])
    } catch (thrown) {
      this.#lose(connection)
      throw databaseError(thrown)
    }
  }

  #lose(connection: Connection): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    clearInterval(this.#heartbeat)
    connection.destroy()
    this.#end.reject(unreachable())
    const lost = [...this.#held.values()]
    this.#held.clear()
    for (const onLost of lost) onLost()
    if (this.#closed) return
    this.#options.report(
      `lost the connection to the database ${describeDatabase(this.#options.address)}; uploads wait for it`,
    )
    void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    let reason = ''
    for (let pauseMs = shortestPauseMs; !this.#closed; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      await pause(pauseMs, undefined, { ref: false })
      try {
        await this.#connect()
        if (!this.#closed) this.#options.report('the database is back')
        return
      } catch (thrown) {
        const now = reasonOf(thrown)
        if (now !== reason) this.#options.report(`the database is not back yet: ${now}`)
        reason = now
      }
    }
  }

  #lockName(name: string): string {
    return lockName(this.#options.address, name)
  }
}
