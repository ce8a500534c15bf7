/** The webhook: signed, delivered at least once over every trouble of the receiver and of the server, in nobody's way. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../server/monitoring/log.ts'
import { begin, end, listed, nameAll, storedName } from './batch-client.ts'
import { bytesOf, type Client, configFor, silentLog, spawnServer, start, temporaryFolder } from './harness.ts'
import { type Receiver, receiver, verified, webhookSecret } from './webhook-receiver.ts'

const webhookMs = { attempt: 1_000, pause: 20 }
const patience = { timeout: 20_000 }

const envOf = ({ url }: Pick<Receiver, 'url'>) => ({ WEBHOOK_URL: url, WEBHOOK_SECRET: webhookSecret })

async function announcing(to: Receiver, options: { dataDir?: string; parts?: object; env?: object } = {}) {
  const { parts, env, ...rest } = options
  return start({ ...rest, env: { ...envOf(to), ...env }, parts: { webhookMs, ...parts } })
}

async function complete(client: Client, batchId: string): Promise<void> {
  await begin(client, batchId)
  await end(client, batchId, [await storedName(client, `${batchId}.jpg`)])
}

const idsOf = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id'])

describe('the webhook', () => {
  it('tells of a complete batch, signed as Standard Webhooks has it', async () => {
    const to = await receiver()
    const { client } = await announcing(to)
    await begin(client, 'batch-01')
    const files = [await storedName(client, 'a.jpg')]
    await end(client, 'batch-01', files, { failed: 1, leftOut: 0 })
    const done = await end(client, 'batch-01', files)
    await expect.poll(() => to.received.length, patience).toBe(1)
    const [message] = to.received
    if (message === undefined) throw new Error('none')
    expect(verified(message)).toEqual({
      type: 'batch.completed',
      timestamp: done.completeAt,
      data: { ...done, activeAt: done.completeAt },
    })
    expect(message.path).toBe('/hook?key=1')
    expect(message.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': expect.stringMatching(/^msg_[0-9a-f]{32}$/),
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    })
    expect(() => verified({ ...message, body: message.body.replace('a', 'b') })).toThrow()
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
    expect(() => verified(message, other)).toThrow()
  })

  it('says the same only once, and says what is new', async () => {
    const to = await receiver()
    const { client } = await announcing(to)
    await begin(client, 'batch-01')
    const files = [await storedName(client, 'a.jpg'), await storedName(client, 'b.jpg')]
    const ends = [1, 2, 3].map(() => end(client, 'batch-01', files.slice(0, 1)))
    await Promise.all(ends)
    await begin(client, 'batch-01')
    await end(client, 'batch-01', files.slice(0, 1))
    await end(client, 'batch-01', files)
    await expect.poll(() => to.received.length, patience).toBe(2)
    const counts = to.received.map(
      (message) => (verified(message) as { data: { stored: object } }).data.stored,
    )
    expect(counts).toEqual([
      { files: 1, bytes: 100 },
      { files: 2, bytes: 200 },
    ])
  })

  it('is sent again after refusals, with the same id and a signature of its own time, until it is confirmed', async () => {
    const statuses = [500, 503, 404, 410, 302]
    const to = await receiver((response, count) => response.writeHead(statuses[count - 1] ?? 200).end())
    const { client, server } = await announcing(to)
    await complete(client, 'batch-01')
    await expect.poll(() => to.received.length, patience).toBe(6)
    expect(new Set(idsOf(to)).size).toBe(1)
    for (const message of to.received) expect(verified(message)).toMatchObject({ type: 'batch.completed' })
    await expect.poll(() => server.uploads.ledger.countMessages(''), patience).toBe(0)
  })

  it('does not follow a redirect, wherever it leads', async () => {
    const inside = await receiver()
    const to = await receiver((response, count) =>
      count === 1 ? response.writeHead(307, { Location: inside.url }).end() : response.end(),
    )
    const { client } = await announcing(to)
    await complete(client, 'batch-01')
    await expect.poll(() => to.received.length, patience).toBe(2)
    expect(inside.received).toEqual([])
  })

  it('neither waits for a receiver that is silent nor for one that never ends, and no upload waits for it', async () => {
    const to = await receiver((response, count) => {
      if (count === 1) return
      response.writeHead(200)
      const flood = setInterval(() => response.write('x'.repeat(100_000)), 1)
      response.on('close', () => clearInterval(flood))
    })
    const { client, server } = await announcing(to)
    await complete(client, 'batch-01')
    await expect.poll(() => to.received.length, patience).toBe(1)
    // It holds the first message now.
    expect((await client.upload('later.jpg', bytesOf(100_000))).status).toBe(200)
    expect(await server.uploads.ledger.countMessages('')).toBe(1)
    await expect.poll(() => server.uploads.ledger.countMessages(''), patience).toBe(0)
    expect(new Set(idsOf(to)).size).toBe(1)
    expect(to.received).toHaveLength(2)
  })

  it('is delivered by the next start where the receiver was away and the server was killed', async () => {
    const to = await receiver()
    await to.close()
    const dataDir = temporaryFolder()
    const killed = await spawnServer(dataDir, { env: envOf(to) })
    await complete(killed.client, 'batch-01')
    killed.process.kill('SIGKILL')
    await killed.exited
    const back = await receiver(undefined, Number(new URL(to.url).port))
    const { client } = await announcing(to, { dataDir })
    await expect.poll(() => back.received.length, patience).toBe(1)
    expect(verified(back.received[0] as never)).toMatchObject({
      data: { batchId: 'batch-01', complete: true },
    })
    expect(await listed(client)).toHaveLength(1)
  })

  it('breaks off what is under way when the server stops, and sends it after the next start', async () => {
    const silent = await receiver(() => undefined)
    const first = await announcing(silent, { parts: { webhookMs: { attempt: 60_000, pause: 20 } } })
    await complete(first.client, 'batch-01')
    await expect.poll(() => silent.received.length, patience).toBe(1)
    await first.server.close()
    const to = await receiver()
    await announcing(to, { dataDir: first.dataDir })
    await expect.poll(() => to.received.length, patience).toBe(1)
    expect(idsOf(to)).toEqual(idsOf(silent))
  })

  it('signs with each secret of its file, also one that was written there meanwhile', async () => {
    const file = join(temporaryFolder(), 'secret')
    writeFileSync(file, `${webhookSecret}\n`)
    const to = await receiver()
    const env = { WEBHOOK_SECRET: '', WEBHOOK_SECRET_FILE: file }
    const { client } = await announcing(to, { env })
    await complete(client, 'batch-01')
    await expect.poll(() => to.received.length, patience).toBe(1)
    const newer = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
    writeFileSync(file, `${newer}\n${webhookSecret}\n`)
    await complete(client, 'batch-02')
    await expect.poll(() => to.received.length, patience).toBe(2)
    for (const secret of [newer, webhookSecret])
      expect(verified(to.received[1] as never, secret)).toMatchObject({ data: { batchId: 'batch-02' } })
    // A secret that can't be read for a while loses nothing.
    writeFileSync(file, 'short')
    await complete(client, 'batch-03')
    await pause(100)
    writeFileSync(file, webhookSecret)
    await complete(client, 'batch-04')
    await expect.poll(() => to.received.length, patience).toBe(4)
  })

  it('holds so many messages of a folder and no more, and none of another folder back', async () => {
    const to = await receiver((response) => response.writeHead(500).end())
    const tokens = JSON.stringify([
      { name: 'anna', token: 'anna-secret' },
      { name: 'li', token: 'li-secret' },
    ])
    const env = { TOKENS: tokens }
    const { client, server } = await announcing(to, {
      env,
      parts: { webhookMs: { attempt: 100, pause: 1e6 } },
    })
    const { ledger, now } = server.uploads
    await complete(client, 'batch-00')
    const row = await ledger.batch('anna', 'batch-00')
    const announced = { announcedFiles: 1, announcedBytes: 1 }
    const end0 = { batchNo: Number(row?.batchNo), ...announced, failed: 0, leftOut: 0, endedAtMs: 1 }
    const times = { madeAtMs: now(), attempts: 0, nextAtMs: now() + 1e7 }
    const add = (at: number) =>
      ledger.endBatch(
        { ...end0, completeAtMs: 1, completeDigest: null },
        { messageId: `msg_${at}`, folder: 'anna', body: '{}', ...times },
      )
    await Promise.all(Array.from({ length: 1_000 }, (_, at) => add(at)))
    await begin(client, 'batch-01')
    const files = [await storedName(client, 'a.jpg')]
    const asked = { after: null, files, end: { failed: 0, leftOut: 0 } }
    const refused = await nameAll(client, 'batch-01', asked)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60'])
    expect((await listed(client))[0]).toMatchObject({ batchId: 'batch-01', complete: false })
    const li = new (client.constructor as typeof Client)(client.url, 'li-secret')
    await complete(li, 'batch-01')
    expect((await listed(li))[0]).toMatchObject({ complete: true })
  })

  it('is delivered however many wait, each of them once where all goes well', async () => {
    const away = await receiver()
    await away.close()
    const first = await announcing(away)
    const { ledger, now } = first.server.uploads
    await complete(first.client, 'batch-00')
    const row = await ledger.batch('', 'batch-00')
    const announced = { announcedFiles: 1, announcedBytes: 1 }
    const end0 = { batchNo: Number(row?.batchNo), ...announced, failed: 0, leftOut: 0, endedAtMs: 1 }
    const add = (at: number) => {
      const times = { madeAtMs: now(), attempts: 0, nextAtMs: now() }
      const message = { messageId: `msg_${at}`, folder: '', body: '{}', ...times }
      return ledger.endBatch({ ...end0, completeAtMs: 1, completeDigest: null }, message)
    }
    await Promise.all(Array.from({ length: 249 }, (_, at) => add(at)))
    await first.server.close()
    const to = await receiver()
    await announcing(to, { dataDir: first.dataDir })
    await expect.poll(() => to.received.length, patience).toBe(250)
    expect(new Set(idsOf(to)).size).toBe(250)
  })

  it('is given up after a week, and says so', async () => {
    let ahead = 0
    const lines: string[] = []
    const to = await receiver((response) => response.writeHead(500).end())
    const { client, server } = await announcing(to, { parts: { now: () => Date.now() + ahead } })
    await complete(client, 'batch-01')
    await expect.poll(() => to.received.length, patience).toBeGreaterThan(1)
    expect(await server.uploads.ledger.countMessages('')).toBe(1)
    const log: Log = { ...silentLog, error: (_, line) => lines.push(line) }
    Object.assign(server.uploads.log, log)
    ahead = 8 * 24 * 60 * 60 * 1000
    await expect.poll(() => server.uploads.ledger.countMessages(''), patience).toBe(0)
    Object.assign(server.uploads.log, { error: silentLog.debug })
    expect(lines).toEqual([expect.stringContaining('given up')])
  })
})

describe('the settings of the webhook', () => {
  const url = 'https://example.com/hook'
  it.each([
    ['no secret', { WEBHOOK_URL: url }, /needs one secret/],
    [
      'two secrets',
      { WEBHOOK_URL: url, WEBHOOK_SECRET: webhookSecret, WEBHOOK_SECRET_FILE: 'x' },
      /needs one secret/,
    ],
    ['a secret without an address', { WEBHOOK_SECRET: webhookSecret }, /no address/],
    ['a secret that is too short', { WEBHOOK_URL: url, WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }, /24 to 64 bytes/],
    ['an address of another kind', { WEBHOOK_URL: 'ftp://x/', WEBHOOK_SECRET: webhookSecret }, /expected an/],
    [
      'a password in the address',
      { WEBHOOK_URL: 'https://a:b@x/', WEBHOOK_SECRET: webhookSecret },
      /without a name/,
    ],
  ])('are refused with %s, without telling a secret', (_, env, reason) => {
    const given = env as Record<string, string>
    expect(() => configFor(temporaryFolder(), given)).toThrow(reason)
    expect(() => configFor(temporaryFolder(), given)).not.toThrow(/c2hvcnQ|BwcH/)
  })

  it('refuse to start with a file that has no secret, and name the file', async () => {
    const file = join(temporaryFolder(), 'secret')
    const env = { WEBHOOK_URL: url, WEBHOOK_SECRET_FILE: file }
    await expect(start({ env })).rejects.toThrow(/cannot be read: ENOENT/)
    writeFileSync(file, 'hunter2')
    chmodSync(file, 0o600)
    await expect(start({ env })).rejects.toThrow(/secret: expected a secret of 24 to 64 bytes/)
    await expect(start({ env })).rejects.not.toThrow(/hunter2/)
  })
})
