/** Outages in the middle of an upload in the terminal: whatever answers in the server's place, no file is to blame. */
import { writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Authority, authority } from '../certificates.ts'
import { openTestClient } from '../main/a-client.ts'
import { bare, isUpload, type OutageProxy, outageProxy } from '../outage-proxy.ts'
import { filesInBundle, outageFiles, outageFolder, outageSeconds, outages, patientMs } from '../outages.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { announceSeed, fingerprint, seeded } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

/** Fulfils once so many files were sent. */
async function untilSent(proxy: OutageProxy, files: number): Promise<void> {
  await expect.poll(proxy.uploads, { interval: 5, timeout: patientMs }).toBeGreaterThanOrEqual(files)
}

const inTheMiddle = (proxy: OutageProxy) => untilSent(proxy, outageFiles * 0.3)

/** A server behind a proxy, files to send, and what its storage holds in the end. */
async function scene(files = outageFiles, trusted: Authority | null = null) {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'))
  const proxy = await outageProxy(server.port, {
    secure: trusted?.sign(2),
    paceMs: 100,
    filesInBundle,
  })
  const source = outageFolder(folder, files)
  const state = join(folder, 'state')
  const run = (...args: string[]) => {
    const target = { url: proxy.url, token: server.token }
    const env = trusted ? { NODE_EXTRA_CA_CERTS: trusted.path } : {}
    return upload([source], target, state, { args, env })
  }
  const stored = () => fingerprint(join(folder, 'data', 'uploads', 'shoot'))
  return { state, proxy, source, run, stored }
}

/** So many of the files have a failure on their record, by which a try was counted. */
async function expectCounted(state: string, files: number, of = outageFiles): Promise<void> {
  const { client, rows } = await openTestClient(state, { url: 'http://127.0.0.1:9', token: 'x' })
  await expect.poll(() => rows().length).toBe(of)
  const failures = rows().map(({ id, attempts }) => attempts + client.files.details(id).failedAttempts.length)
  expect(failures.filter((count) => count > 0)).toHaveLength(files)
  await client.stop()
}

describe('an outage in the middle of an upload', { timeout: patientMs }, () => {
  it('of each kind in turn counts against no file, is told of within 5 s, and ends by itself within 5 s', async (test) => {
    const trusted = authority(temporaryFolder())
    if (!trusted) return test.skip()
    const { state, proxy, source, run, stored } = await scene(outageFiles, trusted)
    const { result, child } = run()
    let stderr = ''
    child.stderr?.on('data', (text: string) => {
      stderr += text
    })
    const expired = { credentials: trusted.sign(-1) }
    const all = [...outages, ['an expired certificate', expired, /CERT_HAS_EXPIRED/] as const]
    for (const [index, [name, trouble, reason]] of all.entries()) {
      await untilSent(proxy, Math.ceil((outageFiles * (index + 1)) / (all.length + 2)))
      stderr = ''
      proxy.set(trouble)
      await expect.poll(() => stderr, { message: name, timeout: 5_000 }).toMatch(reason)
      await wait(outageSeconds * 1000)
      proxy.set(null)
      const before = proxy.requests.length
      const sent = () => proxy.requests.slice(before).join()
      await expect.poll(sent, { message: name, timeout: 5_500 }).toMatch(/PUT |POST \/api\/bundle/)
    }
    const { summary, exitCode } = await result
    expect([exitCode, summary?.done, summary?.failed]).toEqual([0, outageFiles, 0])
    expect(stored()).toEqual(fingerprint(source))
    await expectCounted(state, 0)
  })

  it('of uploads alone, while the server answers its health check, turns no file red', async () => {
    const { state, proxy, source, run, stored } = await scene()
    const { result } = run()
    await inTheMiddle(proxy)
    proxy.set({ answer: bare(502), only: isUpload })
    await wait(outageSeconds * 3000)
    proxy.set(null)
    const { summary, exitCode } = await result
    expect([exitCode, summary?.done, summary?.failed]).toEqual([0, outageFiles, 0])
    expect(stored()).toEqual(fingerprint(source))
    await expectCounted(state, 0)
  })

  it('is not probed before Retry-After, and nothing else is sent either', async () => {
    const { proxy, run } = await scene()
    const { result } = run()
    await inTheMiddle(proxy)
    const answers: number[] = []
    const busy = bare(503, { 'retry-after': '6' })
    proxy.set({
      answer: (outgoing, incoming) => {
        answers.push(performance.now())
        busy(outgoing, incoming)
      },
    })
    await expect.poll(() => answers.length).toBeGreaterThan(0)
    await wait(4_000)
    // Those that were in flight may still have met it; then it is quiet, until it is time again.
    const sinceMs = answers.map((at) => at - (answers[0] ?? 0))
    expect(sinceMs.filter((ms) => ms > 2_000 && ms < 5_500)).toEqual([])
    proxy.set(null)
    const { summary, exitCode } = await result
    expect([exitCode, summary?.done]).toEqual([0, outageFiles])
  })

  it('that lasts longer than the patience ends the command, and the same command sends the rest', async () => {
    const { proxy, run, source, stored } = await scene()
    const first = run('--wait', '2')
    await inTheMiddle(proxy)
    proxy.set({ answer: bare(502) })
    const { exitCode, stderr } = await first.result
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('HTTP status 502')])
    proxy.set(null)
    expect((await run().result).exitCode).toBe(0)
    expect(stored()).toEqual(fingerprint(source))
  })
})

describe('a process that was stopped for longer than its patience', { timeout: patientMs }, () => {
  it('goes on when it is continued: patience counts time awake', async () => {
    const { proxy, run, source, stored } = await scene()
    const { result, child } = run('--wait', '8')
    await inTheMiddle(proxy)
    proxy.set({ answer: bare(502) })
    await expect
      .poll(() => proxy.requests.filter((request) => request === 'GET /api/health').length)
      .toBeGreaterThan(1)
    child.kill('SIGSTOP')
    onTestFinished(() => void child.kill('SIGCONT'))
    await wait(11_000)
    child.kill('SIGCONT')
    await wait(500)
    proxy.set(null)
    expect((await result).exitCode).toBe(0)
    expect(stored()).toEqual(fingerprint(source))
  })
})

describe('a filter on the way that dislikes one file', { timeout: patientMs }, () => {
  it.each([
    ['name', (incoming: IncomingMessage) => incoming.method === 'POST', 'IMG_7.JPG'],
    ['content', isUpload, 'something that looks like a virus'],
  ])(
    'for its %s does not hold the others, and that file fails with the reason',
    async (_what, isFiltered, sign) => {
      const { proxy, run, source, stored, state } = await scene()
      writeFileSync(join(source, 'IMG_7.JPG'), 'something that looks like a virus')
      proxy.set({
        answer: bare(403),
        only: (incoming, body) => isFiltered(incoming) && body.includes(sign),
      })
      const { summary, exitCode } = await run().result
      expect([exitCode, summary?.done, summary?.failed]).toEqual([1, outageFiles - 1, 1])
      const [failed] = summary?.items.filter(({ status }) => status === 'failed') ?? []
      expect(failed).toMatchObject({ relativePath: 'shoot/IMG_7.JPG', error: { code: 'proxy-answer' } })
      expect(stored().size).toBe(outageFiles - 1)
      await expectCounted(state, 1)
    },
  )

  it('that is the only one ends it too, but not before half a minute has shown that it is no outage', async () => {
    const { proxy, run } = await scene(1)
    proxy.set({ answer: bare(403), only: isUpload })
    const { summary, exitCode } = await run().result
    expect([exitCode, summary?.failed]).toEqual([1, 1])
    expect(summary?.seconds).toBeGreaterThan(29)
    expect(summary?.seconds).toBeLessThan(45)
  })
})

describe('a connection on which one request of a hundred is broken', { timeout: patientMs }, () => {
  it('costs little, and counts against no file', async () => {
    const files = Math.max(200, outageFiles)
    const { proxy, run, source, stored, state } = await scene(files)
    const random = seeded(announceSeed('broken requests'))
    proxy.set({
      answer: (outgoing) => outgoing.socket?.resetAndDestroy(),
      only: () => random() < 0.01,
    })
    const { summary, exitCode } = await run().result
    expect([exitCode, summary?.done]).toEqual([0, files])
    expect(stored()).toEqual(fingerprint(source))
    await expectCounted(state, 0, files)
  })
})
