/** Begins to read one stored file of a server: the bytes come as a stream, within the size that the server states. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Got } from 'got'
import { routes } from '../../shared/protocol/wire.ts'
import type { ServerAgents } from './server-agents.ts'
import { answerError, notPhotoFerry, requestError } from './server-errors.ts'

export interface DownloadRequest {
  /** Below the library, parts joined by `/`. */
  readonly path: string
  /** The first byte that is wanted; more than 0 only together with `version`. */
  readonly from: number
  /** What an earlier part was of: of another version the whole file comes. */
  readonly version: string | null
}

export interface Download {
  /** Names these very bytes; null where the file was edited at the server since it was stored. */
  readonly version: string | null
  /** SHA-256 and MD5 of the whole file, 64 and 32 hex digits, as far as the server states them. */
  readonly sha256: string | null
  readonly md5: string | null
  /** Bytes of the whole file. */
  readonly size: number
  /** ms since 1970; null where the server does not say. */
  readonly modifiedMs: number | null
  /** The first byte that comes. */
  readonly from: number
  /** Fails when the connection does, or when other than `size - from` bytes come. */
  readonly body: AsyncIterable<Buffer>
}

/** Of a refusal. */
const mostErrorBytes = 64 * 1024

/**
 * @param serverUrl address of the server
 * @throws UploadError `not-found`, `unauthorized`, `not-photoferry`, or of the connection
 */
export async function openDownload(
  client: Got,
  agents: ServerAgents,
  serverUrl: string,
  { path, from, version }: DownloadRequest,
  signal: AbortSignal,
): Promise<Download> {
  const route = routes.file(path)
  const url = `${serverUrl}${route}`
  const range = from > 0 && version !== null ? { range: `bytes=${from}-`, 'if-range': version } : {}
  const stream = await agents.over(async ({ agent }) => client.stream(url, { agent, signal, headers: range }))
  stream.on('error', () => undefined)
  const [head] = (await once(stream, 'response').catch((thrown) => {
    signal.throwIfAborted()
    throw requestError(url, thrown)
  })) as [IncomingMessage]
  const { statusCode = 0, headers } = head
  if (statusCode !== 200 && statusCode !== 206) {
    throw answerError(serverUrl, route, { statusCode, headers, body: await refusalOf(stream) })
  }
  const first = statusCode === 206 ? Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1]) : 0
  const length = Number(headers['content-length'])
  if (!(first === 0 || first === from) || !Number.isSafeInteger(length)) {
    stream.destroy()
    throw notPhotoFerry(`status ${statusCode}, ${headers['content-range']}, ${headers['content-length']}`)
  }
  return {
    ...factsOf(headers),
    size: first + length,
    from: first,
    body: bounded(stream, url, length, signal),
  }
}

function factsOf(headers: IncomingMessage['headers']) {
  const tag = headers.etag ?? ''
  const md5 = /^"([0-9a-f]{32})"$/.exec(tag)?.[1] ?? null
  const digest = /sha-256=:([A-Za-z0-9+/]{43}=):/.exec(String(headers['repr-digest'] ?? ''))?.[1]
  const modifiedMs = Date.parse(headers['last-modified'] ?? '')
  return {
    md5,
    version: md5 === null ? null : tag,
    sha256: digest === undefined ? null : Buffer.from(digest, 'base64').toString('hex'),
    modifiedMs: Number.isNaN(modifiedMs) ? null : modifiedMs,
  }
}

async function* bounded(
  stream: Readable,
  url: string,
  length: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let left = length
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      left -= piece.length
      if (left < 0) throw notPhotoFerry('more bytes than were announced')
      yield piece
    }
  } catch (thrown) {
    signal.throwIfAborted()
    throw requestError(url, thrown)
  } finally {
    stream.destroy()
  }
  if (left > 0) throw requestError(url, new Error('the connection ended too early'))
}

/** As far as it is worth reading. */
async function refusalOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > mostErrorBytes) return ''
      pieces.push(piece)
    }
  } catch {
    return ''
  } finally {
    stream.destroy()
  }
  return Buffer.concat(pieces).toString()
}
