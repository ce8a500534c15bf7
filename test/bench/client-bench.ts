/**
 * Measures the client alone with a queue as large as a season: adding, the feed, memory, and a restart in the middle:
 * `npm run bench:client [-- --files N --restart N]`. Its server is out of reach, so that the queue stands still.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Client, endlessPatience, openClient } from '../../src/main/client/client.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'

const { values } = parseArgs({
  options: { files: { type: 'string', default: '100000' }, restart: { type: 'string', default: '20000' } },
})
const filesPerFolder = 500
const loop = monitorEventLoopDelay({ resolution: 5 })
loop.enable()

function makeFiles(root: string, count: number): string {
  for (let index = 0; index < count; index++) {
    const folder = join(root, `Shoot ${String(Math.floor(index / filesPerFolder) + 1).padStart(3, '0')}`)
    if (index % filesPerFolder === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `IMG_${String(index).padStart(6, '0')}.jpg`), `${index}`)
  }
  return root
}

function open(stateDir: string): Promise<Client> {
  return openClient({
    ...terminalClient,
    stateDir,
    // Port 9 discards: nothing listens there.
    server: { url: 'http://127.0.0.1:9', token: '' },
    bundled: null,
    patience: endlessPatience,
    stillSeconds: 0,
    log: () => undefined,
  })
}

/** Rows told so far, events of the busiest second, and the bytes of JSON they are. */
function follow(client: Client) {
  const told = { rows: new Set<string>(), jsonBytes: 0, events: [] as number[] }
  client.feed.subscribe((event) => {
    for (const row of event.items) told.rows.add(row.id)
    told.jsonBytes += JSON.stringify(event).length
    told.events.push(performance.now())
  })
  const busiest = () =>
    Math.max(
      ...told.events.map((start) => told.events.filter((at) => at >= start && at < start + 1000).length),
    )
  return { told, busiest }
}

function memory(): { readonly heapMb: number; readonly rssMb: number } {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapMb: Math.round(heapUsed / 1e6), rssMb: Math.round(rss / 1e6) }
}

const round = (number: number) => Math.round(number * 10) / 10
const lateness = () => `p99 ${round(loop.percentile(99) / 1e6)} ms, worst ${round(loop.max / 1e6)} ms`

async function measureIdle(): Promise<void> {
  loop.reset()
  await delay(3_000)
  console.log(`Event loop with nothing to do: late by ${lateness()}; ${JSON.stringify(memory())}`)
}

async function measureAdding(state: string, folder: string, count: number): Promise<void> {
  const client = await open(state)
  const { told, busiest } = follow(client)
  loop.reset()
  const startedMs = performance.now()
  await client.intake.addPaths([folder])
  while (told.rows.size < count) await delay(20)
  console.log(`${count} files added and told in ${round((performance.now() - startedMs) / 1000)} s`)
  console.log(`  event loop late by ${lateness()}`)
  console.log(
    `  feed: ${told.events.length} events, at most ${busiest()} in a second, ${round(told.jsonBytes / 1e6)} MB of JSON`,
  )
  console.log(`  memory: ${JSON.stringify(memory())}`)
  await client.stop()
}

async function measureRestart(state: string, count: number): Promise<void> {
  loop.reset()
  const startedMs = performance.now()
  const client = await open(state)
  const openedMs = performance.now() - startedMs
  const { told } = follow(client)
  let firstMs = 0
  while (told.rows.size < count) {
    await delay(5)
    if (firstMs === 0 && told.rows.size > 0) firstMs = performance.now() - startedMs
  }
  const allMs = performance.now() - startedMs
  console.log(
    `Restart with ${count} files queued: opened in ${round(openedMs)} ms, first rows after ${round(firstMs)} ms, all after ${round(allMs)} ms`,
  )
  console.log(`  event loop late by ${lateness()}`)
  await client.stop()
}

const root = mkdtempSync(join(tmpdir(), 'ferry-bench-'))
try {
  const [files, restart] = [Number(values.files), Number(values.restart)]
  const many = makeFiles(join(root, 'season'), files)
  const some = makeFiles(join(root, 'shoot'), restart)
  await measureIdle()
  await measureAdding(join(root, 'state-many'), many, files)
  await measureRestart(join(root, 'state-many'), files)
  await measureAdding(join(root, 'state-some'), some, restart)
  await measureRestart(join(root, 'state-some'), restart)
} finally {
  rmSync(root, { recursive: true, force: true })
}
