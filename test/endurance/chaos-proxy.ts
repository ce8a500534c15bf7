/** Stands between client and server and harms a part of the requests in every way that networks and proxies do. */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { bare } from '../outage-proxy.ts'

const faults = [
  'reset before the request is passed on',
  'reset after the server has answered',
  'an answer that is cut short',
  'an answer that is late',
  'a chunk with a flipped bit',
  '502',
  '503',
  '429',
] as const
type Fault = (typeof faults)[number]

export interface ChaosProxy {
  readonly url: string
  /** How often each fault happened. */
  readonly counts: Readonly<Record<Fault, number>>
  /** From now on everything is passed on as it is. */
  calm(): void
}

/** How long late answers are held, ms. */
const lateMs = 3_000

/**
 * Ends with the test.
 * @param port where the server listens on 127.0.0.1
 * @param chance of each fault, from 0 to 1
 */
export async function chaosProxy(port: number, chance: number, random: () => number): Promise<ChaosProxy> {
  const counts = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>
  const agent = new Agent({ keepAlive: true })
  let isCalm = false
  const choose = ({ method }: IncomingMessage): Fault | undefined => {
    const fault = isCalm ? undefined : faults[Math.floor(random() / chance)]
    return fault === 'a chunk with a flipped bit' && method !== 'PUT' ? undefined : fault
  }
  const proxy = createServer((incoming, outgoing) => {
    const fault = choose(incoming)
    if (fault) counts[fault] += 1
    buffer(incoming).then(
      (body) => answer({ incoming, outgoing, body, fault }, port, agent),
      () => outgoing.destroy(),
    )
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    agent.destroy()
    proxy.closeAllConnections()
    proxy.close()
  })
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const calm = () => {
    isCalm = true
  }
  return { url, counts, calm }
}

interface Passed {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly body: Buffer
  readonly fault: Fault | undefined
}

function answer({ incoming, outgoing, body, fault }: Passed, port: number, agent: Agent): void {
  if (fault === 'reset before the request is passed on') return void outgoing.socket?.resetAndDestroy()
  if (fault === '502' || fault === '503' || fault === '429') {
    bare(Number(fault))(outgoing, incoming)
    return
  }
  if (fault === 'a chunk with a flipped bit') body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 4
  const { method, url: path, headers } = incoming
  const target = { host: '127.0.0.1', port, method, path, agent }
  const passed = request({ ...target, headers: { ...headers, host: `127.0.0.1:${port}` } }, (reply) => {
    if (fault === 'reset after the server has answered') return void outgoing.socket?.resetAndDestroy()
    const give = () => {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers)
      if (fault !== 'an answer that is cut short') return void reply.pipe(outgoing)
      outgoing.flushHeaders()
      reply.resume().on('end', () => outgoing.destroy())
    }
    setTimeout(give, fault === 'an answer that is late' ? lateMs : 0)
  })
  passed.on('error', () => outgoing.destroy())
  passed.end(body)
}
