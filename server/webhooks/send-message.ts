/**
 * Makes one attempt to deliver a message. The address is the operator's own word, so it may well be one of the studio's
 * network; but whoever answers there may not lead the server anywhere else, nor cost it time or memory.
 */
import type { IncomingMessage } from 'node:http'
import got from 'got'

/** From the connection to the status, ms; the specification advises 15 to 30 s. */
const attemptMs = 20_000

/** `retryAfterMs`: when the receiver wants to be asked again, if it says so. */
export type Attempt =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly reason: string; readonly retryAfterMs?: number }

interface Sending {
  readonly url: URL
  /** JSON. */
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** How long the attempt may take, ms; 20 s when left out. */
  readonly mostMs?: number | undefined
}

/** Never throws. */
export async function sendMessage(sending: Sending): Promise<Attempt> {
  try {
    const { statusCode = 0, headers: answered } = await headOf(sending)
    if (statusCode >= 200 && statusCode < 300) return { delivered: true }
    const seconds = Number(answered['retry-after'])
    const later = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}
    return { delivered: false, reason: `it answered ${statusCode}`, ...later }
  } catch (thrown) {
    return { delivered: false, reason: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** The head of the answer: its body is not read, however long it is. @throws got's error where none came */
function headOf({ url, body, headers, signal, mostMs = attemptMs }: Sending): Promise<IncomingMessage> {
  const request = got.stream.post(url, {
    body,
    headers: { 'content-type': 'application/json', 'user-agent': 'photoferry', ...headers },
    timeout: { request: mostMs },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    signal,
  })
  return new Promise<IncomingMessage>((resolve, reject) => {
    // Also once it is over, when nobody waits for it any more.
    request.on('error', reject)
    request.on('response', resolve)
  }).finally(() => request.destroy())
}
