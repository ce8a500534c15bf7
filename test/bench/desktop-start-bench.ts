/**
 * Measures the packaged desktop app on Linux: how long a start takes and what takes the time, and what its processes hold while
 * nothing is to do. `npm run dist` makes the app; a display is needed: `.ci/with electron node test/bench/desktop-start-bench.ts`.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'

const program = fileURLToPath(new URL('../../dist/linux-unpacked/photoferry', import.meta.url))
const starts = 5
const idleMs = 15_000

interface Start {
  /** All in ms since the process was started. */
  readonly chromium: number
  readonly window: number
  readonly painted: number
  readonly used: number
}

interface Target {
  readonly type: string
  readonly url: string
  readonly webSocketDebuggerUrl: string
}

/** The value of an expression in the page. */
async function ask(address: string, expression: string): Promise<unknown> {
  const socket = new WebSocket(address)
  try {
    return await new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (text) => resolve(JSON.parse(String(text)).result?.result?.value))
      const params = { expression, returnByValue: true }
      socket.on('open', () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params })))
    })
  } finally {
    socket.close()
  }
}

async function until<Value>(look: () => Promise<Value | undefined | false>): Promise<Value> {
  for (;;) {
    const found = await look().catch(() => undefined)
    if (found) return found
    await pause(10)
  }
}

/** Starts the app, and calls back while its window is there. */
async function start(whileThere?: (pid: number) => Promise<void>): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-start-'))
  const startedMs = Date.now()
  const since = () => Date.now() - startedMs
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const own = [`--user-data-dir=${folder}/u`, `--library=${folder}/l`, '--remote-debugging-port=0']
  const child = spawn(program, [...sandbox, ...own], { stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    let port = ''
    for await (const line of createInterface({ input: child.stderr })) {
      port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? ''
      if (port !== '') break
    }
    const chromium = since()
    const page = await until(async () => {
      const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[]
      return targets.find(({ type, url }) => type === 'page' && url.startsWith('app:'))
    })
    const window = since()
    const address = page.webSocketDebuggerUrl
    const paint = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime + performance.timeOrigin`
    const painted = Number(await until(() => ask(address, paint))) - startedMs
    await until(() => ask(address, `document.querySelector('[aria-label="Settings"]') !== null`))
    const used = since()
    await whileThere?.(child.pid ?? 0)
    return { chromium, window, painted, used }
  } finally {
    child.kill('SIGKILL')
    await pause(500)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The process and all that it has started. */
function familyOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const [, parent] = /\) \S (\d+)/.exec(textOf(`/proc/${name}/stat`)) ?? []
    parents.set(Number(name), Number(parent))
  }
  const isOurs = (one: number): boolean => one === pid || (parents.has(one) && isOurs(parents.get(one) ?? 0))
  return [...parents.keys()].filter(isOurs)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function roleOf(pid: number): string {
  const line = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
  const [, type] = /--type=(\S+)/.exec(line) ?? []
  if (type !== undefined) return type
  return /resources\/node/.test(line) ? `plain Node: ${/(\w[\w-]*)\.js/.exec(line)?.[1]}` : 'main'
}

/** What is shared counts in shares (PSS), so that the sum is what the app costs. */
function printMemory(pid: number): void {
  const sizes = new Map<string, number>()
  for (const one of familyOf(pid)) {
    const [, kib = '0'] = /^Pss:\s+(\d+)/m.exec(textOf(`/proc/${one}/smaps_rollup`)) ?? []
    sizes.set(roleOf(one), (sizes.get(roleOf(one)) ?? 0) + Number(kib) / 1024)
  }
  console.log(`idle for ${idleMs / 1000} s, MiB (PSS):`)
  for (const [role, mib] of [...sizes].sort(([, one], [, other]) => other - one))
    console.log(`  ${role.padEnd(28)} ${mib.toFixed(0).padStart(5)}`)
  console.log(
    `  ${'together'.padEnd(28)} ${[...sizes.values()]
      .reduce((sum, mib) => sum + mib, 0)
      .toFixed(0)
      .padStart(5)}`,
  )
}

const median = (values: readonly number[]) =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0

const measured: Start[] = []
for (let number = 0; number < starts; number++) measured.push(await start())
const of = (what: keyof Start) => median(measured.map((one) => one[what]))
console.log(`a start, medians of ${starts}, ms:`)
console.log(`  Chromium is there             ${of('chromium')}`)
console.log(
  `  the window is made            ${of('window')}  (state opened, key store asked, menu and tray made)`,
)
console.log(`  first paint                   ${Math.round(of('painted'))}`)
console.log(`  its buttons can be used       ${of('used')}`)
await start(async (pid) => {
  await pause(idleMs)
  printMemory(pid)
})
