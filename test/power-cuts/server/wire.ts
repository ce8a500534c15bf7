/** Brings files to a server in each of its dialects, as a client does that sends only what the server lacks. */
import { createHash } from 'node:crypto'
import { bundleType, frameHead } from '../../../src/shared/protocol/bundle-frames.ts'
import { bundleAnswerSchema } from '../../../src/shared/protocol/bundles.ts'
import { routes, type Task, taskSchema } from '../../../src/shared/protocol/wire.ts'

export const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Where a server listens, and how a request to it is named in its log and in its answer. */
export interface Address {
  readonly url: string
  readonly token: string
  /** A new name for each request. */
  nextId(): string
}

interface Reply {
  readonly id: string
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** What a server said is stored: with the request whose answer said so. */
export interface Told {
  readonly requestId: string
  /** In the library. */
  readonly path: string
  readonly bytes: Buffer
}

async function request(
  { url, token, nextId }: Address,
  method: string,
  path: string,
  init: { readonly headers?: Record<string, string>; readonly body?: Uint8Array | FormData | string } = {},
): Promise<Reply> {
  const id = nextId()
  const headers = { Authorization: `Bearer ${token}`, 'X-Request-Id': id, ...init.headers }
  const body = init.body as BodyInit | undefined
  const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
  const text = await answer.text()
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  const isJson = answer.headers.get('Content-Type')?.includes('json') === true
  return { id, status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : {} }
}

function post(address: Address, path: string, body: object): Promise<Reply> {
  return request(address, 'POST', path, {
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  })
}

const pathIn = (route: unknown) => decodeURIComponent(String(route).replace(/^\/uploads\//, ''))

/** How a native client goes about it. */
export interface NativeHabits {
  /** Offers the MD5 alone, or nothing. */
  readonly digests?: 'both' | 'md5' | 'none'
  /** Asks for completion with the last chunk. */
  readonly completesWithChunk?: boolean
  /** Sends so many chunks and stops. */
  readonly chunks?: number
}

/** @returns what the server said is stored; undefined when the client stopped before */
export async function bringNatively(
  address: Address,
  path: string,
  bytes: Buffer,
  habits: NativeHabits = {},
): Promise<Told | undefined> {
  const offered = await offer(address, path, bytes, habits)
  const told = (id: string, route: unknown): Told => ({ requestId: id, path: pathIn(route), bytes })
  if (offered.task.done) return told(offered.id, offered.task.url)
  const { task } = offered
  const digests = { md5: md5(bytes), sha256: sha256(bytes) }
  const missing = Array.from({ length: task.totalChunks }, (_, index) => index)
    .filter((index) => !task.uploadedChunks.includes(index))
    .slice(0, habits.chunks)
  for (const index of missing) {
    const isLast = index === missing.at(-1)
    const completeAs = habits.completesWithChunk && isLast ? digests : undefined
    const { id, body } = await put(address, task, index, bytes, completeAs)
    if (body.stored !== undefined) return told(id, (body.stored as { path: string }).path)
  }
  if (habits.chunks !== undefined) return undefined
  const completion = { hash: digests.md5, ...(habits.digests !== 'md5' && { sha256: digests.sha256 }) }
  for (;;) {
    const { id, status, body } = await post(address, routes.complete(task.taskId), completion)
    if (status === 200) return told(id, body.path)
  }
}

async function offer(
  address: Address,
  path: string,
  bytes: Buffer,
  { digests = 'both' }: NativeHabits,
): Promise<{ readonly id: string; readonly task: Task }> {
  const { hash, sha256, ...facts } = factsOf(path, bytes)
  const stated = { both: { hash, sha256 }, md5: { hash }, none: {} }[digests]
  for (;;) {
    const { id, status, body } = await post(address, routes.tasks, { ...facts, ...stated })
    if (status === 200) return { id, task: taskSchema.parse(body) }
  }
}

/** What a native client states of a file. */
function factsOf(path: string, bytes: Buffer) {
  const hash = md5(bytes)
  // Files of one size have different times, as those of a camera: else one could pass for the other at a glance.
  const lastModified =
    1_600_000_000_000 + (bytes.length > 0 ? Number.parseInt(hash.slice(0, 6), 16) : 0) * 1000
  const names = { fileName: path.slice(path.lastIndexOf('/') + 1), relativePath: path }
  return { ...names, fileSize: bytes.length, lastModified, hash, sha256: sha256(bytes) }
}

/** A small file on its way to the library. */
export interface FileToBring {
  readonly path: string
  readonly bytes: Buffer
}

/** Brings small files in one request. */
export async function bringInBundle(address: Address, files: readonly FileToBring[]): Promise<Told[]> {
  const parts = files.flatMap(({ path, bytes }) => [frameHead(factsOf(path, bytes)), bytes])
  const { id, body } = await request(address, 'POST', routes.bundle, {
    body: new Uint8Array(Buffer.concat(parts)),
    headers: { 'Content-Type': bundleType },
  })
  return bundleAnswerSchema.parse(body).files.map((result, index) => {
    const file = files[index]
    if (result.state === 'refused' || !file) throw new Error(`bundle: ${JSON.stringify(result)}`)
    return { requestId: id, path: pathIn(result.stored.path), bytes: file.bytes }
  })
}

function put(
  address: Address,
  task: Task,
  index: number,
  bytes: Buffer,
  completeAs: { readonly md5: string; readonly sha256: string } | undefined,
): Promise<Reply> {
  const chunk = bytes.subarray(index * task.chunkSize, (index + 1) * task.chunkSize)
  const digest = createHash('sha256').update(chunk).digest('base64')
  return request(address, 'PUT', routes.chunk(task.taskId, index, completeAs), {
    body: new Uint8Array(chunk),
    headers: { 'Content-Digest': `sha-256=:${digest}:` },
  })
}

/** Offers a file, sends some of it, and gives it up. */
export async function abortNatively(address: Address, path: string, bytes: Buffer): Promise<void> {
  const { task } = await offer(address, path, bytes, {})
  await put(address, task, 0, bytes, undefined)
  await request(address, 'DELETE', routes.task(task.taskId))
}

const contractChunkBytes = 30_000

/** @param order of the chunks, as far as the server lacks them; those it has not are sent last */
export async function bringByContract(
  address: Address,
  name: string,
  bytes: Buffer,
  order: readonly number[] = [],
): Promise<Told> {
  const file = announce(name, bytes)
  const present = (await post(address, '/api/check-chunks', file)).body.uploadedChunks as number[]
  const indexes = new Set([...order, ...Array.from({ length: file.totalChunks }, (_, index) => index)])
  for (const index of indexes) if (!present.includes(index)) await sendForm(address, file, bytes, index)
  const { id, body } = await post(address, '/api/complete-upload', file)
  return { requestId: id, path: pathIn(body.path), bytes }
}

export async function abortByContract(address: Address, name: string, bytes: Buffer): Promise<void> {
  const file = announce(name, bytes)
  await sendForm(address, file, bytes, file.totalChunks - 1)
  await sendForm(address, file, bytes, 0)
  await request(address, 'DELETE', `/api/upload/${file.md5}/${encodeURIComponent(name)}`)
}

function announce(fileName: string, bytes: Buffer) {
  return { md5: md5(bytes), fileName, totalChunks: Math.ceil(bytes.length / contractChunkBytes) }
}

function sendForm(
  address: Address,
  file: ReturnType<typeof announce>,
  bytes: Buffer,
  index: number,
): Promise<Reply> {
  const form = new FormData()
  for (const [field, value] of Object.entries({ ...file, chunkIndex: index }))
    form.append(field, String(value))
  const chunk = bytes.subarray(index * contractChunkBytes, (index + 1) * contractChunkBytes)
  form.append('chunk', new Blob([new Uint8Array(chunk)]))
  return request(address, 'POST', '/api/upload-chunk', { body: form })
}

const tusPatchBytes = 45_000
const tusVersion = { 'Tus-Resumable': '1.0.0' }

/** The address of an upload that a tus client keeps. */
export async function createByTus(address: Address, name: string, bytes: Buffer): Promise<string> {
  const headers = {
    ...tusVersion,
    'Upload-Length': String(bytes.length),
    'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')}`,
  }
  return String((await request(address, 'POST', '/tus', { headers })).headers.get('Location'))
}

/** @param path of the upload, from `createByTus` */
export async function bringByTus(address: Address, path: string, name: string, bytes: Buffer): Promise<Told> {
  const head = await request(address, 'HEAD', path, { headers: tusVersion })
  let offset = Number(head.headers.get('Upload-Offset'))
  let requestId = head.id
  while (offset < bytes.length) {
    const headers = {
      ...tusVersion,
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
    }
    const body = new Uint8Array(bytes.subarray(offset, offset + tusPatchBytes))
    const { id, headers: answered } = await request(address, 'PATCH', path, { headers, body })
    offset = Number(answered.get('Upload-Offset'))
    requestId = id
  }
  return { requestId, path: name, bytes }
}

export async function abortByTus(address: Address, name: string, bytes: Buffer): Promise<void> {
  const path = await createByTus(address, name, bytes)
  const headers = { ...tusVersion, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' }
  const body = new Uint8Array(bytes.subarray(0, tusPatchBytes))
  await request(address, 'PATCH', path, { headers, body })
  await request(address, 'DELETE', path, { headers: tusVersion })
}
