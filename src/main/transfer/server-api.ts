/** Talks to one PhotoFerry server: a function per route. Every failure is thrown as an UploadError; nothing is retried here. */
import { z } from 'zod'
import {
  type BeginBatch,
  batchSchema,
  type NamedFilesAnswer,
  type NameFiles,
  namedFilesSchema,
} from '../../shared/protocol/batches.ts'
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
import type { AnswerBounds } from './bounded-answer.ts'
import { ChunkLimit } from './chunk-limit.ts'
import { type Download, type DownloadRequest, openDownload } from './download.ts'
import { LineWindow } from './line-window.ts'
import { ServerAgents, type WayOptions } from './server-agents.ts'
import { createClient, createRequest, parse, type SendRequest } from './server-request.ts'
import { storedUrl } from './stored-url.ts'
import { Throttle } from './throttle.ts'
import { bundleBody, chunkBody, type FileInBundle } from './upload-bodies.ts'

const offerAnswerSchema = z.union([taskSchema, digestsNeededSchema])

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
  /**
   * Tells of a batch: what is to be sent, as far as it is known. It is open from now on, also where it was complete.
   * @returns false where the server knows no batches
   */
  beginBatch(batchId: string, batch: BeginBatch, signal: AbortSignal): Promise<boolean>
  /** Names stored files of a batch. @throws UploadError `not-found` where the server does not know it any more */
  nameFiles(batchId: string, page: NameFiles, signal: AbortSignal): Promise<NamedFilesAnswer>
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
    ...batches(request),
    ...checks(request),
    absolute: (path) => storedUrl(address.url, path),
    breakOffSilent: request.breakOffSilent,
    close: request.close,
  }
}

/** What is asked about the library. */
function looking(request: SendRequest): Pick<ServerApi, 'listFiles' | 'verified'> {
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

function sharing(request: SendRequest): Pick<ServerApi, 'makeLink' | 'links' | 'revokeLink'> {
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

function batches(request: SendRequest): Pick<ServerApi, 'beginBatch' | 'nameFiles'> {
  return {
    beginBatch: async (batchId, batch, signal) => {
      const answer = await request('PUT', routes.batch(batchId), signal, { json: batch }).catch(nullIfUnknown)
      if (answer !== null) parse(batchSchema, answer)
      return answer !== null
    },
    nameFiles: async (batchId, page, signal) => {
      const isShort = ({ length }: readonly unknown[]) => length <= page.files.length
      const answer = await request('POST', routes.batchFiles(batchId), signal, { json: page })
      return parse(namedFilesSchema, answer, isShort)
    },
  }
}

function checks(request: SendRequest): Pick<ServerApi, 'health' | 'checkToken'> {
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
function manyFiles(request: SendRequest, throttle: Throttle): Pick<ServerApi, 'offer' | 'sendBundle'> {
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

/** Servers of before do not know the route. */
function nullIfUnknown(thrown: unknown): null {
  if (thrown instanceof UploadError && thrown.code === 'not-found') return null
  throw thrown
}
