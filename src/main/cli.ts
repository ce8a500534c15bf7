#!/usr/bin/env node
/**
 * The terminal's entry: runs the program on a Node that is new enough (it needs node:sqlite, for one). On an older Node
 * it starts the one that `npm ci` installed. So this file may import only what every Node has; the program itself is
 * imported once the Node is known to run it.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const minimumMajor = 24
/** A young generation that stays as small as it begins saves some 30 MiB of memory, or more, and costs no processor time. */
const youngHeap = '--semi-space-growth-factor=1'
/** Set for a program that this launcher runs. Other parents, such as process managers, may outlive or leave their children. */
const launchedMark = 'PHOTOFERRY_LAUNCHED'
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

if (Number.parseInt(process.versions.node, 10) >= minimumMajor) {
  endWithLauncher()
  setFlagsFromString(youngHeap)
  await import('./terminal/program.ts')
} else {
  launch(installedNode())
}

/** The Node that `npm ci` installed: absolute path. */
function installedNode(): string {
  try {
    const packageFile = createRequire(import.meta.url).resolve('node/package.json')
    return join(dirname(packageFile), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    console.error(
      `photoferry: This is Node ${process.version}, and PhotoFerry needs Node ${minimumMajor} or later. Run "npm ci" to install it.`,
    )
    process.exit(1)
  }
}

/** Runs this program on that Node, with the same input, output, signals and exit code. */
function launch(node: string): void {
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(node, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launchedMark]: '1' },
  })
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`photoferry: Can't start ${node}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name)
    if (signal) process.kill(process.pid, signal)
    else process.exit(code ?? 1)
  })
}

/** Ends the program when its launcher is killed: who kills the launcher means the program. */
function endWithLauncher(): void {
  if (!process.channel || process.env[launchedMark] === undefined) return
  delete process.env[launchedMark]
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel.unref()
}
