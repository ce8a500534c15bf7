/** Honest requests that are changed at random, and what a server answers to them over a raw socket. */
import { connect } from 'node:net'
import fc from 'fast-check'
import { type Length, lengths, type Request, spotsOf, written } from './request.ts'
import { applyEdits, type ByteEdit, byteEdit, changeBytes, type Edit, edits } from './spots.ts'

export interface Attempt {
  /** Of the honest request. */
  readonly kind: string
  readonly changes: readonly Edit[]
  readonly bytes: readonly ByteEdit[]
  readonly length: Length
  /** Whether the token is as it should be; else it is changed or missing as anything else may be. */
  readonly hasToken: boolean
}

/** @param kinds of the honest requests */
export function attemptsOf(kinds: readonly string[]): fc.Arbitrary<Attempt> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    changes: edits(4),
    bytes: mostly([], fc.array(byteEdit, { maxLength: 3 }), 4),
    length: mostly('true' as const, fc.constantFrom(...lengths), 5),
    hasToken: mostly(true, fc.constant(false), 20),
  })
}

function mostly<Value>(usual: Value, other: fc.Arbitrary<Value>, weight: number): fc.Arbitrary<Value> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
}

/** The changed request as it goes over the wire. @param one the honest request, which is changed in place */
export function bytesToSend(attempt: Attempt, one: Request, host: string, token: string): Buffer {
  const authorization: [string, string] = ['Authorization', `Bearer ${token}`]
  if (!attempt.hasToken) one.headers.push(authorization)
  applyEdits(attempt.changes, () => spotsOf(one))
  if (attempt.hasToken) one.headers.push(authorization)
  return attempt.bytes.reduce(changeBytes, written(one, host, attempt.length))
}

/** How long a server is left waiting for more of a request that seems to be whole, ms. */
const waitMs = 2_000

/** Whether a server finds the end of the request in it, so far as its head is understood. */
function seemsWhole(sent: Buffer): boolean {
  const text = sent.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const [head, body] = [text.slice(0, end), text.slice(end + 4)]
  if (/^transfer-encoding:/im.test(head)) return body.endsWith('0\r\n\r\n')
  return Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0) <= body.length
}

/**
 * Sends all of it, then the end of sending: at once where more is awaited, since servers give no answer after that.
 * @returns what comes back until the server closes
 */
export function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const isWhole = seemsWhole(bytes)
    const socket = connect(port, '127.0.0.1', () => (isWhole ? socket.write(bytes) : socket.end(bytes)))
    const enough = setTimeout(() => socket.end(), waitMs)
    const late = setTimeout(() => {
      reject(new Error(`no end within 20 s; so far: ${received.slice(0, 500)}`))
      socket.destroy()
    }, 20_000)
    socket.on('data', (piece) => {
      received += piece.toString('latin1')
      enough.refresh()
    })
    // A server that refuses in the middle of a body may reset what is still on its way.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(late)
      clearTimeout(enough)
      resolve(received)
    })
  })
}

/** What the server refuses on purpose: an extension of tus that it does not have. */
function isConcatenation(sent: Buffer): boolean {
  return /^upload-concat:/im.test(sent.toString('latin1'))
}

/** Counts the statuses of answers, and fails at one that is the server's own fault; 507 is a full disk's. */
export class StatusCount {
  readonly #seen = new Map<number, number>()

  add(sent: Buffer, answer: string): void {
    for (const [, text] of answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)) {
      const status = Number(text)
      this.#seen.set(status, this.of(status) + 1)
      if (status < 500 || status === 507 || (status === 501 && isConcatenation(sent))) continue
      throw new Error(`${sent.toString('latin1').slice(0, 3_000)}\n-- was answered with\n${answer}`)
    }
  }

  of(status: number): number {
    return this.#seen.get(status) ?? 0
  }

  toString(): string {
    const sorted = [...this.#seen].sort(([a], [b]) => a - b)
    return sorted.map(([status, count]) => `${status} × ${count}`).join(', ')
  }
}
