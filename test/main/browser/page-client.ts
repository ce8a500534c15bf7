/** Plays the page in tests of browser mode: a real WebSocket client and real HTTP against a real host. */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'
import {
  type BrowserServer,
  type BrowserServerOptions,
  startBrowserServer,
} from '../../../src/main/browser/browser-server.ts'
import { browserBridge, type HostMessage, pageSessionSchema } from '../../../src/shared/browser-bridge.ts'
import type { FeedEvent } from '../../../src/shared/feed.ts'
import type { CommandReply } from '../../../src/shared/ipc.ts'
import type { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type ClientStandIn, createClientStandIn } from './client-stand-in.ts'

export interface Scene extends AsyncDisposable {
  readonly dir: string
  readonly client: ClientStandIn
  readonly host: BrowserServer
  readonly reported: UploadError[]
  readonly port: number
  readonly origin: string
  /** The session's, which the key of the printed address buys. */
  readonly token: string
}

/** A host on a free port with a built page of two files, in a folder of its own. */
export async function openScene(options: Partial<BrowserServerOptions> = {}): Promise<Scene> {
  const dir = await mkdtemp(join(tmpdir(), 'ferry-browser-'))
  const rendererDir = join(dir, 'renderer')
  await mkdir(join(rendererDir, 'assets'), { recursive: true })
  await writeFile(join(rendererDir, 'index.html'), '<title>PhotoFerry</title>')
  await writeFile(join(rendererDir, 'assets', 'index-a1b2.js'), 'export {}')
  const client = createClientStandIn(join(dir, 'staging'))
  const reported: UploadError[] = []
  const report = (error: UploadError) => void reported.push(error)
  const stateDir = join(dir, 'state')
  const remove = () => rm(dir, { recursive: true, force: true })
  const given = { client, rendererDir, stateDir, version: '1.2.3', port: 0, report, ...options }
  const host = await startBrowserServer(given).catch(async (thrown) => {
    await remove()
    throw thrown
  })
  const { origin, port, token } = await sessionOf(host.url)
  return {
    dir,
    client,
    host,
    reported,
    port,
    origin,
    token,
    [Symbol.asyncDispose]: async () => {
      await host.close()
      await remove()
    },
  }
}

/** The key of an address that PhotoFerry printed. */
export function keyOf(url: string): string {
  return new URL(url).hash.replace('#token=', '')
}

/** Exchanges a key as the page does. */
export function exchange(origin: string, key: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${key}`, origin }
  return fetch(origin + browserBridge.sessionPath, { method: 'POST', headers })
}

/** Opens an address that PhotoFerry printed, as the page does. */
export async function sessionOf(url: string): Promise<Pick<Scene, 'port' | 'origin' | 'token'>> {
  const { origin, port } = new URL(url)
  const answer = await exchange(origin, keyOf(url))
  const { token } = pageSessionSchema.parse(await answer.json())
  return { origin, port: Number(port), token }
}

export interface Page {
  readonly socket: WebSocket
  readonly feed: FeedEvent[]
  command(name: string, input: unknown): Promise<CommandReply>
}

/** Connects as the page does. */
export async function openPage(scene: Scene, token = scene.token): Promise<Page> {
  return connectPage({ port: scene.port, origin: scene.origin, token })
}

export async function connectPage(host: Pick<Scene, 'port' | 'origin' | 'token'>): Promise<Page> {
  const protocols = [browserBridge.protocol, browserBridge.tokenProtocolPrefix + host.token]
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${browserBridge.socketPath}`, protocols, {
    origin: host.origin,
  })
  const feed: FeedEvent[] = []
  const waiting = new Map<number, (reply: CommandReply) => void>()
  socket.on('message', (data) => {
    const message: HostMessage = JSON.parse(String(data))
    if ('feed' in message) feed.push(message.feed)
    else waiting.get(message.id)?.(message.reply)
  })
  await once(socket, 'open')
  let lastId = 0
  return {
    socket,
    feed,
    command: (name, input) =>
      new Promise((resolve) => {
        const id = ++lastId
        waiting.set(id, resolve)
        socket.send(JSON.stringify({ id, name, input }))
      }),
  }
}

/** The value of a command that must succeed. */
export function expectValue<Value>(reply: CommandReply): Value {
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
  return reply.value as Value
}

/** Sends bytes as they are and reads everything that comes back until the host hangs up. */
export async function sendRaw(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(head)
  return text(socket)
}

/** The status of an answer read by `sendRaw`. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}
