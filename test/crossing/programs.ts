/** Runs the real programs as processes of their own, as a person would in a terminal. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { UploadSummary } from '../../src/main/terminal/upload-report.ts'
import { quietPort } from '../quiet-port.ts'

const cli = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url))

export interface ServerProcess {
  readonly url: string
  readonly port: number
  readonly token: string
  readonly child: ChildProcess
  kill(signal: NodeJS.Signals): Promise<void>
}

/** `photoferry serve` on a port that stays its own, or on the given one; resolves when it listens. */
export async function serve(
  dataDir: string,
  options: { port?: number; args?: string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<ServerProcess> {
  const port = options.port ?? (await quietPort())
  const args = ['serve', '--port', String(port), '--data', dataDir, ...(options.args ?? [])]
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  let log = ''
  child.stderr.on('data', (bytes) => {
    log += bytes
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([first]) => String(first)),
    once(child, 'exit').then(() => {
      throw new Error(`photoferry serve ended: ${log}`)
    }),
  ])
  const { url, token } = JSON.parse(line) as { url: string; token: string }
  return { url, token, child, port: Number(new URL(url).port), kill: (signal) => end(child, signal) }
}

export interface UploadRun {
  readonly child: ChildProcess
  /** Fulfils when the process has ended. */
  readonly result: Promise<UploadResult>
}

export interface UploadResult {
  readonly exitCode: number | null
  readonly stderr: string
  /** Null when the process was killed before it could say anything. */
  readonly summary: UploadSummary | null
}

/** `photoferry upload … --json` as a process of its own. */
export function upload(
  paths: readonly string[],
  server: { url: string; token: string },
  stateDir: string,
  options: { args?: string[]; uid?: number; env?: Record<string, string> } = {},
): UploadRun {
  const args = [
    'upload',
    ...paths,
    '--server',
    server.url,
    '--token',
    server.token,
    '--state',
    stateDir,
    '--json',
    '--still',
    '0',
  ]
  const child = spawn(process.execPath, [cli, ...args, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const result = once(child, 'close').then(([exitCode]) => ({
    exitCode: exitCode as number | null,
    stderr: output.stderr,
    summary: output.stdout ? (JSON.parse(output.stdout) as UploadSummary) : null,
  }))
  return { child, result }
}

/** Sends the signal and waits until the process has ended. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Runs the terminal with any arguments until it ends. */
export async function runCli(
  args: readonly string[],
  cwd: string,
  user: { readonly uid?: number } = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], ...user })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [exitCode] = await once(child, 'close')
  return { exitCode: exitCode as number, stdout, stderr }
}

export interface AppProcess {
  readonly child: ChildProcess
  /** As it was printed, with the key. */
  readonly url: string
}

/** `photoferry start --browser` without a browser; resolves when its page can connect. */
export async function startApp(
  stateDir: string,
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<AppProcess> {
  const args = ['start', '--browser', '--no-open', '--port', '0', '--state', stateDir, '--still', '0']
  const child = spawn(process.execPath, [...nodeFlags, cli, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([first]) => String(first)),
    once(child, 'exit').then(() => {
      throw new Error('photoferry start ended')
    }),
  ])
  return { child, url: line.slice(line.indexOf('http')) }
}
