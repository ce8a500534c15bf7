/**
 * A watched folder with very many files in it, to which more come in bursts while some are renamed: nothing is missed,
 * nothing is sent twice. How soon the first byte of each is on its way is printed, for it depends on the machine.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { noSkipRules } from '../../src/shared/skip-rules.ts'
import { fingerprint } from '../crossing/photo-folder.ts'
import { serve } from '../crossing/programs.ts'
import { openTestClient } from '../main/a-client.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const present = Number(process.env.PHOTOFERRY_WATCHED_FILES ?? 500)
const [bursts, perBurst, renamed] = [10, Math.min(100, Math.ceil(present / 50)), 10]
const timeout = 120_000 + present * 40

it.each([
  ['by events', false],
  ['by polling, as over a network', true],
])(
  `${present} files that are watched %s, ${bursts * perBurst} more in bursts, ${renamed} renamed`,
  async (how, polls) => {
    const root = temporaryFolder()
    const folder = join(root, 'shoots')
    const server = await serve(join(root, 'data'))
    const of = (index: number) => join(folder, `day ${Math.floor(index / 1_000)}`, `IMG_${index}.jpg`)
    for (let index = 0; index < present; index++) {
      if (index % 1_000 === 0) mkdirSync(join(folder, `day ${index / 1_000}`), { recursive: true })
      writeFileSync(of(index), `photo ${index}`)
    }
    const state = join(root, 'state')
    const { client, rows } = await openTestClient(state, server, undefined, { watchFolders: {} })
    const began = new Map<string, number>()
    const sent = new Map<string, number>()
    client.feed.subscribe(({ items }) => {
      for (const { relativePath, acknowledgedBytes, inFlightBytes, state: now } of items) {
        const isOnItsWay = acknowledgedBytes + inFlightBytes > 0 || now.status === 'done'
        if (isOnItsWay && !sent.has(relativePath)) sent.set(relativePath, performance.now())
      }
    })
    const choice = { serverId: 'bundled', presetId: 'original', destination: null, skipRules: noSkipRules }
    await client.watchedFolders.add({ folder, existing: true, polls, ...choice })
    const row = () => client.watchedFolders.rows[0]
    await expect.poll(() => row()?.stored, { timeout, interval: 500 }).toBe(present)
    await expect.poll(() => row()?.state.phase, { timeout, interval: 500 }).toBe('watching')
    const beforeMib = process.memoryUsage().rss / 2 ** 20

    for (let burst = 0; burst < bursts; burst++) {
      mkdirSync(join(folder, `burst ${burst}`))
      for (let index = 0; index < perBurst; index++) {
        const name = `burst ${burst}/IMG_${index}.jpg`
        writeFileSync(join(folder, name), name)
        began.set(`shoots/${name}`, performance.now())
      }
      renameSync(of(burst), join(folder, `day 0/renamed_${burst}.jpg`))
      await delay(1_500)
    }
    const wanted = present + bursts * perBurst + renamed
    await expect.poll(() => row()?.stored, { timeout, interval: 200 }).toBe(wanted)
    const stored = [...fingerprint(join(root, 'data', 'uploads')).keys()]
    expect(stored).toHaveLength(wanted)
    expect(stored.filter((path) => / \(\d+\)/.test(path))).toEqual([])
    expect(new Set(rows().map(({ relativePath }) => relativePath)).size).toBe(wanted)

    const waits = [...began].map(([path, atMs]) => (sent.get(path) ?? Infinity) - atMs).sort((a, b) => a - b)
    const at = (part: number) => Math.round(waits[Math.floor((waits.length - 1) * part)] ?? Infinity)
    const [median, most, late] = [at(0.5), at(1), waits.filter((ms) => ms > 2_000).length]
    const afterMib = process.memoryUsage().rss / 2 ** 20
    console.log(
      `${how}: first byte after ${median} ms (median), ${at(0.95)} (95 %), ${most} at most; ${late} of ${waits.length} after 2 s; memory ${Math.round(beforeMib)} → ${Math.round(afterMib)} MiB`,
    )
  },
  2 * timeout,
)
