/** An HTTP request in parts, any of which can be changed before it is written out. */
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

export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; bytes: Buffer }
  | { readonly kind: 'json'; holder: { json: unknown }; text?: string }
  | { readonly kind: 'form'; parts: Part[] }
  | { readonly kind: 'bundle'; files: { head: unknown; bytes: Buffer }[] }

export interface Part {
  name: string
  fileName: string | undefined
  content: string | Buffer
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
      return [
        (value) => {
          body.text = textOf(value)
        },
        ...jsonSpots(body.holder as Record<string, unknown>, 'json'),
      ]
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
      return Buffer.from(body.text ?? JSON.stringify(body.holder.json) ?? '')
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

/** Without headers. */
export function request(method: string, path: string, body: Body = { kind: 'none' }): Request {
  return { method, segments: path.split('/'), query: '', headers: [], body }
}

/** With a JSON body. */
export function json(method: string, path: string, content: unknown): Request {
  const body: Body = { kind: 'json', holder: { json: content } }
  return { ...request(method, path, body), headers: [['Content-Type', 'application/json']] }
}

/** With a body of bytes. */
export function bytesRequest(method: string, path: string, bytes: Buffer, type: string): Request {
  return { ...request(method, path, { kind: 'bytes', bytes }), headers: [['Content-Type', type]] }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function encodeURIComponentOf(value: unknown): string {
  return encodeURIComponent(textOf(value).toWellFormed())
}
