/** Clients of the protocols that append to a file: each keeps its upload's path and goes on from the offset that the server states. */
import { sha256 } from './harness.ts'

export interface Receiver {
  readonly url: string
  readonly token: string | null
}

interface AppendProtocol {
  /** @returns the upload's path */
  create(to: Receiver, name: string, size: number): Promise<string>
  /** @returns undefined when all is stored */
  offset(to: Receiver, path: string, size: number): Promise<number | undefined>
  append(to: Receiver, path: string, piece: Piece): Promise<void>
}

interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
  /** Of the whole file, bytes. */
  readonly size: number
  readonly isLast: boolean
}

/** The answer that an upload is gone: the next try begins a new one. */
class Gone extends Error {}

async function send(
  { url, token }: Receiver,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Uint8Array,
): Promise<Headers> {
  const all = { ...(token !== null && { Authorization: `Bearer ${token}` }), ...headers }
  const answer = await fetch(url + path, {
    method,
    headers: all,
    ...(body && { body: new Uint8Array(body) }),
  })
  const said = `${method} ${path}: ${answer.status} ${await answer.text()}`
  if (answer.status === 404 || answer.status === 410) throw new Gone(said)
  if (!answer.ok) throw new Error(said)
  return answer.headers
}

const tusHeaders = { 'Tus-Resumable': '1.0.0' }

/** @param isDeferred the length is stated with the last bytes only */
function tus(isDeferred: boolean): AppendProtocol {
  const lengthOf = (size: number) => ({ 'Upload-Length': String(size) })
  return {
    create: async (to, name, size) => {
      const length = isDeferred ? { 'Upload-Defer-Length': '1' } : lengthOf(size)
      const metadata = { 'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')}` }
      const answer = await send(to, 'POST', '/tus', { ...tusHeaders, ...length, ...metadata })
      return String(answer.get('Location'))
    },
    offset: async (to, path, size) => {
      const answer = await send(to, 'HEAD', path, tusHeaders)
      const offset = Number(answer.get('Upload-Offset'))
      return offset === size && answer.get('Upload-Length') !== null ? undefined : offset
    },
    append: async (to, path, { offset, bytes, size, isLast }) => {
      const headers = {
        ...tusHeaders,
        'Upload-Offset': String(offset),
        'Content-Type': 'application/offset+octet-stream',
        ...(isDeferred && isLast && lengthOf(size)),
      }
      await send(to, 'PATCH', path, headers, bytes)
    },
  }
}

/** Resumable uploads over HTTP. @param version of the draft @param isKnown the length is stated from the start */
function resumable(version: '6' | '8', isKnown: boolean): AppendProtocol {
  const own = { 'Upload-Draft-Interop-Version': version }
  return {
    create: async (to, name, size) => {
      const length = isKnown ? { 'Upload-Length': String(size) } : {}
      const disposition = `inline; filename*=UTF-8''${encodeURIComponent(name)}`
      const headers = { ...own, ...length, 'Upload-Complete': '?0', 'Content-Disposition': disposition }
      return String((await send(to, 'POST', '/resumable', headers)).get('Location'))
    },
    offset: async (to, path) => {
      const answer = await send(to, 'HEAD', path, own)
      return answer.get('Upload-Complete') === '?1' ? undefined : Number(answer.get('Upload-Offset'))
    },
    append: async (to, path, { offset, bytes, isLast }) => {
      const headers = {
        ...own,
        'Upload-Offset': String(offset),
        'Upload-Complete': isLast ? '?1' : '?0',
        'Content-Type': 'application/partial-upload',
      }
      await send(to, 'PATCH', path, headers, bytes)
    },
  }
}

export const appendProtocols = {
  tus: tus(false),
  'tus, its length at the end': tus(true),
  'resumable, version 8': resumable('8', false),
  'resumable, version 6': resumable('6', true),
} satisfies Readonly<Record<string, AppendProtocol>>

export type AppendProtocolName = keyof typeof appendProtocols

/** The paths of uploads that are not over, by name and digest. */
const begun = new Map<string, string>()

interface Bringing {
  /** Sent at most in one request, bytes. */
  readonly patchBytes: number
  /** Bytes after which the client is interrupted. */
  readonly upTo?: number | undefined
  /** The upload that its client has begun before, null for none; one that was begun here is remembered when it is left out. */
  readonly path?: string | null
}

/** @throws Error when the server refuses something, or is not there */
export async function bringAppended(
  name: AppendProtocolName,
  to: Receiver,
  fileName: string,
  bytes: Buffer,
  { patchBytes, upTo = bytes.length, path }: Bringing,
): Promise<void> {
  const protocol: AppendProtocol = appendProtocols[name]
  // Without the server's address: it may be another one after a restart.
  const key = `${name} ${fileName} ${sha256(bytes)}`
  const known = path === undefined ? begun.get(key) : path
  const kept = known ?? (await protocol.create(to, fileName, bytes.length))
  begun.set(key, kept)
  try {
    let offset = await protocol.offset(to, kept, bytes.length)
    while (offset !== undefined && (offset < upTo || upTo === bytes.length)) {
      const end = Math.min(upTo, offset + patchBytes)
      const piece = { offset, bytes: bytes.subarray(offset, end), size: bytes.length }
      await protocol.append(to, kept, { ...piece, isLast: end === bytes.length })
      offset = await protocol.offset(to, kept, bytes.length)
    }
    if (offset === undefined) begun.delete(key)
  } catch (thrown) {
    if (thrown instanceof Gone) begun.delete(key)
    throw thrown
  }
}
