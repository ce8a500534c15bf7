/** A program that has PhotoFerry's port after it: serves a page of its own and writes down everything that it is sent. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { onTestFinished } from 'vitest'

export interface Impostor {
  /** Requests so far, such as `GET /session?nonce=…`, in order. */
  readonly requests: string[]
  /** Everything that came: request lines, headers, bodies. */
  everything(): string
  close(): Promise<void>
}

/** @param port at 127.0.0.1, that nothing listens on; 0 for any. Answers every question as a PhotoFerry would that was started anew. */
export async function openImpostor(port: number): Promise<Impostor & { readonly port: number }> {
  const requests: string[] = []
  let log = ''
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    request.setEncoding('latin1').on('data', (text: string) => {
      log += text
    })
    log += `${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n`
    const isQuestion = request.url?.startsWith('/session') ?? false
    response.setHeader('content-type', isQuestion ? 'application/json' : 'text/html')
    response.end(isQuestion ? '{"proof":"made up"}' : '<title>Another program</title>')
  })
  server.on('upgrade', (request, socket) => {
    requests.push(`UPGRADE ${request.url}`)
    log += `${request.rawHeaders.join('\n')}\n`
    socket.destroy()
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  onTestFinished(() => end(server))
  const address = server.address() as { port: number }
  return { port: address.port, requests, everything: () => log, close: () => end(server) }
}

async function end(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
