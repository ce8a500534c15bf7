/** Runs the built app in browser mode as a process of its own, as `npm start` does on a machine without a window. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { quietPort } from '../quiet-port.ts'

export const cli = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url))

export interface AppFolders {
  readonly state: string
  readonly library: string
  /** Where the folder picker begins. */
  readonly home: string
  /** How long a file must stand still; left out, not at all. */
  readonly stillSeconds?: number
  /** A program, with its arguments, that runs the app as itself. */
  readonly wrap?: readonly string[]
}

export interface AppProcess {
  /** What a person opens; holds the key. */
  readonly url: string
  readonly port: number
  readonly child: ChildProcess
  kill(signal: NodeJS.Signals): Promise<void>
}

/** Resolves when the app has printed its address, with a port that stays its own, or with the given one. */
export async function startApp(folders: AppFolders, port?: number): Promise<AppProcess> {
  const args = ['start', '--browser', '--no-open', '--port', String(port ?? (await quietPort()))]
  args.push('--state', folders.state, '--library', folders.library)
  args.push('--still', String(folders.stillSeconds ?? 0))
  const [program = process.execPath, ...rest] = [...(folders.wrap ?? []), process.execPath]
  const child = spawn(program, [...rest, cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: folders.home, USERPROFILE: folders.home },
  })
  onTestFinished(() => end(child, 'SIGTERM'))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([first]) => String(first)),
    once(child, 'exit').then(() => {
      throw new Error(`photoferry start ended: ${log}`)
    }),
  ])
  const url = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(line)?.[0]
  if (url === undefined) throw new Error(`Expected an address, got: ${line}`)
  return { url, port: Number(new URL(url).port), child, kill: (signal) => end(child, signal) }
}

/** @throws AbortError when the process is still there after half a minute */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(30_000) })
  child.kill(signal)
  await ended
}
