import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { endlessPatience } from '../../../src/main/client/client.ts'
import { collidingMd5, collidingPair } from '../../colliding-pair.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'
import { type Answering, scriptedServer } from './scripted-server.ts'

/** The bytes for which catalogues of CRCs give a check value: E3069283 for CRC-32C. */
const bytes = Buffer.from('123456789')
const size = bytes.length
const digest = (algorithm: string, of: Buffer = bytes) => createHash(algorithm).update(of).digest('hex')
const md5 = digest('md5')
const sha256 = digest('sha256')

const held = { taskId: 't', chunkSize: 1 << 20, totalChunks: 1, uploadedChunks: [0], done: true, url: '/u' }
const wanted = { ...held, uploadedChunks: [], done: false, url: undefined }
const checking = { checking: true, checkedBytes: 1, size }
const stored = { fileName: 'a.jpg', size, md5, path: '/u', url: '/u', uploadTime: 5 }
const receiptOf = (file: object | undefined) => ({
  chunkIndex: 0,
  uploaded: 1,
  total: 1,
  progress: 100,
  stored: file,
})

/** A client that uploads files to a server with these answers. */
async function uploading(answer: Answering, files: Readonly<Record<string, Buffer>> = { 'a.jpg': bytes }) {
  const server = await scriptedServer(answer)
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'in'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'in', name), content)
  const watched = await openTestClient(join(folder, 'state'), server, endlessPatience)
  await watched.client.intake.addPaths([join(folder, 'in')])
  // The feed tells a moment later.
  await expect.poll(watched.rows).toHaveLength(Object.keys(files).length)
  const statuses = () => watched.events.flatMap(({ items }) => items.map(({ state }) => state.status))
  const details = () => watched.client.files.details(watched.row('a.jpg').id)
  return { ...watched, folder, server, seen: statuses, details }
}

describe('an offer', () => {
  it('names both digests, and those of an MD5 collision differ in SHA-256', async () => {
    const [one, other] = collidingPair()
    const { server, statuses } = await uploading(() => [200, held], { 'a.jpg': one, 'b.jpg': other })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done' })
    const offers = server.requests.map(({ json }) => ({ hash: json?.hash, sha256: json?.sha256 }))
    expect(offers).toHaveLength(2)
    expect(offers).toContainEqual({ hash: collidingMd5, sha256: digest('sha256', one) })
    expect(offers).toContainEqual({ hash: collidingMd5, sha256: digest('sha256', other) })
    expect(digest('sha256', one)).not.toBe(digest('sha256', other))
  })

  it('is asked again while the server reads a stored file, is shown as verifying, and counts as no failure', async () => {
    let asked = 0
    const { seen, server, statuses, details } = await uploading(() =>
      asked++ < 2 ? [202, checking] : [200, { ...held, sha256 }],
    )
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    expect(server.requests.map(({ line }) => line)).toEqual(Array(3).fill('POST /api/task'))
    expect(seen()).toContain('verifying')
    expect(details()).toMatchObject({
      attempts: 0,
      failedAttempts: [],
      sentBytes: 0,
      confirmed: { md5, sha256 },
    })
  })

  it('goes on to send where the stored file turns out to be another', async () => {
    let asked = 0
    const { statuses, details } = await uploading(({ line }) => {
      if (line.startsWith('PUT')) return [200, receiptOf({ ...stored, sha256 })]
      return asked++ < 1 ? [202, checking] : [200, wanted]
    })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    expect(details()).toMatchObject({ failedAttempts: [], sentBytes: size, confirmed: { sha256 } })
  })

  it('can be canceled while the server reads a stored file', async () => {
    const { client, server, statuses, row } = await uploading(() => [202, checking])
    await expect.poll(statuses).toEqual({ 'a.jpg': 'verifying' })
    await client.queue.cancel({ itemIds: [row('a.jpg').id] })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'canceled' })
    const asked = server.requests.length
    // Longer than the pause between two questions.
    await delay(700)
    expect(server.requests).toHaveLength(asked)
  })

  it('that is under way when its file is canceled leaves no task at the server', async () => {
    const answered = Promise.withResolvers<void>()
    const { client, server, statuses, row } = await uploading(async () => {
      await answered.promise
      return [200, wanted]
    })
    await expect.poll(() => server.requests).toHaveLength(1)
    await client.queue.cancel({ itemIds: [row('a.jpg').id] })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'canceled' })
    answered.resolve()
    await expect.poll(() => server.deleted).toEqual(['/api/task/t'])
    expect(statuses()).toEqual({ 'a.jpg': 'canceled' })
  })

  it('of a canceled file that nobody answers keeps PhotoFerry from nothing, nor from quitting', async () => {
    const never = new Promise<never>(() => undefined)
    const { client, server, statuses, row } = await uploading(() => never)
    await expect.poll(() => server.requests).toHaveLength(1)
    await client.queue.cancel({ itemIds: [row('a.jpg').id] })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'canceled' })
    await client.queue.removeFinished({ all: true })
    const atMs = performance.now()
    await client.stop()
    expect(performance.now() - atMs).toBeLessThan(5_000)
  })
})

describe('an offer of a file that was not read yet', () => {
  const large = Buffer.alloc(9_000_000, 'large')
  const digests = { hash: digest('md5', large), sha256: digest('sha256', large) }
  const ends = digest('sha256', Buffer.concat([large.subarray(0, 65_536), large.subarray(-65_536)]))
  const layout = { ...wanted, chunkSize: 16_000_000 }
  const whole = { ...stored, size: large.length, md5: digests.hash, sha256: digests.sha256 }
  const send = (answer: Answering) => uploading(answer, { 'a.jpg': large })
  const isUnread = (json: Record<string, unknown> | null) => json?.hash === undefined

  it('names its ends and no digests, which come with the completion', async () => {
    const { server, statuses, seen } = await send(({ line }) => {
      if (line.endsWith('/complete')) return [200, whole]
      return [200, line.startsWith('PUT') ? receiptOf(undefined) : { ...layout, ends }]
    })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    const [offer, chunk, completion, ...others] = server.requests
    expect(offer?.json).toMatchObject({ fileSize: large.length, ends })
    expect(offer?.json).not.toHaveProperty('hash')
    expect(offer?.json).not.toHaveProperty('sha256')
    expect(chunk?.line).toBe('PUT /api/task/t/chunk/0')
    expect(completion?.json).toEqual(digests)
    expect(others).toEqual([])
    expect(seen()).not.toContain('hashing')
  })

  it.each([
    ['wants to know its digests', { digestsNeeded: true }],
    [
      'has it already, as it says of a file of which it knows only the ends',
      { ...held, ends, totalChunks: 1, chunkSize: 16_000_000 },
    ],
    ['still reads a stored file', checking],
  ])('is made again with both digests where the server %s', async (_, answer) => {
    const { server, statuses, details } = await send(({ json }) => {
      if (isUnread(json)) return ['checking' in answer ? 202 : 200, answer]
      return [200, { ...held, chunkSize: 16_000_000, sha256: digests.sha256 }]
    })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    expect(server.requests.map(({ line }) => line)).toEqual(['POST /api/task', 'POST /api/task'])
    expect(server.requests[1]?.json).toMatchObject({ ...digests, ends })
    expect(details()).toMatchObject({ sentBytes: 0, failedAttempts: [] })
  })

  it('is believed by nobody who says that other bytes are stored for it', async () => {
    const { statuses } = await send(() => [200, { ...held, ends, chunkSize: 16_000_000, sha256 }])
    await expect.poll(() => statuses()['a.jpg']).toMatch(/waiting|failed/)
  })

  it('is not made again to a server of before, whose task of it is deleted', async () => {
    let tasks = 0
    const { server, statuses, client, folder } = await send(({ line }) => {
      if (line.startsWith('PUT')) return [200, receiptOf(whole)]
      tasks += 1
      return [200, { ...layout, taskId: `t${tasks}` }]
    })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    expect(server.deleted).toEqual(['/api/task/t1'])
    writeFileSync(join(folder, 'in', 'b.jpg'), large)
    await client.intake.addPaths([join(folder, 'in', 'b.jpg')])
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done' })
    const offers = server.requests.filter(({ line }) => line === 'POST /api/task')
    expect(offers.map(({ json }) => isUnread(json))).toEqual([true, false, false])
  })
})

describe('a stored file', () => {
  it.each([
    ['crc32c', 'crc32c=:4waSgw==:'],
    ['sha-256', `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`],
    [undefined, `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`],
  ] as const)('was sent with the chunk digest that its server asked for: %s', async (chunkDigest, header) => {
    const { server, statuses, details } = await uploading(({ line }) =>
      line.startsWith('PUT')
        ? [200, receiptOf({ ...stored, sha256 })]
        : [200, { ...wanted, ...(chunkDigest && { chunkDigest }) }],
    )
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    const [, chunk] = server.requests
    expect(chunk?.line).toBe(`PUT /api/task/t/chunk/0?complete=${md5}&sha256=${sha256}`)
    expect(chunk?.headers['content-digest']).toBe(header)
    expect(details().confirmed).toMatchObject({ md5, sha256 })
  })

  it('of a server that knows no SHA-256 is compared by size and MD5, and no SHA-256 counts as confirmed', async () => {
    const older = await uploading(({ line }) => {
      if (line.startsWith('PUT')) return [200, { ...receiptOf(stored), stored: undefined }]
      return line.endsWith('/complete') ? [200, stored] : [200, wanted]
    })
    await expect.poll(older.statuses).toEqual({ 'a.jpg': 'done' })
    expect(older.server.requests.at(-1)?.json).toEqual({ hash: md5, sha256 })
    expect(older.details()).toMatchObject({ md5, sha256, confirmed: { md5, sha256: null } })
    const holding = await uploading(() => [200, held])
    await expect.poll(holding.statuses).toEqual({ 'a.jpg': 'done' })
    expect(holding.details()).toMatchObject({ md5, sha256, confirmed: { md5, sha256: null } })
  })

  it.each([
    ['MD5', { md5: '0'.repeat(32), sha256 }],
    ['size', { size: size + 1, md5, sha256 }],
    ['SHA-256', { md5, sha256: '0'.repeat(64) }],
    ['SHA-256 in place of bytes', null],
  ])('with another %s is not done, and both digests are computed anew', async (_which, digests) => {
    const { statuses, details } = await uploading(({ line }) => {
      if (digests === null) return [200, { ...held, sha256: '0'.repeat(64) }]
      return line.startsWith('PUT') ? [200, receiptOf({ ...stored, ...digests })] : [200, wanted]
    })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'waiting' })
    const { failedAttempts, ...rest } = details()
    expect(failedAttempts).toMatchObject([{ error: { code: 'digest-mismatch' } }])
    expect(rest).toMatchObject({ md5: null, sha256: null })
  })
})

describe('a completion', () => {
  /** Two chunks of the smallest size, so that the file is completed by a request of its own. */
  const chunkSize = 64 * 1024
  const bytes = Buffer.alloc(2 * chunkSize, 'x')
  const size = bytes.length
  const [md5, sha256] = [digest('md5', bytes), digest('sha256', bytes)]
  const stored = { fileName: 'a.jpg', size, md5, path: '/u', url: '/u', uploadTime: 5 }
  const inTwo = { ...wanted, chunkSize, totalChunks: 2 }
  const verifying = { verifying: true, verifiedBytes: 1, size }
  const refusal = { error: { code: 'digest-mismatch', message: 'These are other bytes.' } }

  type Completion = readonly [number, unknown] | Promise<readonly [number, unknown]>
  /** @param answers to the requests to complete, one after the other; the last of them for ever */
  function completing(...answers: Completion[]) {
    let asked = 0
    return uploading(
      async ({ line }) => {
        if (line.startsWith('PUT')) return [200, { chunkIndex: 0, uploaded: 2, total: 2, progress: 100 }]
        if (!line.endsWith('/complete')) return [200, inTwo]
        return (await answers[Math.min(asked++, answers.length - 1)]) ?? [500, {}]
      },
      { 'a.jpg': bytes },
    )
  }
  const asked = ({ server }: Awaited<ReturnType<typeof uploading>>) =>
    server.requests.filter(({ line }) => line.endsWith('/complete')).length

  it('that is answered with 202 is asked again, and is done only with the stored file', async () => {
    const verified = Promise.withResolvers<readonly [number, unknown]>()
    const run = await completing([202, verifying], [202, verifying], verified.promise)
    await expect.poll(run.statuses).toEqual({ 'a.jpg': 'verifying' })
    verified.resolve([200, { ...stored, sha256 }])
    await expect.poll(run.statuses).toEqual({ 'a.jpg': 'done' })
    expect(asked(run)).toBe(3)
    expect(run.details().confirmed).toMatchObject({ md5, sha256 })
  })

  it('that is answered with 202 and then with 422 never was done', async () => {
    const run = await completing([202, verifying], [202, verifying], [422, refusal])
    await expect.poll(run.statuses).toEqual({ 'a.jpg': 'waiting' })
    expect(asked(run)).toBe(3)
    expect(run.seen()).not.toContain('done')
    expect(run.details().failedAttempts).toMatchObject([{ error: { code: 'digest-mismatch' } }])
  })

  it.each([
    ['MD5', { md5: '0'.repeat(32), sha256 }],
    ['SHA-256', { md5, sha256: '0'.repeat(64) }],
    ['size', { size: size - 1, md5, sha256 }],
  ])('that is answered with a file of another %s is not done', async (_which, facts) => {
    const run = await completing([200, { ...stored, ...facts }])
    await expect.poll(run.statuses).toEqual({ 'a.jpg': 'waiting' })
    expect(run.seen()).not.toContain('done')
    expect(run.details().failedAttempts).toMatchObject([{ error: { code: 'digest-mismatch' } }])
  })
})
