/**
 * Signs messages as Standard Webhooks has it (https://www.standardwebhooks.com, version 1): HMAC-SHA256 over
 * `id.timestamp.body`, so that a receiver knows who sent it, that it is whole, and when.
 */
import { createHmac } from 'node:crypto'
import { z } from 'zod'

/** The specification asks for 24 to 64 bytes. */
const [leastBytes, mostBytes] = [24, 64]
const form = `expected a secret of ${leastBytes} to ${mostBytes} bytes in base64, such as whsec_$(openssl rand -base64 32)`

/** One secret a line, of which each signs: while a receiver changes its own, the old and the new. Never tells what was given. */
export const secretsSchema = z.string().transform((text, context): readonly Buffer[] => {
  const secrets = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : decoded(line.trim())))
  if (secrets.length > 0 && secrets.every((secret) => secret !== null)) return secrets
  context.addIssue(form)
  return z.NEVER
})

function decoded(line: string): Buffer | null {
  const base64 = line.replace(/^whsec_/, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  const secret = Buffer.from(base64, 'base64')
  return secret.length >= leastBytes && secret.length <= mostBytes ? secret : null
}

interface Signed {
  /** The same in every attempt, so that a receiver knows what it has seen. */
  readonly id: string
  /** JSON, exactly as it is sent. */
  readonly body: string
}

/** What goes with an attempt. @param nowMs ms since 1970 */
export function signatureHeaders(
  { id, body }: Signed,
  secrets: readonly Buffer[],
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(nowMs / 1000)
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}
