/** A raw client of resumable uploads over HTTP, which sees interim answers and whose connection can be cut at any byte. */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Receiver } from './appending-clients.ts'

export type Version = '6' | '8'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Exchange {
  readonly interim: readonly Answer[]
  /** Undefined when the connection was cut before it came. */
  readonly answer: Answer | undefined
}

interface Sending {
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array
  /** Bytes of the body after which the connection is cut; never when left out. */
  readonly cutAt?: number
  /** Undefined for a client that knows nothing of the draft. */
  readonly version?: Version | undefined
  /** Nobody tells how many bytes come. */
  readonly isChunked?: boolean
}

export function exchange(
  to: Receiver,
  method: string,
  path: string,
  sending: Sending = {},
): Promise<Exchange> {
  const { body, cutAt, version = '8', isChunked = false } = sending
  const headers: OutgoingHttpHeaders = {
    ...(to.token !== null && { Authorization: `Bearer ${to.token}` }),
    ...('version' in sending && sending.version === undefined
      ? {}
      : { 'Upload-Draft-Interop-Version': version }),
    ...(body && (isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': body.length })),
    ...sending.headers,
  }
  return new Promise((resolve) => {
    const interim: Answer[] = []
    const outgoing = request(`${to.url}${path}`, { method, headers, agent: false })
    const end = (answer: Answer | undefined) => resolve({ interim, answer })
    outgoing.on('information', ({ statusCode, headers: told }) => {
      interim.push({ status: statusCode, headers: told, body: '' })
    })
    outgoing.on('response', (incoming) => {
      text(incoming).then(
        (said) => end({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: said }),
        () => end(undefined),
      )
    })
    outgoing.on('error', () => end(undefined)).on('close', () => end(undefined))
    if (body === undefined || cutAt === undefined) outgoing.end(body)
    else outgoing.write(body.subarray(0, cutAt), () => outgoing.destroy())
  })
}

const partial = 'application/partial-upload'

/** Brings a whole file over a connection that breaks. @param cuts bytes after which each try is cut, from the first on */
export async function bringOverBreaks(
  to: Receiver,
  version: Version,
  name: string,
  bytes: Uint8Array,
  cuts: readonly number[],
): Promise<Answer> {
  const left = [...cuts]
  const named = { 'Content-Disposition': `inline; filename="${name}"`, 'Upload-Complete': '?1' }
  let address: string | undefined
  while (address === undefined) {
    const cutAt = left.shift()
    const sending = { headers: named, body: bytes, version, ...(cutAt !== undefined && { cutAt }) }
    const { interim, answer } = await exchange(to, 'POST', '/resumable', sending)
    if (answer !== undefined) return answer
    address = interim.find(({ headers }) => headers.location !== undefined)?.headers.location
  }
  while (true) {
    const { answer: state } = await exchange(to, 'HEAD', address, { version })
    if (state?.status !== 204) throw new Error(`HEAD: ${state?.status}`)
    if (state.headers['upload-complete'] === '?1') return state
    const offset = Number(state.headers['upload-offset'])
    const rest = bytes.subarray(offset)
    const cutAt = left.shift()
    const headers = { 'Upload-Offset': offset, 'Upload-Complete': '?1', 'Content-Type': partial }
    const sending = {
      headers,
      body: rest,
      version,
      ...(cutAt !== undefined && { cutAt: cutAt % (rest.length + 1) }),
    }
    const { answer } = await exchange(to, 'PATCH', address, sending)
    if (answer !== undefined) return answer
  }
}
