/** Browser mode's bridge: commands and the feed over one WebSocket that reconnects by itself, files over HTTP. */

import type { Bridge } from '../../shared/bridge.ts'
import { browserBridge, type HostMessage, type PageMessage } from '../../shared/browser-bridge.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import type { CommandInput, CommandName, CommandOutputs, CommandReply } from '../../shared/ipc.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import { NotConnectedError, setConnection, useConnection } from '../store/connection-store.ts'
import { backoffMs } from './backoff.ts'
import { replyValue } from './command-reply.ts'
import { downloadReceipt } from './download-receipt.ts'
import { fetchThumbnail } from './fetch-thumbnail.ts'
import { keepToken, keptToken } from './token.ts'

interface PendingCommand {
  readonly resolve: (reply: CommandReply) => void
  readonly reject: (error: NotConnectedError) => void
}

export class WebSocketBridge implements Bridge {
  #token: string | null = null
  #socket: WebSocket | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #failedAttempts = 0
  #lastId = 0
  readonly #pending = new Map<number, PendingCommand>()
  readonly #listeners = new Set<(event: FeedEvent) => void>()

  /** Connects, now and whenever the connection is lost. Without a token the page asks for one. */
  connectWith(token: string | null): void {
    this.#token = token
    this.#failedAttempts = 0
    this.#close(this.#socket)
    if (token === null) setConnection({ phase: 'no-token' })
    else this.#connect(token)
  }

  /** Connects at once unless a connection is open or being opened. */
  tryNow(): void {
    if (this.#socket === null && this.#token !== null) this.#connect(this.#token)
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
   * @throws TypeError when the connection broke or the file could not be read; `fetch` does not tell them apart
   */
  uploadFile(dropId: string, relativePath: string, file: File, index: number): Promise<Response> {
    const url = browserBridge.stagingUrl(dropId, relativePath, file.lastModified, index)
    return fetch(url, { method: 'PUT', headers: this.#authorization, body: file })
  }

  thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null> {
    return fetchThumbnail(itemId, size, { signal, headers: this.#authorization })
  }

  async saveReceipt(batchId: string, format: ReceiptFormat): Promise<null> {
    await downloadReceipt(batchId, format, this.#authorization)
    return null
  }

  get #authorization() {
    return { Authorization: `Bearer ${this.#token ?? ''}` }
  }

  #connect(token: string): void {
    clearTimeout(this.#retry)
    if (useConnection.getState().phase === 'offline') setConnection({ phase: 'offline', retryAtMs: null })
    const protocols = [browserBridge.protocol, browserBridge.tokenProtocolPrefix + token]
    const address = new URL(browserBridge.socketPath, location.href)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address, protocols)
    this.#socket = socket
    let opened = false
    socket.onopen = () => {
      opened = true
      this.#failedAttempts = 0
      keepToken(token)
      if (this.#listeners.size > 0) this.#send({ subscribe: true })
      setConnection({ phase: 'online' })
    }
    socket.onmessage = (message) => this.#receive(message.data)
    socket.onclose = () => {
      this.#close(socket)
      this.#retryLater(token, opened)
    }
  }

  #retryLater(token: string, wasOpen: boolean): void {
    this.#failedAttempts += 1
    const waitMs = backoffMs(this.#failedAttempts, Math.random())
    this.#retry = setTimeout(() => this.#connect(token), waitMs)
    if (useConnection.getState().phase !== 'refused') {
      setConnection({ phase: 'offline', retryAtMs: Date.now() + waitMs })
    }
    if (!wasOpen) void this.#distinguishRefusal(token)
  }

  /** A failed WebSocket does not say why. Over HTTP the host answers 401 if the token was the reason. */
  async #distinguishRefusal(token: string): Promise<void> {
    const headers = { Authorization: `Bearer ${token}` }
    const response = await fetch(browserBridge.socketPath, { headers, cache: 'no-store' }).catch(() => null)
    const { phase } = useConnection.getState()
    if (this.#token !== token || phase === 'online') return
    if (response?.status === 401) this.#refused(token)
    else if (phase === 'refused') setConnection({ phase: 'offline', retryAtMs: null })
  }

  /** The address may be mistyped or old, while the token that an earlier visit kept is still valid. */
  #refused(token: string): void {
    const kept = keptToken()
    if (kept !== null && kept !== token) this.connectWith(kept)
    else setConnection({ phase: 'refused' })
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
