/** One crossing of files from a client to a server, and what it cost. Linux only. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { cpuSecondsOf, cpuSecondsOfEnded } from '../cpu-time.ts'
import type { FarLine } from './far-line.ts'
import { type ClientRun, clientArgs, type Peer, peakMiB, runClient, serve } from './programs.ts'

export interface Crossing extends ClientRun {
  /** Of the server, s: between the crossing's begin and end. */
  readonly serverCpu: number
  /** Of the client's process, its start included, s. */
  readonly clientCpu: number
  /** Highest resident memory, MiB. */
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

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
