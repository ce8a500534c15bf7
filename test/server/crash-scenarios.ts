/** What the server is doing while it is killed; shared by the test and by the child that dies. */
import { createHash } from 'node:crypto'
import type { RunningServer } from '../../server/serve.ts'
import { bundleType } from '../../src/shared/protocol/bundle-frames.ts'
import type { Task } from '../../src/shared/protocol/wire.ts'
import { bodyOf, bundled } from './bundling.ts'
import { putStored } from './test-storage.ts'

/** @param arm from now on operations count */
export type Scenario = (server: RunningServer, arm: () => void) => Promise<void>

/** Fixed bytes, so that the test knows them too. */
export const photo = Buffer.alloc(100_000, 'photo')
export const other = Buffer.alloc(100_000, 'other')
export const nothing = Buffer.alloc(0)
const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')

async function call(
  server: RunningServer,
  method: string,
  path: string,
  body: BodyInit,
  headers: Record<string, string>,
): Promise<unknown> {
  const response = await fetch(server.url + path, {
    method,
    body,
    headers: { Authorization: `Bearer ${server.token}`, ...headers },
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  // Still at work: on a busy machine that takes longer than a request may wait.
  return response.status === 202 ? call(server, method, path, body, headers) : response.json()
}

const json = { 'Content-Type': 'application/json' }

async function offer(
  server: RunningServer,
  relativePath: string,
  bytes: Buffer,
  withHash = true,
): Promise<Task> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const hash = withHash ? { hash: md5Of(bytes), sha256 } : {}
  const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1)
  const request = { fileName, relativePath, fileSize: bytes.length, lastModified: 1_600_000_000_000, ...hash }
  return (await call(server, 'POST', '/api/task', JSON.stringify(request), json)) as Task
}

async function send(server: RunningServer, task: Task, bytes: Buffer): Promise<number> {
  let sent = 0
  for (let index = 0; index < task.totalChunks; index += 1) {
    if (task.uploadedChunks.includes(index)) continue
    const chunk = new Uint8Array(bytes.subarray(index * task.chunkSize, (index + 1) * task.chunkSize))
    const digest = createHash('sha256').update(chunk).digest('base64')
    await call(server, 'PUT', `/api/task/${task.taskId}/chunk/${index}`, chunk, {
      'Content-Digest': `sha-256=:${digest}:`,
    })
    sent += 1
  }
  return sent
}

async function complete(server: RunningServer, task: Task, bytes: Buffer): Promise<void> {
  await call(
    server,
    'POST',
    `/api/task/${task.taskId}/complete`,
    JSON.stringify({ hash: md5Of(bytes) }),
    json,
  )
}

/** The whole way of a file, as often as it takes. @returns the chunks that had to be sent */
export async function bring(server: RunningServer, path: string, bytes: Buffer): Promise<number> {
  const task = await offer(server, path, bytes)
  if (task.done) return 0
  const sent = await send(server, task, bytes)
  await complete(server, task, bytes)
  return sent
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  'a new file in a new folder': async (server, arm) => {
    const task = await offer(server, 'a/b/photo.jpg', photo)
    await send(server, task, photo)
    arm()
    await complete(server, task, photo)
  },
  'a file without a digest beforehand': async (server, arm) => {
    const task = await offer(server, 'a/b/photo.jpg', photo, false)
    await send(server, task, photo)
    arm()
    await complete(server, task, photo)
  },
  'a name that is taken': async (server, arm) => {
    await bring(server, 'a/b/photo.jpg', other)
    const task = await offer(server, 'a/b/photo.jpg', photo)
    await send(server, task, photo)
    arm()
    await complete(server, task, photo)
  },
  'a copy made by the server': async (server, arm) => {
    await bring(server, 'original.jpg', photo)
    arm()
    await offer(server, 'a/b/photo.jpg', photo)
  },
  'a bundle': async (server, arm) => {
    arm()
    const files = [
      bundled('a/b/photo.jpg', photo),
      bundled('a/other.jpg', other),
      bundled('empty.jpg', nothing),
    ]
    const body = new Uint8Array(bodyOf(files))
    await call(server, 'POST', '/api/bundle', body, { 'Content-Type': bundleType })
  },
  'a damaged file that is replaced': async (server, arm) => {
    const path = 'a/b/photo.jpg'
    await bring(server, path, photo)
    await putStored(process.argv[3] ?? '', path, other, 1_600_000_000_000)
    const row = await server.uploads.ledger.fileAt(path)
    await server.uploads.ledger.setFileDamaged(row?.fileId ?? 0, 'bytes', Date.now())
    const task = await offer(server, path, photo)
    await send(server, task, photo)
    arm()
    await complete(server, task, photo)
  },
  'the whole way': async (server, arm) => {
    arm()
    await bring(server, 'a/b/photo.jpg', photo)
  },
}
