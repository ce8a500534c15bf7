/** Talks to one PhotoFerry server: a function per route. Every failure is thrown as an UploadError; nothing is retried here. */
import type { Readable } from 'node:stream'
import got, { type Got, type Method } from 'got'
import { z } from 'zod'
import {
  type BundledFile,
  bundleAnswerSchema,
  type OfferedFile,
  type OffersAnswer,
  offersAnswerSchema,
} from '../../shared/protocol/bundles.ts'
import type { Digests } from '../../shared/protocol/digests.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import {
  type ChunkDigest,
  type ChunkReceipt,
  type CreateTaskRequest,
  checkingSchema,
  chunkReceiptSchema,
  digestsNeededSchema,
  type FileList,
  fileListSchema,
  healthSchema,
  type ListedFile,
  linkListSchema,
  type MadeLink,
  madeLinkSchema,
  mostLinks,
  mostListed,
  routes,
  type SharedLink,
  type StoredFile,
  statsSchema,
  storedFileSchema,
  type Task,
  taskSchema,
  verifiedFileSchema,
  verifyingSchema,
} from '../../shared/protocol/wire.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import { type Answer, type AnswerBounds, receiveAnswer } from './bounded-answer.ts'
import { ChunkLimit } from './chunk-limit.ts'
import { type Download, type DownloadRequest, openDownload } from './download.ts'
import { LineWindow } from './line-window.ts'
import { isListOfIndexes } from './missing-chunks.ts'
import { type OpenRequest, OpenRequests } from './open-requests.ts'
import { fromProxyError, ProxyError, proxyErrorOf } from './proxy-errors.ts'
import { ServerAgents, type Way, type WayOptions } from './server-agents.ts'
import { answerError, notPhotoFerry, requestError } from './server-errors.ts'
import { storedUrl } from './stored-url.ts'
import { Throttle } from './throttle.ts'
import { bundleBody, chunkBody, type FileInBundle } from './upload-bodies.ts'

const offerAnswerSchema = z.union([taskSchema, digestsNeededSchema])

/** Time limits of one request, in ms. A chunk may take any time while its bytes still move. */
const timeout = { lookup: 10_000, connect: 10_000, secureConnect: 10_000, socket: 60_000, response: 120_000 }

/**
 * The answer to an offer: the task. Or the server reads a stored file that may be the same, and is to be asked again; or it
 * wants to know the digests of a file that was not read yet.
 */
export type OfferAnswer = Task | 'checking' | 'digests-needed'

/** The answer to `complete`: the stored file, or how far its verification has come. */
type Completion = { readonly stored: StoredFile } | { readonly stored: null; readonly verifiedBytes: number }

export interface ServerApi {
  readonly address: ServerAddress
  /** How large a chunk may be on the way to this server, as far as is known. */
  readonly chunkLimit: ChunkLimit
  /** What is on its way to this server: enter it before sending a chunk or a bundle. */
  readonly window: LineWindow
  /** Whether files may be offered that were not read yet, as far as is known. */
  takesUnread: boolean
  createTask(request: CreateTaskRequest, signal: AbortSignal): Promise<OfferAnswer>
  /** Asks which of many files the server has, in their order; null where it knows no such question. */
  offer(files: readonly OfferedFile[], signal: AbortSignal): Promise<OffersAnswer | null>
  /** Sends small files in one request. @returns one result for each, in their order */
  sendBundle(files: readonly FileInBundle[], signal: AbortSignal): Promise<readonly BundledFile[]>
  /** @throws UploadError `too-large-for-proxy` with facts `chunk-refused`, where a proxy refuses a chunk of this size */
  putChunk(chunk: SentChunk, signal: AbortSignal): Promise<ChunkReceipt>
  /**
   * Asks the server to verify and publish the file.
   * @param digests of the whole file
   */
  complete(taskId: string, digests: Digests, signal: AbortSignal): Promise<Completion>
  /**
   * One page of what is stored.
   * @param query as in `server/README.md`
   * @throws UploadError `not-found` where the server knows no such question
   */
  listFiles(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<FileList>
  /**
   * A stored file with this content, whose bytes the server has read to their end now or at most so long ago, s; null where
   * there is none.
   * @throws UploadError `not-found` where the server knows no such question
   */
  verified(
    content: Content,
    withinSeconds: number,
    signal: AbortSignal,
  ): Promise<ListedFile | null | 'checking'>
  /** @param path of a stored file or a folder @param days how long the link works @throws UploadError `not-found` */
  makeLink(path: string, days: number, signal: AbortSignal): Promise<MadeLink>
  /** The links that still open something. */
  links(signal: AbortSignal): Promise<readonly SharedLink[]>
  revokeLink(linkId: string, signal: AbortSignal): Promise<void>
  /** Begins to read a stored file, perhaps in its middle. @throws UploadError `not-found` */
  download(request: DownloadRequest, signal: AbortSignal): Promise<Download>
  /** Deletes the task and its bytes on the server; a task that is already gone is no error. */
  abortTask(taskId: string, signal: AbortSignal): Promise<void>
  /** Fulfils when a PhotoFerry server answers at the address. */
  health(signal: AbortSignal): Promise<void>
  /** Fulfils when the server accepts the token. */
  checkToken(signal: AbortSignal): Promise<void>
  /**
   * The absolute URL of a path that the server gave. It counts from the server's address, which may itself end with a
   * path that a reverse proxy serves it below.
   * @throws UploadError `not-photoferry` for anything but a path below that address
   */
  absolute(path: string): string
  /**
   * Breaks off the requests of which no byte has moved for so long, ms, and for 5 s at least: they reject with `BrokenOff`.
   * For when the server answers others again.
   */
  breakOffSilent(silentMs: number): void
  close(): void
}

/** What tells one content from every other. */
export interface Content {
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

interface SentChunk {
  readonly taskId: string
  readonly chunkIndex: number
  /** The whole chunk; its digest goes with it as Content-Digest (RFC 9530). */
  readonly bytes: Buffer
  /** The digest that the server wants; left out, SHA-256, which every server knows. */
  readonly digest?: ChunkDigest | undefined
  /** Digests of the whole file when this chunk is to complete it. Older servers ignore them. */
  readonly completeAs: Digests | undefined
}

export interface ServerApiOptions extends WayOptions, AnswerBounds {
  /** Limits the bandwidth of chunks. */
  readonly throttle?: Throttle
  /** What is known about the way to this server; it is kept up to date. */
  readonly chunkLimit?: ChunkLimit
}

/** Sends nothing yet. */
export function createServerApi(address: ServerAddress, options: ServerApiOptions = {}): ServerApi {
  const { throttle = new Throttle(), chunkLimit = new ChunkLimit() } = options
  const agents = new ServerAgents(address, options)
  const client = createClient(address)
  const request = createRequest(address, client, agents, options)
  return {
    address,
    chunkLimit,
    window: new LineWindow(),
    takesUnread: true,
    createTask: async (body, signal) => {
      const answer = await request('POST', routes.tasks, signal, { json: body })
      const parsed = parse(answer.statusCode === 202 ? checkingSchema : offerAnswerSchema, answer)
      if ('checking' in parsed) return 'checking'
      return 'digestsNeeded' in parsed ? 'digests-needed' : parsed
    },
    ...manyFiles(request, throttle),
    putChunk: async ({ taskId, chunkIndex, bytes, digest, completeAs }, signal) =>
      parse(
        chunkReceiptSchema,
        await request(
          'PUT',
          routes.chunk(taskId, chunkIndex, completeAs),
          signal,
          chunkBody(bytes, digest ?? 'sha-256', throttle, signal),
        ),
      ),
    complete: async (taskId, { md5, sha256 }, signal) => {
      const json = { hash: md5, sha256 }
      const answer = await request('POST', routes.complete(taskId), signal, { json })
      if (answer.statusCode !== 202) return { stored: parse(storedFileSchema, answer) }
      return { stored: null, verifiedBytes: parse(verifyingSchema, answer).verifiedBytes }
    },
    download: (asked, signal) => openDownload(client, agents, address.url, asked, signal),
    abortTask: async (taskId, signal) => {
      await request('DELETE', routes.task(taskId), signal)
    },
    ...looking(request),
    ...sharing(request),
    ...checks(request),
    absolute: (path) => storedUrl(address.url, path),
    breakOffSilent: request.breakOffSilent,
    close: request.close,
  }
}

/** What is asked about the library. */
function looking(request: ReturnType<typeof createRequest>): Pick<ServerApi, 'listFiles' | 'verified'> {
  return {
    listFiles: async (query, signal) => {
      const isShort = ({ length }: readonly unknown[]) => length <= mostListed
      return parse(fileListSchema, await request('GET', routes.files(query), signal), isShort)
    },
    verified: async (content, withinSeconds, signal) => {
      const answer = await request('GET', routes.verified(content, withinSeconds), signal)
      if (answer.statusCode !== 202) return parse(verifiedFileSchema, answer).file
      parse(checkingSchema, answer)
      return 'checking'
    },
  }
}

function sharing(
  request: ReturnType<typeof createRequest>,
): Pick<ServerApi, 'makeLink' | 'links' | 'revokeLink'> {
  return {
    makeLink: async (path, days, signal) =>
      parse(madeLinkSchema, await request('POST', routes.links, signal, { json: { path, days } })),
    links: async (signal) => {
      const fits = ({ length }: readonly unknown[]) => length <= mostLinks
      return parse(linkListSchema, await request('GET', routes.links, signal), fits).links
    },
    revokeLink: async (linkId, signal) => {
      await request('DELETE', routes.link(linkId), signal)
    },
  }
}

function checks(request: ReturnType<typeof createRequest>): Pick<ServerApi, 'health' | 'checkToken'> {
  return {
    health: async (signal) => {
      parse(healthSchema, await request('GET', routes.health, signal))
    },
    checkToken: async (signal) => {
      parse(statsSchema, await request('GET', routes.stats, signal))
    },
  }
}

/** What is asked and sent for many files in one request. */
function manyFiles(
  request: ReturnType<typeof createRequest>,
  throttle: Throttle,
): Pick<ServerApi, 'offer' | 'sendBundle'> {
  return {
    offer: async (files, signal) => {
      const json = { files }
      const body = { json, chunkBytes: Buffer.byteLength(JSON.stringify(json)) }
      const answer = await request('POST', routes.offers, signal, body).catch(nullIfUnknown)
      return answer && parse(offersAnswerSchema, answer, ({ length }) => length === files.length)
    },
    sendBundle: async (files, signal) => {
      const answer = await request('POST', routes.bundle, signal, bundleBody(files, throttle, signal))
      return parse(bundleAnswerSchema, answer, ({ length }) => length === files.length).files
    },
  }
}

interface RequestBody {
  readonly json?: unknown
  /** Opens the body; called for each attempt. */
  readonly body?: (open: OpenRequest) => Readable
  /** Of a body that can be made smaller, because a proxy may refuse it for its size; bytes. */
  readonly chunkBytes?: number
  readonly headers?: Record<string, string>
}

/** Nothing that it sends is repeated, nothing that comes is unpacked, no redirect is followed. */
function createClient({ token }: ServerAddress): Got {
  return got.extend({
    timeout,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
    headers: {
      'accept-encoding': 'identity',
      authorization: `Bearer ${token}`,
      'user-agent': 'photoferry',
    },
  })
}

function createRequest(address: ServerAddress, client: Got, agents: ServerAgents, bounds: AnswerBounds) {
  const inFlight = new OpenRequests()
  const request = async (method: Method, path: string, signal: AbortSignal, body: RequestBody = {}) => {
    signal.throwIfAborted()
    const { chunkBytes, body: openBody, ...sent } = body
    const url = `${address.url}${path}`
    const open = inFlight.begin()
    const either = AbortSignal.any([signal, open.signal])
    const answer = await agents
      .over((way) => {
        const opened = openBody ? { body: openBody(open) } : {}
        return send(client, url, way, { method, signal: either, ...opened, ...sent }, bounds)
      })
      .catch((thrown: unknown) => {
        either.throwIfAborted()
        if (thrown instanceof UploadError) throw thrown
        const proxyError = proxyErrorOf(thrown)
        throw proxyError ? fromProxyError(url, proxyError) : requestError(url, thrown)
      })
      .finally(open.end)
    if (answer.statusCode >= 200 && answer.statusCode < 300) return answer
    throw withChunkSize(address.url, answerError(address.url, path, answer), chunkBytes)
  }
  const breakOffSilent = (silentMs: number) => inFlight.breakOffSilent(silentMs)
  return Object.assign(request, { breakOffSilent, close: () => agents.close() })
}

/** Names the size of a chunk that a proxy refused. Anything else can't be made smaller: then the proxy is no use. */
function withChunkSize(serverUrl: string, error: UploadError, chunkBytes: number | undefined): UploadError {
  if (error.code !== 'too-large-for-proxy') return error
  const { message, facts } = error
  if (chunkBytes === undefined) return new UploadError('proxy-answer', message, facts ? { facts } : {})
  const { host } = new URL(serverUrl)
  return new UploadError(error.code, message, { facts: { kind: 'chunk-refused', host, size: chunkBytes } })
}

/** @throws as `receiveAnswer` does, or ProxyError for a proxy that wants a login */
async function send(
  client: Got,
  url: string,
  { proxy, agent }: Way,
  options: Omit<RequestBody, 'chunkBytes' | 'body'> & {
    readonly method: Method
    readonly signal: AbortSignal
    readonly body?: Readable
  },
  bounds: AnswerBounds,
): Promise<Answer> {
  const answer = await receiveAnswer(client, url, { ...options, agent }, bounds)
  if (answer.statusCode !== 407 || proxy === null) return answer
  throw new ProxyError(proxy, { kind: 'refused', status: 407 })
}

/** Servers of before do not know the route. */
function nullIfUnknown(thrown: unknown): null {
  if (thrown instanceof UploadError && thrown.code === 'not-found') return null
  throw thrown
}

/**
 * @param fits whether a list in the answer may be what the schema wants. zod would note each wrong element of it: for
 *   300,000 of them that takes 10 s and 900 MB.
 * @throws UploadError `not-photoferry`
 */
function parse<Schema extends z.ZodType>(
  schema: Schema,
  answer: Answer,
  fits: (list: readonly unknown[]) => boolean = isListOfIndexes,
): z.infer<Schema> {
  try {
    const value: unknown = JSON.parse(answer.body)
    const lists = Object.values(Object(value)).filter((part) => Array.isArray(part))
    if (!lists.every(fits)) throw new Error('a list that does not fit the question')
    return schema.parse(value)
  } catch (cause) {
    throw notPhotoFerry(cause)
  }
}
