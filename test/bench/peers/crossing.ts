/** One crossing of files from a client to a server, each a process of its own, and what it cost. Linux only. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { mebibyte, peakBytes } from '../../process-memory.ts'
import { cpuSecondsOf, cpuSecondsOfEnded } from '../cpu-time.ts'
import type { FarLine } from './far-line.ts'

const filesAtOnce = '3'
const programs = fileURLToPath(new URL('.', import.meta.url))
/** As people run it: built. */
export const cli = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url))

/** What may carry files: a bare PUT, one whose server syncs each file, tus, and PhotoFerry. */
export const peers = ['bare', 'synced', 'tus', 'ferry'] as const
export type Peer = (typeof peers)[number]

export interface Crossing {
  /** From the start of the client's process to its end, s. */
  readonly seconds: number
  /** Of the server, s: between the crossing's begin and end. */
  readonly serverCpu: number
  /** Of the client's process, its start included, s. */
  readonly clientCpu: number
  /** Highest resident memory, MiB. */
  readonly clientMiB: number
  readonly serverMiB: number
  /** Bytes that the client sent over the line; null without a line. */
  readonly sentBytes: number | null
}

export interface Cargo {
  /** Folder of the files. */
  readonly source: string
  /** File with the path of each, a line each. */
  readonly list: string
}

interface RunningServer {
  readonly child: ChildProcess
  readonly port: number
  readonly token: string
}

/**
 * @param folder an empty folder, on the disk that is to be measured
 * @param openLine puts a line between client and server
 * @throws when the client does not end with 0
 */
export async function cross(
  peer: Peer,
  cargo: Cargo,
  folder: string,
  openLine?: (port: number) => Promise<FarLine>,
): Promise<Crossing> {
  mkdirSync(folder, { recursive: true })
  const server = await serve(peer, folder)
  const line = await openLine?.(server.port)
  try {
    const before = { server: cpuSecondsOf(server.child.pid ?? 0), ended: cpuSecondsOfEnded() }
    const client = await runClient(
      clientArgs(peer, cargo, { ...server, port: line?.port ?? server.port }, folder),
    )
    return {
      ...client,
      serverCpu: cpuSecondsOf(server.child.pid ?? 0) - before.server,
      clientCpu: cpuSecondsOfEnded() - before.ended,
      serverMiB: peakMiB(server.child.pid) ?? 0,
      sentBytes: line?.sentBytes ?? null,
    }
  } finally {
    await end(server.child)
    line?.close()
  }
}

async function serve(peer: Peer, folder: string): Promise<RunningServer> {
  const data = join(folder, 'data')
  const args: Readonly<Record<Peer, readonly string[]>> = {
    bare: [join(programs, 'bare-server.ts'), data],
    synced: [join(programs, 'bare-server.ts'), data, '--sync'],
    tus: [join(programs, 'tus-server.ts'), data],
    ferry: [cli, 'serve', '--port', '0', '--data', data],
  }
  const child = spawn(process.execPath, args[peer], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const { port, url, token = '' } = JSON.parse(String(line))
  return { child, port: port ?? Number(new URL(url).port), token }
}

function clientArgs(
  peer: Peer,
  { source, list }: Cargo,
  { port, token }: Pick<RunningServer, 'port' | 'token'>,
  folder: string,
): readonly string[] {
  if (peer === 'tus') return [join(programs, 'tus-client.ts'), String(port), list, filesAtOnce]
  if (peer !== 'ferry') return [join(programs, 'bare-client.ts'), String(port), list, filesAtOnce]
  const address = ['--server', `http://127.0.0.1:${port}`, '--token', token]
  // What was written just now is no photo that a camera still writes.
  return [cli, 'upload', source, ...address, '--state', join(folder, 'state'), '--still', '0']
}

async function runClient(args: readonly string[]): Promise<Pick<Crossing, 'seconds' | 'clientMiB'>> {
  const startedAtMs = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (piece) => {
    errors = `${errors}${piece}`.slice(-500)
  })
  let clientMiB = 0
  const watch = setInterval(() => {
    clientMiB = peakMiB(child.pid) ?? clientMiB
  }, 50)
  const [exitCode] = await once(child, 'exit')
  clearInterval(watch)
  const seconds = (performance.now() - startedAtMs) / 1000
  if (exitCode !== 0) throw new Error(`${args.slice(0, 2).join(' ')} ended with ${exitCode}: ${errors}`)
  return { seconds, clientMiB }
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** Highest resident memory of a process of ours, MiB; null when it has ended. */
function peakMiB(pid: number | undefined): number | null {
  const bytes = peakBytes(pid)
  return bytes === undefined ? null : Math.round(bytes / mebibyte)
}
