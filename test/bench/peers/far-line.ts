/**
 * A long line: a TCP proxy whose bytes arrive half the round trip later each way, at a rate that all connections share, in
 * order. With cuts, connections are reset at random.
 */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

export interface LineOptions {
  /** Round trip, ms. */
  readonly rttMs: number
  /** Of the way up, Mbit/s. */
  readonly mbit: number
  /** Share of connections that are cut, each at a random moment of its first two seconds; 0 to 1. */
  readonly cuts: number
  readonly random: () => number
}

export interface FarLine {
  readonly port: number
  /** What clients sent so far, bytes. */
  readonly sentBytes: number
  close(): void
}

const bytesPerMs = (mbit: number) => mbit * 125

/** @param port on loopback to which the line leads */
export async function openFarLine(port: number, options: LineOptions): Promise<FarLine> {
  const { cuts, random } = options
  const up = { freeAtMs: 0, bytes: 0 }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    const end = () => {
      client.destroy()
      far.destroy()
    }
    for (const socket of [client, far]) {
      socket.on('error', end).on('close', () => setTimeout(end, options.rttMs * 2))
    }
    carry(client, far, options, (bytes) => {
      up.bytes += bytes
      up.freeAtMs = Math.max(up.freeAtMs, performance.now()) + bytes / bytesPerMs(options.mbit)
      return up.freeAtMs
    })
    carry(far, client, options, () => performance.now())
    if (random() < cuts) {
      setTimeout(() => {
        client.resetAndDestroy()
        far.resetAndDestroy()
      }, random() * 2_000).unref()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get sentBytes() {
      return up.bytes
    },
    close: () => void server.close(),
  }
}

/** @param leavesAtMs when bytes have left for the line, by `performance.now()` */
function carry(
  from: Socket,
  to: Socket,
  { rttMs, mbit }: LineOptions,
  leavesAtMs: (bytes: number) => number,
): void {
  const queue: { readonly atMs: number; readonly piece: Buffer }[] = []
  const most = Math.max(256 * 1024, bytesPerMs(mbit) * rttMs * 2)
  let pending = 0
  let timer: NodeJS.Timeout | undefined
  let ended = false
  const wakeIn = (ms: number) => {
    if (timer === undefined) timer = setTimeout(deliver, ms)
  }
  const deliver = () => {
    timer = undefined
    const nowMs = performance.now()
    for (let next = queue[0]; next && next.atMs <= nowMs + 0.5; next = queue[0]) {
      queue.shift()
      pending -= next.piece.length
      if (!to.destroyed) to.write(next.piece)
    }
    if (from.isPaused() && pending < most / 2) from.resume()
    const [next] = queue
    if (next) wakeIn(next.atMs - nowMs)
    else if (ended && !to.destroyed) to.end()
  }
  from.on('data', (piece: Buffer) => {
    pending += piece.length
    queue.push({ atMs: leavesAtMs(piece.length) + rttMs / 2, piece })
    if (pending > most) from.pause()
    wakeIn(rttMs / 2)
  })
  from.on('end', () => {
    ended = true
    wakeIn(rttMs / 2)
  })
}
