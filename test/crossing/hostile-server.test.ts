/**
 * A real client and answers that no honest server gives: its memory stays bounded, it says within seconds what is wrong,
 * counts nothing against the file, and goes on when the honest server is back.
 */

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { endless, hostileOffers, hostileSize, says } from '../hostile-answers.ts'
import { outageProxy } from '../outage-proxy.ts'
import { peakBytes } from '../process-memory.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fingerprint } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

const mebibyte = 2 ** 20

/** The costliest of them; the others are in main/transfer/hostile-answers.test.ts. */
const costly = [
  'an endless answer',
  'a gzip bomb',
  'a chunk of 10^12 bytes',
  '250,000 uploaded chunks that are no numbers',
]
const attacks = [
  ...hostileOffers
    .filter(([name]) => costly.includes(name))
    .map((attack) => [...attack, '/api/task'] as const),
  ['an endless answer', endless, /more than 1 MB/, '/api/offers'],
  ['250,000 verdicts that are none', says(verdicts(250_000)), /No PhotoFerry server/, '/api/offers'],
  ['an endless answer', endless, /more than 1 MB/, '/api/bundle'],
  ['a file too many', says(verdicts(2)), /No PhotoFerry server/, '/api/bundle'],
] as const

function verdicts(count: number): string {
  return JSON.stringify({ files: Array(count).fill(1) })
}

/** A file that is let through, and one that is attacked: as large as the answer pretends where memory depends on that. */
function someFiles(folder: string, attacked: number): string {
  const source = join(folder, 'shoot')
  mkdirSync(source)
  writeFileSync(join(source, 'a.mov'), Buffer.alloc(1.5 * mebibyte, 'let through'))
  writeFileSync(join(source, 'b.mov'), 'attacked')
  truncateSync(join(source, 'b.mov'), attacked)
  return source
}

/** A file of this size goes over the route, bytes. */
function sizeFor(name: string, route: string): number {
  if (route !== '/api/task') return 1_000
  return name === 'a chunk of 10^12 bytes' ? hostileSize : 1.5 * mebibyte
}

/**
 * A file that no bundle takes, or whose first try met another trouble, is offered by itself, and would be stored before
 * anybody could read what was wrong.
 */
function attackedBy(route: string): readonly string[] {
  return [route, '/api/task']
}

/** The most that a process ever had resident, bytes; 0 where the system does not say. */
function mostBytes(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0
  return peakBytes(pid) ?? Number.NaN
}

it.each(attacks)(
  'survives %s: 300 MB at most, a reason within 30 s, and all is stored when the server is honest again',
  async (name, answer, reason, route) => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const proxy = await outageProxy(server.port)
    let metMs = 0
    proxy.set({
      answer: async (outgoing, incoming) => {
        // Once the other file is being sent, the address is known to be PhotoFerry's.
        await expect.poll(proxy.uploads, { timeout: 30_000 }).toBeGreaterThan(0)
        metMs ||= performance.now()
        answer(outgoing, incoming)
      },
      only: ({ url = '' }, body) => attackedBy(route).includes(url) && body.includes('b.mov'),
    })
    const target = { url: proxy.url, token: server.token }
    const source = someFiles(folder, sizeFor(name, route))
    const { child, result } = upload([source], target, join(folder, 'state'), { args: ['--wait', '120'] })
    let stderr = ''
    child.stderr?.on('data', (text: string) => {
      stderr += text
    })
    await expect.poll(() => stderr, { timeout: 60_000 }).toMatch(reason)
    expect(performance.now() - metMs).toBeLessThan(30_000)
    const most = mostBytes(child.pid)
    console.log(`${name} to ${route}: the client had at most ${Math.round(most / mebibyte)} MiB`)
    expect(most).toBeLessThan(300e6)
    proxy.set(null)
    const { summary } = await result
    expect(summary).toMatchObject({ done: 2, failed: 0 })
    expect(fingerprint(join(folder, 'data', 'uploads', 'shoot'))).toEqual(fingerprint(source))
  },
  180_000,
)
