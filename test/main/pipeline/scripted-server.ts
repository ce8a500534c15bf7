/** A server on loopback whose answers a test writes: for answers that the real one gives only at rare moments, or gave in earlier releases. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { routes } from '../../../src/shared/protocol/wire.ts'
import type { ServerAddress } from '../../../src/shared/servers.ts'

interface ScriptedRequest {
  /** Method and address, as `POST /api/task`. */
  readonly line: string
  readonly headers: IncomingHttpHeaders
  /** What was sent as JSON; null for chunks and for no body. */
  readonly json: Record<string, unknown> | null
}

export interface ScriptedServer extends ServerAddress {
  /** Every request so far but `GET`, `DELETE`, and what it does not know. */
  readonly requests: readonly ScriptedRequest[]
  /** Addresses of every `DELETE` so far. */
  readonly deleted: readonly string[]
}

const json = { 'content-type': 'application/json' }
const health = { status: 'ok', message: '', timestamp: '2026-01-01T00:00:00Z', version: '1', node: 'v24' }
const stats = {
  ...{ activeUploads: 0, completedUploads: 0, storedBytes: 0 },
  ...{ receivedBytes: 0, finishedUploads: 0, failedUploads: 0 },
  totalMemoryUsage: { rss: 0, heapTotal: 0, heapUsed: 0, external: 0 },
  ...{ uptime: 0, nodeVersion: 'v24', platform: 'linux' },
}

const notFound = { error: { code: 'not-found', message: 'There is no such address.' } }

const isOfBatch = (url = '') => url.startsWith('/api/batches/')

/** Status and JSON. */
type ScriptedAnswer = readonly [status: number, body: unknown]

export type Answering = (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>

/**
 * It knows neither offers of many files, so that each file is offered as a task, nor batches.
 * @param answer status and JSON of each request but `GET`, which asks how the server is (well), `DELETE` and those of offers
 *   and batches
 */
export async function scriptedServer(answer: Answering): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = []
  const deleted: string[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    if (request.method === 'GET') return response.end(JSON.stringify({ ...health, ...stats }))
    if (request.method === 'DELETE') {
      deleted.push(String(request.url))
      return response.writeHead(204).end()
    }
    if (request.url === routes.offers || isOfBatch(request.url))
      return response.writeHead(404, json).end(JSON.stringify(notFound))
    const isJson = request.headers['content-type']?.startsWith('application/json') === true
    const line = `${request.method} ${request.url}`
    requests.push({ line, headers: request.headers, json: isJson ? JSON.parse(body) : null })
    const [status, reply] = await answer(requests.at(-1) as ScriptedRequest)
    return response.writeHead(status, json).end(JSON.stringify(reply))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'secret',
    requests,
    deleted,
  }
}
