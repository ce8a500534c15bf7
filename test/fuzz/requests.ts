/** Requests of every route and dialect as honest clients send them, in parts that can be changed before they are written out. */
import { bundleType } from '../../src/shared/protocol/bundle-frames.ts'
import { bundled } from '../server/bundling.ts'
import { bytesOf, contentDigest, crcDigest, md5, sha256 } from '../server/harness.ts'
import { jsonSpots, type Spot } from './spots.ts'

/** A request in parts; whatever of it is changed is written out as it is. */
export interface Request {
  method: string
  /** Between slashes, percent-encoded. */
  segments: string[]
  query: string
  headers: [name: string, value: string][]
  readonly body: Body
}

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; bytes: Buffer }
  | { readonly kind: 'json'; holder: { json: unknown } }
  | { readonly kind: 'form'; parts: Part[] }
  | { readonly kind: 'bundle'; files: { head: unknown; bytes: Buffer }[] }

interface Part {
  name: string
  fileName: string | undefined
  content: string | Buffer
}

/** What the server knows at that moment. */
export interface Known {
  readonly token: string
  readonly taskId: string
  readonly tusId: string
  /** The bytes of both. */
  readonly bytes: Buffer
  /** A stored file. */
  readonly storedPath: string
}

/** Bytes of a chunk of the server under test. */
export const chunkBytes = 65_536

let made = 0

/** One honest request of each kind; each call makes new names. */
export const kinds: Readonly<Record<string, (known: Known) => Request>> = {
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
}

/** Every place of a request at which something else can stand. */
export function spotsOf(one: Request): Spot[] {
  const headers = one.headers.flatMap((header): Spot[] => [
    (value) => {
      header[1] = textOf(value)
    },
    (value) => void one.headers.push([header[0], textOf(value)]),
    () => void one.headers.splice(one.headers.indexOf(header), 1),
  ])
  return [
    (value) => {
      one.method = textOf(value)
    },
    (value) => {
      one.query = textOf(value)
    },
    (value) => void one.segments.push(encodeURIComponentOf(value)),
    ...one.segments.flatMap((_, index): Spot[] => [
      (value) => {
        one.segments[index] = encodeURIComponentOf(value)
      },
      (value) => {
        one.segments[index] = textOf(value)
      },
    ]),
    // One place for all of them: most would be refused at the door.
    (value) => addHeader(one, textOf(value)),
    ...headers,
    ...bodySpots(one.body),
  ]
}

const extraHeaders = [
  'Host',
  'Origin',
  'Content-Length',
  'Transfer-Encoding',
  'Content-Encoding',
  'Content-Range',
  'Content-Digest',
  'Expect',
  'Upload-Checksum',
  'Upload-Defer-Length',
  'Upload-Concat',
  'X-Request-Id',
  'X-Forwarded-For',
  'Accept-Encoding',
  'Upgrade',
  'X'.repeat(50),
]

function addHeader({ headers }: Request, value: string): void {
  headers.push([extraHeaders[value.length % extraHeaders.length] ?? 'Host', value])
}

function bodySpots(body: Body): Spot[] {
  switch (body.kind) {
    case 'none':
      return []
    case 'bytes':
      return [
        (value) => {
          body.bytes = Buffer.from(textOf(value))
        },
      ]
    case 'json':
      return jsonSpots(body.holder as Record<string, unknown>, 'json')
    case 'form':
      return body.parts.flatMap((part): Spot[] => [
        (value) => {
          part.content = textOf(value)
        },
        (value) => {
          part.name = textOf(value)
        },
        (value) => {
          part.fileName = textOf(value)
        },
        () => void body.parts.push({ ...part }),
        () => void body.parts.splice(body.parts.indexOf(part), 1),
        () => void body.parts.reverse(),
      ])
    case 'bundle':
      return body.files.flatMap((file): Spot[] => [
        ...jsonSpots(file as unknown as Record<string, unknown>, 'head'),
        (value) => {
          file.bytes = Buffer.from(textOf(value))
        },
        () => void body.files.push(file),
      ])
  }
}

/** How the length of the body is said. */
export const lengths = ['true', 'chunked', 'none', 'more', 'less', 'both'] as const
export type Length = (typeof lengths)[number]

/** The bytes that go over the wire. */
export function written(one: Request, host: string, length: Length): Buffer {
  const content = contentOf(one.body)
  const chunked = length === 'chunked' || length === 'both'
  const stated = { true: 0, both: 0, more: 1_000, less: -10, chunked: undefined, none: undefined }[length]
  const head = [
    `${one.method} /${one.segments.join('/')}${one.query && `?${one.query}`} HTTP/1.1`,
    ...(one.headers.some(([name]) => name === 'Host') ? [] : [`Host: ${host}`]),
    ...one.headers.map(([name, value]) => `${name}: ${value}`),
    ...(stated === undefined || one.body.kind === 'none'
      ? []
      : [`Content-Length: ${Math.max(0, content.length + stated)}`]),
    ...(chunked ? ['Transfer-Encoding: chunked'] : []),
    'Connection: close',
    '\r\n',
  ].join('\r\n')
  const chunk = [Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n0\r\n\r\n')]
  return Buffer.concat([Buffer.from(head), ...(chunked && content.length > 0 ? chunk : [content])])
}

function contentOf(body: Body): Buffer {
  switch (body.kind) {
    case 'none':
      return Buffer.alloc(0)
    case 'bytes':
      return body.bytes
    case 'json':
      return Buffer.from(JSON.stringify(body.holder.json) ?? '')
    case 'form':
      return Buffer.concat([...body.parts.flatMap(partBytes), Buffer.from('--fuzz--\r\n')])
    case 'bundle':
      return Buffer.concat(body.files.flatMap(({ head, bytes }) => [frameOf(head), bytes]))
  }
}

function partBytes({ name, fileName, content }: Part): Buffer[] {
  const file = fileName === undefined ? '' : `; filename="${fileName}"`
  const head = `--fuzz\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`
  return [Buffer.from(head), Buffer.from(content as string), Buffer.from('\r\n')]
}

function frameOf(head: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(head) ?? '')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text])
}

function request(method: string, path: string, body: Body = { kind: 'none' }): Request {
  return { method, segments: path.split('/'), query: '', headers: [], body }
}

function json(method: string, path: string, content: unknown): Request {
  const body: Body = { kind: 'json', holder: { json: content } }
  return { ...request(method, path, body), headers: [['Content-Type', 'application/json']] }
}

function bytesRequest(method: string, path: string, bytes: Buffer, type: string): Request {
  return { ...request(method, path, { kind: 'bytes', bytes }), headers: [['Content-Type', type]] }
}

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

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function encodeURIComponentOf(value: unknown): string {
  return encodeURIComponent(textOf(value).toWellFormed())
}
