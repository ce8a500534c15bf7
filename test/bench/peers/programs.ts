/** The programs that carry files in benches, each a process of its own, and what it takes. Linux only. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { mebibyte, peakBytes } from '../../process-memory.ts'
import type { Cargo } from './crossing.ts'

const filesAtOnce = '3'
const programs = fileURLToPath(new URL('.', import.meta.url))
const lateness = new URL('../lateness.ts', import.meta.url).href
/** As people run it: built. */
export const cli = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url))

/** What may carry files: a bare PUT, one whose server syncs each file, tus, and PhotoFerry. */
export const peers = ['bare', 'synced', 'tus', 'ferry'] as const
export type Peer = (typeof peers)[number]

export interface RunningServer {
  readonly child: ChildProcess
  readonly port: number
  readonly token: string
}

/** @param latenessFile where the server writes how late its event loop ran, when it ends; left out, it does not */
export async function serve(peer: Peer, folder: string, latenessFile?: string): Promise<RunningServer> {
  const data = join(folder, 'data')
  const args: Readonly<Record<Peer, readonly string[]>> = {
    bare: [join(programs, 'bare-server.ts'), data],
    synced: [join(programs, 'bare-server.ts'), data, '--sync'],
    tus: [join(programs, 'tus-server.ts'), data],
    ferry: [cli, 'serve', '--port', '0', '--data', data],
  }
  const child = start(args[peer], ['ignore', 'pipe', 'ignore'], latenessFile)
  const [line] = await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')
  const { port, url, token = '' } = JSON.parse(String(line))
  return { child, port: port ?? Number(new URL(url).port), token }
}

/** The arguments of a peer's client. @param folder for PhotoFerry's state */
export function clientArgs(
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

export interface ClientRun {
  /** From the start of the process to its end, s. */
  readonly seconds: number
  /** Highest resident memory, MiB. */
  readonly clientMiB: number
}

/** @throws when it does not end with 0 */
export async function runClient(args: readonly string[], latenessFile?: string): Promise<ClientRun> {
  const startedAtMs = performance.now()
  const child = start(args, ['ignore', 'ignore', 'pipe'], latenessFile)
  let errors = ''
  child.stderr?.on('data', (piece) => {
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

/** Highest resident memory of a process of ours, MiB; null when it has ended. */
export function peakMiB(pid: number | undefined): number | null {
  const bytes = peakBytes(pid)
  return bytes === undefined ? null : Math.round(bytes / mebibyte)
}

function start(
  args: readonly string[],
  stdio: ('ignore' | 'pipe')[],
  latenessFile: string | undefined,
): ChildProcess {
  const watched = latenessFile === undefined ? [] : ['--import', lateness]
  const env = { ...process.env, PHOTOFERRY_BENCH_LATENESS: latenessFile }
  return spawn(process.execPath, [...watched, ...args], { stdio, env })
}
