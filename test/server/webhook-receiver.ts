/** A real HTTP server that receives webhooks, and checks their signatures by a library that is not ours. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { atEndOfFile } from '../end-of-file.ts'

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly path: string
}

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  close(): Promise<void>
}

/** @param answer what it does with each message; left out, it confirms it */
export async function receiver(
  answer: (response: ServerResponse, count: number) => void = (response) => response.writeHead(204).end(),
  port = 0,
): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const { headers, url: path = '' } = request
    received.push({ headers, body: Buffer.concat(pieces).toString(), path })
    answer(response, received.length)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  atEndOfFile(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`, received, close }
}

/** The message as an independent implementation of the standard reads it. @throws Error when its signature is wrong */
export function verified({ headers, body }: Received, secret = webhookSecret): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>)
}
