/** Serves one page of browser mode over its WebSocket: commands in, replies and the feed out. */
import PQueue from 'p-queue'
import type { WebSocket } from 'ws'
import { type HostMessage, type PageMessage, pageMessageSchema } from '../../shared/browser-bridge.ts'
import type { Client } from '../client/client.ts'
import type { Dispatch } from '../client/commands.ts'

/** The longest message that a page may send, in bytes: 100,000 long paths fit. */
export const maxMessageBytes = 32 * 1024 * 1024
/**
 * A page with more unread bytes than this has stopped reading. The first listing of 300,000 files fits, so that a slow
 * page is not disconnected, and made to start over, again and again.
 */
const maxUnreadBytes = 128 * 1024 * 1024
/** Commands of one page that run at the same time: a page that sends a hundred thousand must not stop the uploads. */
const commandsAtOnce = 32
/** With more commands waiting, nothing more is read from the page until some are answered. */
const maxWaiting = 256

/** WebSocket close codes (RFC 6455, section 7.4.1). */
const closeCode = { unsupportedData: 1003, policyViolation: 1008 } as const

export interface PageSocketOptions {
  readonly client: Client
  readonly dispatch: Dispatch
  /** A page that answers no ping for this long, in ms, is disconnected. */
  readonly heartbeatMs: number
}

/** Serves one page until its socket closes. The caller has checked the page's origin and token. */
export function servePage(socket: WebSocket, { client, dispatch, heartbeatMs }: PageSocketOptions): void {
  let endFeed: (() => void) | null = null
  const subscribe = (wanted: boolean) => {
    endFeed?.()
    endFeed = wanted ? client.feed.subscribe((feed) => send(socket, { feed })) : null
  }
  const stopHeartbeat = startHeartbeat(socket, heartbeatMs)
  const commands = new PQueue({ concurrency: commandsAtOnce })

  socket.on('message', (data, isBinary) => {
    if (isBinary) return socket.close(closeCode.unsupportedData, 'Expected text')
    const message = readMessage(String(data))
    if (message === null) return socket.close(closeCode.policyViolation, 'Expected a photoferry.v1 message')
    if ('subscribe' in message) return subscribe(message.subscribe)
    const { id, name, input } = message
    void commands.add(async () => {
      send(socket, { id, reply: await dispatch(name, input) })
      if (socket.isPaused && commands.size <= maxWaiting) socket.resume()
    })
    if (commands.size > maxWaiting) socket.pause()
  })
  // After a protocol error ws closes the socket itself, but without a listener the error would end the process.
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    stopHeartbeat()
    subscribe(false)
    commands.clear()
  })
}

function readMessage(text: string): PageMessage | null {
  try {
    return pageMessageSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

function send(socket: WebSocket, message: HostMessage): void {
  if (socket.readyState !== socket.OPEN) return
  if (socket.bufferedAmount > maxUnreadBytes) socket.terminate()
  else socket.send(JSON.stringify(message))
}

function startHeartbeat(socket: WebSocket, heartbeatMs: number): () => void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, heartbeatMs).unref()
  return () => clearInterval(timer)
}
