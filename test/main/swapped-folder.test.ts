/** A folder that is swapped for a link after it was read: its files are sent, or nothing is; never those of another folder. */
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import { endlessPatience } from '../../src/main/client/client.ts'
import { isFinished } from '../../src/shared/upload.ts'
import { start } from '../server/harness.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient } from './a-client.ts'

const names = Array.from({ length: 16 }, (_, index) => `${index}.bin`)
const bytes = 300_000
const contentOf = (owner: string, name: string) => Buffer.alloc(bytes, `${owner} ${name}`)

/** A folder on a card, and another one that holds files of the same names, sizes and times. */
async function aScene() {
  const folder = temporaryFolder()
  const { server, dataDir } = await start({ args: ['--chunk-size', String(1 << 20)] })
  const [mine, other] = [join(folder, 'card', 'DCIM'), join(folder, 'secret')]
  for (const [path, owner, background] of [
    [mine, 'mine', 'red'],
    [other, 'secret', 'blue'],
  ] as const) {
    mkdirSync(path, { recursive: true })
    for (const name of names) writeFileSync(join(path, name), contentOf(owner, name))
    const photo = await sharp({ create: { width: 3000, height: 2000, channels: 3, background } })
      .png()
      .toBuffer()
    // As long as the other one: a PNG ends where it says so.
    for (const name of ['a.png', 'b.png']) {
      writeFileSync(join(path, name), Buffer.concat([photo, Buffer.alloc(400_000)]).subarray(0, 400_000))
    }
    for (const name of readdirSync(path)) utimesSync(join(path, name), 1_700_000_000, 1_700_000_000)
  }
  const address = { url: server.url, token: server.token ?? '' }
  const openAt = (at: typeof address) => openTestClient(join(folder, 'state'), at, endlessPatience)
  const link = join(folder, 'link')
  symlinkSync(other, link)
  return {
    ...{ card: join(folder, 'card'), mine, other, link, away: join(folder, 'away'), dataDir },
    open: () => openAt(address),
    openAway: () => openAt({ ...address, url: 'http://127.0.0.1:9' }),
    stored: () => join(dataDir, 'uploads', 'card', 'DCIM'),
  }
}

type Scene = Awaited<ReturnType<typeof aScene>>

function swap({ mine, link, away }: Scene): void {
  renameSync(mine, away)
  renameSync(link, mine)
}

function swapBack({ mine, link, away }: Scene): void {
  renameSync(mine, link)
  renameSync(away, mine)
}

/** Files below a folder, whatever they are for, that hold bytes of the other folder. */
function holdingSecrets(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('secret'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes('secret 1'))
}

/** Swaps the folder in a loop for as long as `work` runs. @returns how often */
async function whileSwapping({ mine, link, away }: Scene, work: () => Promise<void>): Promise<number> {
  const stop = new SharedArrayBuffer(4)
  const worker = new Worker(new URL('./swap-folder.ts', import.meta.url), {
    workerData: { folder: mine, link, away, stop },
  })
  onTestFinished(() => void worker.terminate())
  const swaps = once(worker, 'message')
  await work()
  Atomics.store(new Int32Array(stop), 0, 1)
  Atomics.notify(new Int32Array(stop), 0)
  return (await swaps)[0]
}

it('does not follow a folder that was swapped for a link while its files waited', async () => {
  const scene = await aScene()
  const first = await scene.openAway()
  await first.client.intake.addPaths([scene.card])
  await expect.poll(() => first.rows().length).toBe(names.length + 2)
  await first.client.stop()
  swap(scene)
  const { client, rows, row } = await scene.open()
  await expect.poll(() => new Set(rows().map(({ state }) => state.status))).toEqual(new Set(['failed']))
  expect(row('0.bin').state).toMatchObject({
    error: { code: 'source-missing', facts: { kind: 'folder-replaced' } },
  })
  expect(holdingSecrets(scene.dataDir)).toEqual([])
  // Put back, it goes on; added anew as it is, the person means what it leads to.
  swapBack(scene)
  await client.queue.retry({ all: true })
  await expect.poll(() => new Set(rows().map(({ state }) => state.status))).toEqual(new Set(['done']))
  expect(readFileSync(join(scene.stored(), '0.bin')).equals(contentOf('mine', '0.bin'))).toBe(true)
})

it.each([
  ['', false],
  [' that the server holds already', true],
])(
  'never sends a byte of another folder%s under its name while the two are swapped in a loop',
  async (_, isHeld) => {
    const scene = await aScene()
    const { client, rows } = await scene.open()
    const isOver = () => rows().length > 0 && rows().every(({ state }) => isFinished(state.status))
    if (isHeld) {
      await client.intake.addPaths([scene.other])
      await expect.poll(isOver).toBe(true)
    }
    const swaps = await whileSwapping(scene, async () => {
      for (let round = 0; round < 4; round++) {
        await client.intake.addPaths([scene.card], { presetId: 'web-gallery' }).catch(() => [])
        const untilMs = performance.now() + 1_500
        while (performance.now() < untilMs) {
          await new Promise((resolve) => setTimeout(resolve, 100))
          await client.queue.retry({ all: true }).catch(() => undefined)
        }
      }
    })
    expect(swaps).toBeGreaterThan(100)
    // What is said of each file follows within a moment.
    const areStored = () => names.every((name) => existsSync(join(scene.stored(), name)))
    await expect
      .poll(
        async () => {
          await client.intake.addPaths([scene.card], { presetId: 'web-gallery' })
          await client.queue.retry({ all: true })
          return areStored() && isOver()
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(true)
    const stored = readdirSync(scene.stored())
    for (const name of stored) {
      const path = join(scene.stored(), name)
      if (name.endsWith('.bin')) expect(readFileSync(path).equals(contentOf('mine', name)), name).toBe(true)
      else
        expect((await sharp(path).stats()).dominant, name).toMatchObject({
          r: expect.toSatisfy((r) => r > 200),
        })
    }
    if (!isHeld) expect(holdingSecrets(scene.dataDir)).toEqual([])
  },
)
