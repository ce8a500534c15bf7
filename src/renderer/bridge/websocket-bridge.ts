/** Browser mode's bridge: commands and the feed over one WebSocket that reconnects by itself, files over HTTP. */

import type { Bridge } from '../../shared/bridge.ts'
import {
  browserBridge,
  type HostMessage,
  type PageMessage,
  type PageSession,
} from '../../shared/browser-bridge.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import type { CommandInput, CommandName, CommandOutputs, CommandReply } from '../../shared/ipc.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import { NotConnectedError, setConnection, useConnection } from '../store/connection-store.ts'
import { backoffMs } from './backoff.ts'
import { replyValue } from './command-reply.ts'
import { downloadReceipt } from './download-receipt.ts'
import { fetchThumbnail } from './fetch-thumbnail.ts'
import { confirmHost, exchangeKey, keepSession, keptSession } from './page-session.ts'

interface PendingCommand {
  readonly resolve: (reply: CommandReply) => void
  readonly reject: (error: NotConnectedError) => void
}

export class WebSocketBridge implements Bridge {
  /** A key from the address that was not exchanged yet. */
  #key: string | null = null
  #session: PageSession | null = null
  /** Counts attempts to connect, so that an older one that ends late changes nothing. */
  #attempt = 0
  /** Whether an attempt has not come as far as its socket. */
  #asking = false
  #socket: WebSocket | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #failedAttempts = 0
  #lastId = 0
  readonly #pending = new Map<number, PendingCommand>()
  readonly #listeners = new Set<(event: FeedEvent) => void>()

  /**
   * Connects, now and whenever the connection is lost.
   * @param key from the address; null for the session that this tab has, without which the page asks for a key
   */
  connectWith(key: string | null): void {
    this.#key = key
    this.#session = keptSession()
    this.#failedAttempts = 0
    this.#close(this.#socket)
    if (key === null && this.#session === null) setConnection({ phase: 'no-token' })
    else void this.#connect()
  }

  /** Connects at once unless a connection is open or being opened. */
  tryNow(): void {
    const canConnect = this.#key !== null || this.#session !== null
    if (this.#socket === null && !this.#asking && canConnect) void this.#connect()
  }

  async invoke<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
  ): Promise<CommandOutputs[Name]> {
    const reply = await new Promise<CommandReply>((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return reject(new NotConnectedError())
      this.#lastId += 1
      this.#pending.set(this.#lastId, { resolve, reject })
      this.#send({ id: this.#lastId, name, input })
    })
    return replyValue(reply)
  }

  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener)
    this.#send({ subscribe: true })
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#send({ subscribe: false })
    }
  }

  /**
   * Uploads one dropped file to PhotoFerry; see `stagingUrl` for the parameters and the answers.
   * @throws NotConnectedError without a connection
   * @throws TypeError when the connection broke or the file could not be read; `fetch` does not tell them apart
   */
  async uploadFile(dropId: string, relativePath: string, file: File, index: number): Promise<Response> {
    const url = browserBridge.stagingUrl(dropId, relativePath, file.lastModified, index)
    return fetch(url, { method: 'PUT', headers: this.#authorize(), body: file })
  }

  async thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null> {
    return fetchThumbnail(itemId, size, { signal, headers: this.#authorize() })
  }

  async saveReceipt(batchId: string, format: ReceiptFormat): Promise<null> {
    await downloadReceipt(batchId, format, this.#authorize())
    return null
  }

  /**
   * Only while connected: otherwise another program may have the port, and would be sent the session and files.
   * @throws NotConnectedError
   */
  #authorize() {
    if (this.#session === null || this.#socket?.readyState !== WebSocket.OPEN) throw new NotConnectedError()
    return { Authorization: `Bearer ${this.#session.token}` }
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry)
    this.#attempt += 1
    const attempt = this.#attempt
    this.#asking = true
    if (useConnection.getState().phase === 'offline') setConnection({ phase: 'offline', retryAtMs: null })
    const found = await this.#findSession()
    if (attempt !== this.#attempt) return
    this.#asking = false
    if (found === 'refused') {
      this.#key = null
      setConnection({ phase: 'refused' })
    } else if (found === 'restarted' || found === 'unreachable') {
      if (found === 'restarted') {
        this.#key = null
        setConnection({ phase: 'restarted' })
      }
      this.#retryLater()
    } else {
      this.#key = null
      this.#session = found
      keepSession(found)
      this.#openSocket(found)
    }
  }

  /** A session of the process that answers now. A mistyped or old key does no harm while this tab's session is still good. */
  async #findSession(): Promise<PageSession | 'refused' | 'restarted' | 'unreachable'> {
    const session = this.#session
    const bought = this.#key === null ? 'refused' : await exchangeKey(this.#key)
    if (bought !== 'refused' || session === null) return bought
    const host = await confirmHost(session)
    if (host === 'same') return session
    return host === 'another' ? 'restarted' : host
  }

  #openSocket({ token }: PageSession): void {
    const protocols = [browserBridge.protocol, browserBridge.tokenProtocolPrefix + token]
    const address = new URL(browserBridge.socketPath, location.href)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address, protocols)
    this.#socket = socket
    socket.onopen = () => {
      this.#failedAttempts = 0
      if (this.#listeners.size > 0) this.#send({ subscribe: true })
      setConnection({ phase: 'online' })
    }
    socket.onmessage = (message) => this.#receive(message.data)
    socket.onclose = () => {
      this.#close(socket)
      this.#retryLater()
    }
  }

  /**
   * After a restart, too: the same process may answer again, such as through a tunnel that was down. It alone can do
   * anything about it, so the page goes on saying that PhotoFerry was restarted until then.
   */
  #retryLater(): void {
    this.#failedAttempts += 1
    const waitMs = backoffMs(this.#failedAttempts, Math.random())
    this.#retry = setTimeout(() => void this.#connect(), waitMs)
    if (useConnection.getState().phase !== 'restarted') {
      setConnection({ phase: 'offline', retryAtMs: Date.now() + waitMs })
    }
  }

  #close(socket: WebSocket | null): void {
    clearTimeout(this.#retry)
    if (socket !== null) {
      socket.onclose = null
      socket.onmessage = null
      socket.close()
    }
    if (this.#socket === socket) this.#socket = null
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of lost) reject(new NotConnectedError())
  }

  #receive(data: unknown): void {
    const message = parseHostMessage(data)
    if (message === null) return
    if ('feed' in message) {
      for (const listener of this.#listeners) listener(message.feed)
      return
    }
    this.#pending.get(message.id)?.resolve(message.reply)
    this.#pending.delete(message.id)
  }

  #send(message: PageMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

/** The host is trusted, so messages are not checked in depth; anything that is not a message is ignored. */
function parseHostMessage(data: unknown): HostMessage | null {
  if (typeof data !== 'string') return null
  try {
    const parsed: unknown = JSON.parse(data)
    const known = typeof parsed === 'object' && parsed !== null && ('feed' in parsed || 'reply' in parsed)
    return known ? (parsed as HostMessage) : null
  } catch {
    return null
  }
}
