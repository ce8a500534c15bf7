/** Answers that cost the client memory or time, or lead it astray, if it believes or gathers them. */
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Answer } from './outage-proxy.ts'

/** A task of an 80 MiB file in 10 chunks, as an honest server answers it. */
export const honestTask = {
  taskId: 'a'.repeat(32),
  chunkSize: 8 * 2 ** 20,
  totalChunks: 10,
  uploadedChunks: [] as number[],
  done: false,
}
export const hostileSize = 80 * 2 ** 20

/** Answers any request with this text. */
export function says(text: string | Buffer, headers: Record<string, string> = {}, status = 200): Answer {
  return (outgoing, incoming) => {
    incoming.resume()
    outgoing.on('error', () => undefined)
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  }
}

const task = (more: object) => says(JSON.stringify({ ...honestTask, ...more }))

/** Writes until the other end hangs up. */
export const endless: Answer = (outgoing, incoming) => {
  incoming.resume()
  outgoing.on('error', () => undefined)
  outgoing.writeHead(200, { 'content-type': 'application/json' })
  const piece = Buffer.alloc(256 * 1024, ' ')
  const fill = (to: ServerResponse) => {
    while (!to.destroyed && to.write(piece));
  }
  outgoing.on('drain', () => fill(outgoing))
  fill(outgoing)
}

/** A byte now and then, for as long as somebody listens. */
export function dribbled(everyMs: number, status = 200): Answer {
  return (outgoing, incoming) => {
    incoming.resume()
    outgoing.on('error', () => undefined)
    outgoing.writeHead(status, { 'content-type': 'application/json' })
    const timer = setInterval(() => outgoing.write(' '), everyMs)
    outgoing.once('close', () => clearInterval(timer))
  }
}

/** 64 MiB in 64 kB, which is a task when it is unpacked. */
export const bomb = says(gzipSync(JSON.stringify(honestTask).padEnd(64 * 2 ** 20)), {
  'content-encoding': 'gzip',
})

const nested = '['.repeat(100_000) + ']'.repeat(100_000)

/** Name -> answer to an offer of 80 MiB, and what a person reads of it. */
export const hostileOffers: readonly (readonly [string, Answer, RegExp])[] = [
  ['an endless answer', endless, /more than 1 MB/],
  ['a gzip bomb', bomb, /compressed/],
  ['a chunk of 10^12 bytes', task({ chunkSize: 1e12, totalChunks: 1 }), /1 chunks of .*CHUNK_SIZE/],
  ['one chunk for all of it', task({ chunkSize: hostileSize, totalChunks: 1 }), /1 chunks of .*CHUNK_SIZE/],
  ['chunks of one byte', task({ chunkSize: 1, totalChunks: hostileSize }), /83886080 chunks of .*CHUNK_SIZE/],
  ['a thousand million chunks', task({ totalChunks: 1e9 }), /1000000000 chunks of .*CHUNK_SIZE/],
  [
    'a million uploaded chunks',
    task({ uploadedChunks: Array.from({ length: 1e6 }, (_, index) => index) }),
    /more than 1 MB/,
  ],
  [
    '250,000 uploaded chunks that are no numbers',
    task({ uploadedChunks: Array(250_000).fill('a') }),
    /No PhotoFerry server/,
  ],
  [
    'the same uploaded chunk ten times',
    task({ uploadedChunks: Array(10).fill(0) }),
    /10 chunks of .*CHUNK_SIZE/,
  ],
  ['JSON of 100,000 levels', says(`{"taskId":${nested}}`), /No PhotoFerry server/],
  ['a link that is a script', task({ done: true, url: 'javascript:alert(1)' }), /not its own/],
]
