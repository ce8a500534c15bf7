/** The bridge of browser mode: commands and the feed over one WebSocket that comes back by itself. */

import type { Bridge, DropProgress } from '../../shared/bridge.ts'
import { browserBridge, type HostMessage, type PageMessage } from '../../shared/browser-bridge.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import type { CommandInput, CommandName, CommandOutputs, CommandReply } from '../../shared/ipc.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import { handOverDrop } from '../features/intake/page-upload.ts'
import { setConnection, useConnection } from '../store/connection-store.ts'
import { t } from '../text/i18n.ts'
import { backoffMs } from './backoff.ts'
import { answerOf } from './command-reply.ts'
import { downloadReceipt } from './download-receipt.ts'
import { fetchThumbnail } from './fetch-thumbnail.ts'
import { keepToken, keptToken } from './token.ts'

interface PendingCommand {
  readonly settle: (reply: CommandReply) => void
}

const notRunning = (): CommandReply => ({
  ok: false,
  error: { code: 'connection-lost', message: t('offline.command') },
})

export class BrowserBridge implements Bridge {
  #token: string | null = null
  #socket: WebSocket | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #failedTries = 0
  #lastId = 0
  readonly #pending = new Map<number, PendingCommand>()
  readonly #listeners = new Set<(event: FeedEvent) => void>()

  /** Connects, now and after every loss; a null token shows the page that asks for one. */
  connectWith(token: string | null): void {
    this.#token = token
    this.#failedTries = 0
    this.#forget(this.#socket)
    if (token === null) setConnection({ phase: 'no-token' })
    else this.#connect(token)
  }

  /** Tries at once, if no connection is there. */
  tryNow(): void {
    if (this.#socket === null && this.#token !== null) this.#connect(this.#token)
  }

  async invoke<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
  ): Promise<CommandOutputs[Name]> {
    const reply = await new Promise<CommandReply>((settle) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return settle(notRunning())
      this.#lastId += 1
      this.#pending.set(this.#lastId, { settle })
      this.#send({ id: this.#lastId, name, input })
    })
    return answerOf(reply)
  }

  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener)
    this.#send({ subscribe: true })
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#send({ subscribe: false })
    }
  }

  addDropped(dropped: DataTransfer, onProgress: (progress: DropProgress) => void): Promise<void> {
    return handOverDrop(dropped, this, () => this.#token ?? '', onProgress)
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
      this.#failedTries = 0
      keepToken(token)
      if (this.#listeners.size > 0) this.#send({ subscribe: true })
      setConnection({ phase: 'online' })
    }
    socket.onmessage = (message) => this.#receive(message.data)
    socket.onclose = () => {
      this.#forget(socket)
      this.#tryLater(token, opened)
    }
  }

  #tryLater(token: string, wasOpen: boolean): void {
    this.#failedTries += 1
    const waitMs = backoffMs(this.#failedTries, Math.random())
    this.#retry = setTimeout(() => this.#connect(token), waitMs)
    if (useConnection.getState().phase !== 'refused') {
      setConnection({ phase: 'offline', retryAtMs: Date.now() + waitMs })
    }
    if (!wasOpen) void this.#tellRefusalFromAbsence(token)
  }

  /** A WebSocket does not tell why it was refused; asked over HTTP, the host says 401 when it is the token. */
  async #tellRefusalFromAbsence(token: string): Promise<void> {
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await fetch(browserBridge.socketPath, { headers, cache: 'no-store' }).catch(() => null)
    const { phase } = useConnection.getState()
    if (this.#token !== token || phase === 'online') return
    if (answer?.status === 401) this.#refused(token)
    else if (phase === 'refused') setConnection({ phase: 'offline', retryAtMs: null })
  }

  /** A mistyped address, or one of before: what another page or visit was let in with may still be good. */
  #refused(token: string): void {
    const kept = keptToken()
    if (kept !== null && kept !== token) this.connectWith(kept)
    else setConnection({ phase: 'refused' })
  }

  #forget(socket: WebSocket | null): void {
    clearTimeout(this.#retry)
    if (socket !== null) {
      socket.onclose = null
      socket.onmessage = null
      socket.close()
    }
    if (this.#socket === socket) this.#socket = null
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const command of lost) command.settle(notRunning())
  }

  #receive(data: unknown): void {
    const message = parseHostMessage(data)
    if (message === null) return
    if ('feed' in message) {
      for (const listener of this.#listeners) listener(message.feed)
      return
    }
    this.#pending.get(message.id)?.settle(message.reply)
    this.#pending.delete(message.id)
  }

  #send(message: PageMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

/** The host is trusted; only what is no message of its at all is dropped. */
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
