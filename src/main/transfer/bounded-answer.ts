/**
 * Receives one answer within bounds: whoever answers at an address may be anybody, and gets neither the client's memory nor
 * its time. Nothing is unpacked, no redirect is followed, no cookie is kept.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Got, OptionsOfBufferResponseBody } from 'got'
import { oddAnswer, silentError } from './server-errors.ts'

/** The longest answer, bytes. That of a task of 100,000 chunks, the longest of all, has 0.6 MB. */
const mostAnswerBytes = 1024 * 1024
/** How long an answer may take from its status to its last byte, ms: one byte a second is no answer. */
const longestAnswerMs = 25_000

export interface Answer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Empty where a refusal was too long, too slow or compressed: then its status counts. */
  readonly body: string
}

export interface AnswerBounds {
  /** How long an answer may take from its status to its last byte, ms; left out, 25 s. */
  readonly answerMs?: number | undefined
}

/**
 * @param options of the request; its signal breaks it off
 * @returns any answer, whatever its status
 * @throws UploadError `not-photoferry` for an answer of 200 to 299 that is too long or compressed, `connection-stalled` for
 *   one that takes too long; got's error where none came
 */
export async function receiveAnswer(
  client: Got,
  url: string,
  options: Omit<OptionsOfBufferResponseBody, 'responseType' | 'signal'> & { readonly signal: AbortSignal },
  { answerMs = longestAnswerMs }: AnswerBounds = {},
): Promise<Answer> {
  const cut = new AbortController()
  const begun: { head?: IncomingMessage; timer?: NodeJS.Timeout } = {}
  const onHead = (head: IncomingMessage) => {
    begun.head = head
    begun.timer = setTimeout(() => cut.abort(silentError(url)), answerMs)
    if (Number(head.headers['content-length'] ?? 0) > mostAnswerBytes) cut.abort(oddAnswer(url, 'too-long'))
  }
  const signal = AbortSignal.any([options.signal, cut.signal])
  try {
    const answer = client(url, { ...options, signal, responseType: 'buffer' })
    answer.on('request', (request: ClientRequest) => request.once('response', onHead))
    answer.on('downloadProgress', ({ transferred }) => {
      if (transferred > mostAnswerBytes) cut.abort(oddAnswer(url, 'too-long'))
    })
    const { statusCode, headers, body } = await answer
    if (isPlain(headers)) return { statusCode, headers, body: Buffer.from(body).toString() }
    return byStatus({ statusCode, headers }, oddAnswer(url, 'compressed'))
  } catch (thrown) {
    if (!cut.signal.aborted || options.signal.aborted || !begun.head) throw thrown
    const { statusCode = 0, headers } = begun.head
    return byStatus({ statusCode, headers }, cut.signal.reason)
  } finally {
    clearTimeout(begun.timer)
  }
}

/** What to do with an answer whose body is of no use. @throws the error, where the status alone says nothing */
function byStatus(head: Omit<Answer, 'body'>, error: unknown): Answer {
  if (head.statusCode < 300) throw error
  return { ...head, body: '' }
}

/** None was asked for: a page of a few kB may unpack to gigabytes. */
function isPlain({ 'content-encoding': encoding = '' }: Answer['headers']): boolean {
  return /^(identity)?$/i.test(String(encoding).trim())
}
