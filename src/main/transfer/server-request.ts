/** Makes one request to a server and reads its answer, both within bounds; every failure becomes an UploadError. */
import type { Readable } from 'node:stream'
import got, { type Got, type Method } from 'got'
import type { z } from 'zod'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import { type Answer, type AnswerBounds, receiveAnswer } from './bounded-answer.ts'
import { isListOfIndexes } from './missing-chunks.ts'
import { type OpenRequest, OpenRequests } from './open-requests.ts'
import { fromProxyError, ProxyError, proxyErrorOf } from './proxy-errors.ts'
import type { ServerAgents, Way } from './server-agents.ts'
import { answerError, notPhotoFerry, requestError } from './server-errors.ts'

/** Time limits of one request, in ms. A chunk may take any time while its bytes still move. */
const timeout = { lookup: 10_000, connect: 10_000, secureConnect: 10_000, socket: 60_000, response: 120_000 }

interface RequestBody {
  readonly json?: unknown
  /** Opens the body; called for each attempt. */
  readonly body?: (open: OpenRequest) => Readable
  /** Of a body that can be made smaller, because a proxy may refuse it for its size; bytes. */
  readonly chunkBytes?: number
  readonly headers?: Record<string, string>
}

export type SendRequest = ReturnType<typeof createRequest>

/** Nothing that it sends is repeated, nothing that comes is unpacked, no redirect is followed. */
export function createClient({ token }: ServerAddress): Got {
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

export function createRequest(
  address: ServerAddress,
  client: Got,
  agents: ServerAgents,
  bounds: AnswerBounds,
) {
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

/**
 * @param fits whether a list in the answer may be what the schema wants. zod would note each wrong element of it: for
 *   300,000 of them that takes 10 s and 900 MB.
 * @throws UploadError `not-photoferry`
 */
export function parse<Schema extends z.ZodType>(
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
