/**
 * F15: app and server as processes of their own, with 1 % of every fault on the way, syncs that fail, disks that are full for a
 * moment, and kills of both in the first third. Later the memory is measured. The long form is `npm run test:soak`: an hour,
 * and some GB in the folder of temporary files. Linux only.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { ItemRow } from '../../src/shared/feed.ts'
import { announceSeed, fingerprint, seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { type AppProcess, end, type ServerProcess, serve, startApp } from '../crossing/programs.ts'
import { failingSync } from '../failing-sync/failing-sync.ts'
import { connectPage, expectValue, type Page, sessionOf } from '../main/browser/page-client.ts'
import { canWatchProcesses, descriptors } from '../process-memory.ts'
import { quietPort } from '../quiet-port.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type ChaosProxy, chaosProxy } from './chaos-proxy.ts'
import { collectGarbage } from './collect-garbage.ts'
import { floorOf, mediansOf, slopeOf, watchMemory } from './memory-slope.ts'

const seconds = Number(process.env.PHOTOFERRY_SOAK_SECONDS ?? 20)
/** Of each fault, per request and per drop. */
const chance = 0.01
/** Kills of each side in the first third: one every five minutes, and one at least. */
const kills = Math.max(1, Math.round(seconds / 900))
/** A slope over less than this says nothing, seconds: the server's threads and their heaps take half an hour to come. */
const measuredFrom = 3_600
/** MiB an hour. */
const mostSlope = 5
/** Within each minute, of which the least counts. */
const collectEveryMs = 25_000
/** Descriptors that a process may keep for its caches and idle connections. */
const spare = 12

const random = seeded(announceSeed(`soak of ${seconds} s`))

/** A drop as a camera fills a folder: small files, and one of several chunks. @returns its absolute path */
function makeDrop(root: string, number: number): string {
  const folder = join(root, `drop-${String(number).padStart(5, '0')}`)
  for (let file = 0; file < 8; file++)
    writeRandomFile(join(folder, `IMG_${file}.JPG`), 1_000 + Math.floor(random() * 60_000), random)
  writeRandomFile(join(folder, 'clip', 'clip.mov'), 1_200_000, random)
  return folder
}

class Soak {
  readonly folder = temporaryFolder()
  readonly syncs = failingSync(this.folder, this.folder)
  /** Paths whose sync failed, before the last that was ordered. */
  readonly harmed: string[] = []
  server!: ServerProcess
  app!: AppProcess
  /** Of the app's inspector. */
  #port = 0
  #collectedMs = 0
  page!: Page
  proxy!: ChaosProxy
  #rows = new Map<string, ItemRow>()
  #read = 0

  async begin(): Promise<void> {
    for (const name of ['source', 'state']) mkdirSync(join(this.folder, name))
    await this.startServer()
    this.proxy = await chaosProxy(this.server.port, chance, random)
    const { token } = this.server
    const settings = {
      servers: [{ id: 'studio', name: 'Studio', url: this.proxy.url, token }],
      defaultServerId: 'studio',
      reviewDrops: 'never',
    }
    writeFileSync(join(this.folder, 'state', 'settings.json'), JSON.stringify(settings))
    await this.startApp()
  }

  async startServer(): Promise<void> {
    const options = {
      port: this.server?.port ?? (await quietPort()),
      args: ['--chunk-size', '262144'],
      env: this.syncs.env,
    }
    this.server = await serve(join(this.folder, 'data'), options)
  }

  async startApp(): Promise<void> {
    this.#port = await quietPort()
    this.app = await startApp(join(this.folder, 'state'), {}, [`--inspect=127.0.0.1:${this.#port}`])
    this.page = await connectPage(await sessionOf(this.app.url))
    this.#rows = new Map()
    this.#read = 0
    this.page.socket.send(JSON.stringify({ subscribe: true }))
  }

  async killServer(): Promise<void> {
    await this.server.kill('SIGKILL')
    // One whose disk fails as it starts ends with the reason, for whoever runs it to start it again.
    this.heal()
    await this.startServer()
  }

  /** No sync fails from now on. */
  heal(): void {
    this.harmed.push(...this.syncs.failed())
    this.syncs.arm(0)
  }

  /** Left to itself, V8 lets garbage lie for hours: what is measured is what the app keeps. */
  async collectGarbage(): Promise<void> {
    if (Date.now() - this.#collectedMs < collectEveryMs) return
    await collectGarbage(this.#port)
    this.#collectedMs = Date.now()
  }

  async killApp(): Promise<void> {
    await end(this.app.child, 'SIGKILL')
    await this.startApp()
  }

  /** The files on the list. */
  rows(): ItemRow[] {
    for (const { items, removedItemIds } of this.page.feed.splice(0, this.page.feed.length)) {
      this.#read += 1
      for (const row of items) this.#rows.set(row.id, row)
      for (const id of removedItemIds) this.#rows.delete(id)
    }
    return [...this.#rows.values()]
  }

  /** Waits until every file on the list is stored; files that failed are sent again. @returns how many had failed */
  async untilStored(withinMs: number): Promise<number> {
    const until = Date.now() + withinMs
    let failed = 0
    while (Date.now() < until) {
      const statuses = this.rows().map(({ state }) => state.status)
      if (this.#read > 0 && statuses.every((status) => status === 'done')) return failed
      if (statuses.includes('failed')) {
        failed += statuses.filter((status) => status === 'failed').length
        expectValue(await this.page.command('queue.retry', { all: true }))
      }
      await delay(200)
    }
    const states = this.rows().map(({ relativePath, state }) => `${relativePath}: ${JSON.stringify(state)}`)
    throw new Error(`Not stored within ${withinMs / 1000} s:\n${states.join('\n')}`)
  }
}

/** A sync that fails and loses what was written, or finds no room. */
function harmDisk({ syncs, harmed }: Soak, isFirst: boolean): void {
  // Also a short soak meets one.
  const kind = isFirst ? 0 : random()
  if (kind > chance * 10) return
  harmed.push(...syncs.failed())
  syncs.arm(1 + Math.floor(random() * 6), '/', kind < chance * 5 ? 'EIO' : 'ENOSPC')
}

it.runIf(canWatchProcesses)(
  'with one percent of every fault nothing is lost, and neither memory nor descriptors grow',
  {
    timeout: (seconds * 2 + 240) * 1_000,
  },
  async () => {
    const soak = new Soak()
    await soak.begin()
    const beganMs = Date.now()
    const passed = () => (Date.now() - beganMs) / 1_000
    const memory = watchMemory({ server: () => soak.server.child.pid, client: () => soak.app.child.pid })
    let killed = 0
    let drops = 0
    let failed = 0
    let begun: Record<'server' | 'client', number> | undefined
    for (; passed() < seconds || killed < kills; drops += 1) {
      const paths = [makeDrop(join(soak.folder, 'source'), drops)]
      expectValue(await soak.page.command('intake.add', { paths }))
      harmDisk(soak, drops === 0)
      if (killed < kills && passed() > ((killed + 0.5) * seconds) / 3 / kills) {
        killed += 1
        await delay(random() * 300)
        await soak.killServer()
        await delay(random() * 300)
        await soak.killApp()
      }
      failed += await soak.untilStored(120_000)
      expectValue(await soak.page.command('queue.removeFinished', { all: true }))
      if (killed === kills) begun ??= descriptorsOf(soak)
      await soak.collectGarbage()
      await delay(Math.min(1_500, seconds * 25))
    }
    await memory.stop()
    soak.proxy.calm()
    soak.heal()
    failed += await soak.untilStored(120_000)
    console.log(
      `${drops} drops, ${killed} kills of each side, ${failed} files sent again by hand; syncs failed: ${soak.harmed.length}`,
    )
    console.log(JSON.stringify(soak.proxy.counts))
    expect(fingerprint(join(soak.folder, 'data', 'uploads'))).toEqual(
      fingerprint(join(soak.folder, 'source')),
    )

    const slopes = { server: 0, client: 0 }
    for (const side of ['server', 'client'] as const) {
      // After the kills, and half of the rest for warming up: threads and their heaps come with the work, not at the start.
      const from = beganMs + (seconds * 2_000) / 3
      slopes[side] = slopeOf(floorOf(memory.samples[side].filter(({ atMs }) => atMs > from)))
      console.log(
        `${side}: ${slopes[side].toFixed(1)} MiB/h, descriptors ${begun?.[side]} at first, ${descriptorsOf(soak)[side]} at the end`,
      )
      console.log(`${side}, MiB by twelfths of the time: ${mediansOf(memory.samples[side], 12).join(' ')}`)
      await expect.poll(() => descriptorsOf(soak)[side]).toBeLessThanOrEqual((begun?.[side] ?? 0) + spare)
    }
    if (seconds < measuredFrom) return
    expect(slopes.server).toBeLessThan(mostSlope)
    expect(slopes.client).toBeLessThan(mostSlope)
  },
)

function descriptorsOf({ server, app }: Soak) {
  return { server: descriptors(server.child.pid) ?? 0, client: descriptors(app.child.pid) ?? 0 }
}
