/** Starts real servers on port 0 over real temporary folders, and speaks the wire to them without the app's client. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { crc32c } from '@node-rs/crc32'
import { type Config, parseConfig } from '../../server/config/config.ts'
import type { Log } from '../../server/monitoring/log.ts'
import { type RunningServer, type ServerParts, serve } from '../../server/serve.ts'
import { routes, type Task } from '../../src/shared/protocol/wire.ts'
import { atEndOfFile } from '../end-of-file.ts'
import { ledgerEnv } from './test-database.ts'
import { storageEnv } from './test-storage.ts'

export const projectDir = join(import.meta.dirname, '..', '..')

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-server-'))
  atEndOfFile(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const silence = () => undefined
export const silentLog: Log = { debug: silence, info: silence, warn: silence, error: silence }

export function configFor(
  dataDir: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Config {
  const config = parseConfig(['--port', '0', '--data', dataDir, ...args], { CHUNK_SIZE: '64K', ...env })
  if (config === undefined) throw new Error('no config')
  return config
}

export interface Started {
  readonly server: RunningServer
  readonly client: Client
  readonly dataDir: string
}

/** What a server's environment says of the ledger and the storage that belong to a data folder. */
export async function serverEnv(dataDir: string): Promise<Record<string, string>> {
  return { ...(await ledgerEnv(dataDir)), ...storageEnv(dataDir) }
}

export async function start(
  options: {
    dataDir?: string
    env?: Record<string, string>
    args?: readonly string[]
    parts?: ServerParts
  } = {},
): Promise<Started> {
  const dataDir = options.dataDir ?? temporaryFolder()
  const env = { ...(await serverEnv(dataDir)), ...options.env }
  const server = await serve(configFor(dataDir, env, options.args), silentLog, options.parts)
  atEndOfFile(() => server.close())
  return { server, client: new Client(server.url, server.token ?? ''), dataDir }
}

/** The server as a process of its own. `exited` resolves with its exit code. */
export interface Child {
  readonly process: ChildProcess
  readonly exited: Promise<number | null>
  readonly stderr: () => string
}

export function spawnNode(
  args: readonly string[],
  options: { ipc?: boolean; env?: Record<string, string>; cwd?: string } = {},
): Child {
  const child = spawn(process.execPath, [...args], {
    cwd: options.cwd ?? projectDir,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      CHUNK_SIZE: '64K',
      ...options.env,
    },
  })
  atEndOfFile(() => child.kill('SIGKILL'))
  let stderr = ''
  child.stderr?.on('data', (piece: Buffer) => {
    stderr += piece.toString()
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return { process: child, exited, stderr: () => stderr }
}

export async function spawnServer(
  dataDir: string,
  options: { args?: readonly string[]; ipc?: boolean; env?: Record<string, string> } = {},
): Promise<Child & { client: Client }> {
  const env = { ...(await serverEnv(dataDir)), ...options.env }
  const args = ['server/index.ts', '--port', '0', '--data', dataDir, ...(options.args ?? [])]
  const child = spawnNode(args, { ...options, env })
  return { ...child, client: await clientOf(child) }
}

/** Waits for the line with which a server says that it listens. */
export async function clientOf(child: Child): Promise<Client> {
  const lines = createInterface({ input: child.process.stdout ?? process.stdin })
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    child.exited.then(() => reject(new Error(`the server did not start: ${child.stderr()}`)))
  })
  const { url, token } = JSON.parse(line) as { url: string; token: string | null }
  return new Client(url, token ?? '')
}

export const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
export const contentDigest = (bytes: Uint8Array) =>
  `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
/** The cheaper digest of a chunk. */
export function crcDigest(bytes: Uint8Array): string {
  const digest = Buffer.alloc(4)
  digest.writeUInt32BE(crc32c(bytes))
  return `crc32c=:${digest.toString('base64')}:`
}
export const bytesOf = (length: number) => randomBytes(length)

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly error?: { code: string; message: string; details?: Record<string, unknown> }
  } & Record<string, unknown>
}

export class Client {
  readonly url: string
  readonly token: string

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  async request(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers)
    headers.set('Authorization', `Bearer ${this.token}`)
    const response = await fetch(this.url + path, { ...init, method, headers })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.request('POST', path, {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    })
  }

  /** Offers a file with its digests, or those that are given, and answers its task; fails on anything but 200. */
  async offer(relativePath: string, bytes: Uint8Array, more: Record<string, unknown> = {}): Promise<Task> {
    const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1)
    const digests = 'hash' in more ? {} : { hash: md5(bytes), sha256: sha256(bytes) }
    const request = { fileName, relativePath, fileSize: bytes.length, ...digests, ...more }
    const answer = await this.post(routes.tasks, request)
    if (answer.status !== 200) throw new Error(`offer: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body as unknown as Task
  }

  put(
    taskId: string,
    index: number | string,
    bytes: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.request('PUT', `/api/task/${taskId}/chunk/${index}`, {
      body: bytes as Uint8Array<ArrayBuffer>,
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Digest': contentDigest(bytes),
        ...headers,
      },
    })
  }

  complete(taskId: string, hash: string, sha256?: string): Promise<Answer> {
    return this.post(routes.complete(taskId), { hash, ...(sha256 !== undefined && { sha256 }) })
  }

  /** Completes, and asks again while the server verifies. */
  async finish(taskId: string, hash: string, sha256?: string): Promise<Answer> {
    const answer = await this.complete(taskId, hash, sha256)
    return answer.status === 202 ? this.finish(taskId, hash, sha256) : answer
  }

  /** Sends what the task lacks. */
  async send(task: Task, bytes: Uint8Array): Promise<number> {
    let sent = 0
    for (let index = 0; index < task.totalChunks; index += 1) {
      if (task.uploadedChunks.includes(index)) continue
      const answer = await this.put(task.taskId, index, chunkOf(task, bytes, index))
      if (answer.status !== 200) throw new Error(`chunk: ${answer.status} ${JSON.stringify(answer.body)}`)
      sent += 1
    }
    return sent
  }

  /** The whole journey; answers the reply to complete. */
  async upload(relativePath: string, bytes: Uint8Array, more: Record<string, unknown> = {}): Promise<Answer> {
    const task = await this.offer(relativePath, bytes, more)
    await this.send(task, bytes)
    return this.finish(task.taskId, md5(bytes))
  }

  async download(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ response: Response; bytes: Buffer }> {
    const response = await fetch(this.url + path, {
      headers: { Authorization: `Bearer ${this.token}`, ...headers },
    })
    return { response, bytes: Buffer.from(await response.arrayBuffer()) }
  }
}

export function chunkOf(task: Task, bytes: Uint8Array, index: number): Uint8Array {
  return bytes.subarray(index * task.chunkSize, (index + 1) * task.chunkSize)
}

/**
 * Sends raw bytes and answers all that comes back until the server closes, or is silent after its answer.
 * @param waitMs where no answer is expected: how long to wait for none
 */
export function raw(url: string, head: string | Buffer, waitMs?: number): Promise<string> {
  const { hostname, port } = new URL(url)
  // A machine that is busy may take its time to answer.
  const patienceMs = waitMs ?? 10_000
  const isClosedByServer = head.includes('Connection: close')
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(Number(port), hostname, () => socket.write(head))
    socket.setTimeout(patienceMs, () => socket.destroy())
    socket.on('data', (piece) => {
      received += piece.toString('latin1')
      if (!isClosedByServer) socket.setTimeout(Math.min(300, patienceMs))
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(received))
  })
}
