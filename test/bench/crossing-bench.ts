/**
 * Measures the whole crossing, `photoferry upload` to `photoferry serve` as processes of their own, against a bare
 * HTTP PUT in the same run: `npm run bench [-- --large MiB --files N --small N]`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import PQueue from 'p-queue'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'

const cli = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url))
const bareServer = fileURLToPath(new URL('./bare-server.ts', import.meta.url))
const filesAtOnce = 3
const { values } = parseArgs({
  options: {
    large: { type: 'string', default: '1024' },
    files: { type: 'string', default: '200' },
    small: { type: 'string', default: '2000' },
  },
})

interface Measured {
  readonly seconds: number
  /** Seconds of processor time, user and system, of client and server; null where they cannot be read. */
  readonly clientCpu: number | null
  readonly serverCpu: number | null
  /** Highest resident memory of client and server, MiB; null where it cannot be read. */
  readonly clientMiB: number | null
  readonly serverMiB: number | null
}

/** Runs one command whose first line of output says that it listens. */
async function listening(args: readonly string[]): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, line: String(line) }
}

/** VmHWM of a process of ours, MiB. */
function peakMiB(pid: number | undefined): number | null {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return line ? Math.round(Number(line[1]) / 1024) : null
  } catch {
    return null
  }
}

/** Seconds of processor time of all children that have ended. */
function endedChildrenCpu(): number | null {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
    const ticksPerSecond = 100
    return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond
  } catch {
    return null
  }
}

/** Sends a signal or none, waits for the end. @returns seconds of processor time that the process took in all */
async function ended(child: ChildProcess, signal?: NodeJS.Signals) {
  const before = endedChildrenCpu()
  const exit = once(child, 'exit')
  if (signal) child.kill(signal)
  const [exitCode] = await exit
  const after = endedChildrenCpu()
  return { exitCode, cpu: before === null || after === null ? null : after - before }
}

async function measureClient(source: string, folder: string): Promise<Measured> {
  const { child: server, line } = await listening([
    cli,
    'serve',
    '--port',
    '0',
    '--data',
    join(folder, 'data'),
  ])
  const { url, token } = JSON.parse(line) as { url: string; token: string }
  const startedAtMs = performance.now()
  const args = [
    cli,
    'upload',
    source,
    '--server',
    url,
    '--token',
    token,
    '--state',
    join(folder, 'state'),
    '--still',
    '0',
  ]
  const client = spawn(process.execPath, args, { stdio: 'ignore' })
  let clientMiB: number | null = null
  const watch = setInterval(() => {
    clientMiB = peakMiB(client.pid) ?? clientMiB
  }, 100)
  const { exitCode, cpu: clientCpu } = await ended(client)
  const seconds = (performance.now() - startedAtMs) / 1000
  clearInterval(watch)
  const serverMiB = peakMiB(server.pid)
  const { cpu: serverCpu } = await ended(server, 'SIGTERM')
  if (exitCode !== 0) throw new Error(`photoferry upload ended with ${exitCode}`)
  return { seconds, clientCpu, serverCpu, clientMiB, serverMiB }
}

async function measureBare(source: string, folder: string): Promise<Measured> {
  const { child: server, line } = await listening([bareServer, join(folder, 'bare')])
  const { port } = JSON.parse(line) as { port: number }
  const startedAtMs = performance.now()
  const startedCpu = process.cpuUsage()
  const queue = new PQueue({ concurrency: filesAtOnce })
  await queue.addAll(readdirSync(source).map((name) => () => put(join(source, name), port, name)))
  const seconds = (performance.now() - startedAtMs) / 1000
  const { user, system } = process.cpuUsage(startedCpu)
  const serverMiB = peakMiB(server.pid)
  const { cpu: serverCpu } = await ended(server, 'SIGKILL')
  return { seconds, clientCpu: (user + system) / 1e6, serverCpu, clientMiB: null, serverMiB }
}

async function put(path: string, port: number, name: string): Promise<void> {
  const sending = request({ port, host: '127.0.0.1', method: 'PUT', path: `/${encodeURIComponent(name)}` })
  const answered = once(sending, 'response')
  await pipeline(createReadStream(path), sending)
  const [response] = await answered
  response.resume()
  await once(response, 'end')
}

async function compare(what: string, count: number, sizeOf: (random: () => number) => number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-bench-'))
  try {
    const source = join(folder, 'source')
    const random = seeded(1)
    for (let index = 0; index < count; index++) {
      writeRandomFile(join(source, `IMG_${String(index).padStart(5, '0')}.CR3`), sizeOf(random), random)
    }
    const bytes = readdirSync(source).reduce((sum, name) => sum + statSync(join(source, name)).size, 0)
    const bare = await measureBare(source, folder)
    const client = await measureClient(source, folder)
    const speed = ({ seconds }: Measured) =>
      `${(bytes / 1e6 / seconds).toFixed(0)} MB/s, ${(count / seconds).toFixed(0)} files/s`
    const cpu = ({ clientCpu, serverCpu }: Measured) => {
      const each = (seconds: number | null) =>
        seconds === null
          ? '?'
          : `${(seconds / (bytes / 1e9)).toFixed(2)} s/GB, ${((seconds * 1e3) / count).toFixed(1)} ms a file`
      return `processor: client ${each(clientCpu)}; server ${each(serverCpu)}`
    }
    console.log(`${what}: ${count} files, ${(bytes / 1e6).toFixed(0)} MB`)
    console.log(`  bare PUT    ${speed(bare)}; ${cpu(bare)}`)
    console.log(
      `  PhotoFerry  ${speed(client)} (${(bare.seconds / client.seconds).toFixed(2)} of the bare PUT); ${cpu(client)}`,
    )
    console.log(`  highest memory: client ${client.clientMiB} MiB, server ${client.serverMiB} MiB`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const mebibyte = 1 << 20
await compare('One large file', 1, () => Number(values.large) * mebibyte)
await compare('RAW files', Number(values.files), (random) => (2 + Math.floor(random() * 6)) * mebibyte)
await compare('Small files', Number(values.small), (random) => 20_000 + Math.floor(random() * 80_000))
