#!/usr/bin/env node
/**
 * The terminal's entry. PhotoFerry needs the Node that came with it (node:sqlite, for one); on an older one this hands
 * over to that. So nothing but what every Node knows may be imported here, the program itself only once it can be.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const leastMajor = 24
/** A young generation of 4 MiB in the place of 16: some 100 MiB smaller, for no more processor time. */
const youngHeap = '--max-semi-space-size=4'
/** Set for the program that a launcher runs; other parents, process managers among them, may leave their children. */
const launchedMark = 'PHOTOFERRY_LAUNCHED'
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

if (Number.parseInt(process.versions.node, 10) >= leastMajor) {
  endWithLauncher()
  await import('./terminal/program.ts')
} else {
  launch(ownNode())
}

/** The Node that `npm ci` brought along. */
function ownNode(): string {
  try {
    const packageFile = createRequire(import.meta.url).resolve('node/package.json')
    return join(dirname(packageFile), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    console.error(
      `photoferry: Node ${leastMajor} or later is needed and this is ${process.version}. Run npm ci, which brings it along.`,
    )
    process.exit(1)
  }
}

/** Runs this program on that Node, in this one's place: same input and output, signals, and end. */
function launch(node: string): void {
  const args = [youngHeap, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(node, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // glibc gives freed buffers back to the system: a server stays some 40 MiB smaller.
    env: { MALLOC_MMAP_THRESHOLD_: '32768', ...process.env, [launchedMark]: '1' },
  })
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`photoferry: ${node} cannot be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name)
    if (signal) process.kill(process.pid, signal)
    else process.exit(code ?? 1)
  })
}

/** Whoever kills the launcher means the program: it must not live on alone. */
function endWithLauncher(): void {
  if (!process.channel || process.env[launchedMark] === undefined) return
  delete process.env[launchedMark]
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel.unref()
}
