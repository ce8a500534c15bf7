/** Requests of every route and dialect of the server as honest clients send them. */
import { bundleType } from '../../src/shared/protocol/bundle-frames.ts'
import { bundled } from '../server/bundling.ts'
import { bytesOf, contentDigest, crcDigest, md5, sha256 } from '../server/harness.ts'
import { type Body, bytesRequest, json, type Part, type Request, request } from './request.ts'

/** What the server knows at that moment. */
export interface Known {
  readonly taskId: string
  readonly tusId: string
  /** The bytes of both. */
  readonly bytes: Buffer
  /** A stored file. */
  readonly storedPath: string
}

/** Bytes of a chunk of the server under test. */
const chunkBytes = 65_536

let made = 0

/** One honest request of each kind; each call makes new names. */
export const kinds = {
  health: () => request('GET', 'api/health'),
  stats: () => request('GET', 'api/stats'),
  metrics: () => request('GET', 'metrics'),
  openapi: () => request('GET', 'api/openapi.json'),
  scrub: () => request('GET', 'api/scrub'),
  forget: () => request('DELETE', 'api/scrub/damaged'),
  offer: () => json('POST', 'api/task', offerOf(newName(), bytesOf(100))),
  status: ({ taskId }) => request('GET', `api/task/${taskId}`),
  abort: ({ taskId }) => request('DELETE', `api/task/${taskId}`),
  chunk: ({ taskId, bytes }) => chunkRequest(taskId, bytes.subarray(0, chunkBytes), 0),
  lastChunk: ({ taskId, bytes }) => ({
    ...chunkRequest(taskId, bytes.subarray(chunkBytes), 1),
    query: `complete=${md5(bytes)}&sha256=${sha256(bytes)}`,
  }),
  complete: ({ taskId, bytes }) =>
    json('POST', `api/task/${taskId}/complete`, { hash: md5(bytes), sha256: sha256(bytes) }),
  offers: () => json('POST', 'api/offers', { files: [1, 2, 3].map(() => offerOf(newName(), bytesOf(50))) }),
  bundle: () => bundleRequest(),
  check: () =>
    json('POST', 'api/check-chunks', { md5: md5(bytesOf(9)), fileName: 'seed.jpg', totalChunks: 3 }),
  form: () => formRequest(),
  finish: ({ bytes }) =>
    json('POST', 'api/complete-upload', { md5: md5(bytes), fileName: 'seed.jpg', totalChunks: 1 }),
  seedStatus: ({ bytes }) => request('GET', `api/upload-status/${md5(bytes)}/seed.jpg`),
  seedRemove: ({ bytes }) => request('DELETE', `api/upload/${md5(bytes)}/seed.jpg`),
  tusCreate: () => tus('POST', 'tus', { 'Upload-Length': '100', 'Upload-Metadata': metadata(newName()) }),
  tusCreateWith: () =>
    tusBytes('POST', 'tus', { 'Upload-Length': '100', 'Upload-Metadata': metadata(newName()) }),
  tusHead: ({ tusId }) => tus('HEAD', `tus/${tusId}`, {}),
  tusPatch: ({ tusId }) => tusBytes('PATCH', `tus/${tusId}`, { 'Upload-Offset': '0' }),
  tusDelete: ({ tusId }) => tus('DELETE', `tus/${tusId}`, {}),
  tusOptions: () => tus('OPTIONS', 'tus', {}),
  tusOverride: ({ tusId }) =>
    tusBytes('POST', `tus/${tusId}`, { 'Upload-Offset': '0', 'X-HTTP-Method-Override': 'PATCH' }),
  download: ({ storedPath }) => ({
    ...request('GET', `uploads/${storedPath}`),
    headers: [
      ['Range', 'bytes=10-20'],
      ['If-None-Match', '"x"'],
      ['If-Range', 'Sat, 01 Jan 2022 00:00:00 GMT'],
    ],
  }),
  signed: ({ storedPath }) => ({
    ...request('GET', `uploads/${storedPath}`),
    query: `expires=9999999999999&signature=${'a'.repeat(64)}`,
  }),
} as const satisfies Record<string, (known: Known) => Request>

function chunkRequest(taskId: string, bytes: Buffer, index: number): Request {
  const one = bytesRequest('PUT', `api/task/${taskId}/chunk/${index}`, bytes, 'application/octet-stream')
  const digest = made++ % 2 === 0 ? contentDigest(bytes) : crcDigest(bytes)
  one.headers.push(['Content-Digest', digest])
  return one
}

function bundleRequest(): Request {
  const files = [1, 2].map(() => bundled(newName(), bytesOf(200)))
  const body: Body = {
    kind: 'bundle',
    files: files.map(({ file, bytes }) => ({ head: { ...file }, bytes: Buffer.from(bytes) })),
  }
  return { ...request('POST', 'api/bundle', body), headers: [['Content-Type', bundleType]] }
}

function formRequest(): Request {
  const bytes = bytesOf(500)
  const part = (name: string, content: string | Buffer, fileName?: string): Part => ({
    name,
    content,
    fileName,
  })
  const parts = [
    part('md5', md5(bytes)),
    part('fileName', `seed-${made++}.jpg`),
    part('totalChunks', '1'),
    part('chunkIndex', '0'),
    part('chunk', bytes, 'blob'),
  ]
  const type = 'multipart/form-data; boundary=fuzz'
  return {
    ...request('POST', 'api/upload-chunk', { kind: 'form', parts }),
    headers: [['Content-Type', type]],
  }
}

function tus(method: string, path: string, headers: Readonly<Record<string, string>>): Request {
  return { ...request(method, path), headers: [['Tus-Resumable', '1.0.0'], ...Object.entries(headers)] }
}

function tusBytes(method: string, path: string, headers: Readonly<Record<string, string>>): Request {
  const one = bytesRequest(method, path, bytesOf(100), 'application/offset+octet-stream')
  one.headers.push(['Tus-Resumable', '1.0.0'], ...Object.entries(headers))
  return one
}

function metadata(name: string): string {
  return `filename ${Buffer.from(name).toString('base64')},filetype ${Buffer.from('image/jpeg').toString('base64')}`
}

function offerOf(relativePath: string, bytes: Buffer): Record<string, unknown> {
  const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1)
  const facts = { fileSize: bytes.length, fileType: 'image/jpeg', lastModified: 1_600_000_000_000 }
  return { fileName, relativePath, ...facts, hash: md5(bytes), sha256: sha256(bytes) }
}

function newName(): string {
  return `shoot/photo-${made++}.jpg`
}
