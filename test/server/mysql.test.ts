import mysql from 'mysql2/promise'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { Ledger } from '../../server/ledger/ledger.ts'
import { parseDatabaseUrl } from '../../server/ledger/mysql/database-url.ts'
import { openLedger } from '../../server/ledger/open-ledger.ts'
import { routes } from '../../src/shared/protocol/wire.ts'
import {
  type Answer,
  bytesOf,
  type Client,
  chunkOf,
  md5,
  sha256,
  spawnNode,
  start,
  temporaryFolder,
} from './harness.ts'
import { ownMariadb, withoutMariadb } from './own-mariadb.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'

const own = await ownMariadb()
const url = own?.url ?? ''
if (own === undefined) console.log(withoutMariadb)

const opened: Ledger[] = []
afterAll(async () => {
  await Promise.all(opened.map((ledger) => ledger.close()))
  await own?.stop()
})

let count = 0
async function newDatabase(): Promise<string> {
  count += 1
  await administer(`CREATE DATABASE test${count}`)
  return `${url}/test${count}`
}

async function administer(...statements: string[]): Promise<void> {
  const connection = await mysql.createConnection(url)
  for (const statement of statements) await connection.query(statement)
  await connection.end()
}

async function open(database: string, isShared: boolean): Promise<Ledger> {
  const settings = { DATA_DIR: temporaryFolder(), DATABASE_URL: parseDatabaseUrl(database) }
  const ledger = await openLedger(settings, { isShared, report: () => undefined })
  opened.push(ledger)
  return ledger
}

describe('DATABASE_URL', () => {
  it.each([
    ['postgres://u:secret@host/db', /expected mysql:/],
    ['mysql://u:sec#ret@host/db', /%23/],
    ['mysql://host/db', /user is missing/],
    ['mysql://u:secret@host', /name of the database/],
    ['mysql://u:secret@host/db?sssl=true', /unknown option sssl/],
    ['mysql://u:secret@host/db?connections=0', /from 1 to/],
    ['mysql://u:se%cret@host/db', /%25/],
  ])('refuses %s and says why, without the password', (text, reason) => {
    expect(() => parseDatabaseUrl(text)).toThrow(reason)
    expect(() => parseDatabaseUrl(text)).not.toThrow(/secret|ret@/)
  })

  it('reads a password with every character in it', () => {
    const password = '%/?#@:[] ü'
    const parsed = parseDatabaseUrl(
      `mariadb://me:${encodeURIComponent(password)}@[::1]:1/db?connections=3&tls=true`,
    )
    expect(parsed).toEqual({
      host: '::1',
      port: 1,
      user: 'me',
      password,
      database: 'db',
      connections: 3,
      tls: true,
    })
  })
})

describe.skipIf(own === undefined)('a server whose database cannot be used', () => {
  it.each([
    [() => 'mysql://root:secret@127.0.0.1:1/db', /root@127.0.0.1:1\/db cannot be reached .*Start it/],
    [() => url.replace('root', 'root:secret').concat('/mysql'), /refuses root@.*wrong user or password/],
    [() => `${url}/nowhere`, /no database nowhere .* CREATE DATABASE `nowhere`/],
  ])('says so in one sentence %#', async (address, sentence) => {
    const env = { DATABASE_URL: address() }
    const child = spawnNode(['server/index.ts', '--port', '0', '--data', temporaryFolder()], { env })
    expect(await child.exited).toBe(1)
    expect(child.stderr()).toMatch(sentence)
    expect(child.stderr()).not.toContain('secret')
    expect(child.stderr().trim().split('\n')).toHaveLength(1)
  })

  it('says which rights are missing', async () => {
    await newDatabase()
    await administer(`GRANT SELECT ON test${count}.* TO reader@'127.0.0.1' IDENTIFIED BY 'x'`)
    const reader = `${url.replace('root', 'reader:x')}/test${count}`
    await expect(open(reader, false)).rejects.toThrow(/user reader lacks permissions\. Grant it all rights/)
  })
})

describe.skipIf(own === undefined)('servers at one database', () => {
  it('do not start beside one that has its files for itself, until that has ended', async () => {
    const database = await newDatabase()
    const first = await open(database, false)
    await expect(open(database, false)).rejects.toThrow(/another PhotoFerry server is using/)
    await expect(open(database, true)).rejects.toThrow(/keeps its files on its own disk/)
    await first.close()
    // The database lets go of the lock once it has seen that the connection is gone.
    await vi.waitFor(() => open(database, true), 10_000)
    await open(database, true)
    await expect(open(database, false)).rejects.toThrow(/another PhotoFerry server is using/)
  })

  it('make the tables once when several start at the same time', async () => {
    const database = await newDatabase()
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => open(database, true)))
    for (const ledger of ledgers) expect(await ledger.openTasks()).toEqual([])
  })

  it('claim a name one at a time, and a claim ends with the connection of its server', async () => {
    const database = await newDatabase()
    const [one, other] = [await open(database, true), await open(database, true)]
    let lost = 0
    const onLost = () => {
      lost += 1
    }
    expect(await one.claims?.claim('a', onLost)).toBe(true)
    expect(await other.claims?.claim('a', onLost)).toBe(false)
    expect(await other.claims?.isClaimed('a')).toBe(true)
    one.claims?.release('a')
    await expect.poll(() => other.claims?.claim('a', onLost)).toBe(true)
    const connection = await mysql.createConnection(database)
    const [rows] = await connection.query<mysql.RowDataPacket[]>(
      'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
    )
    for (const { id } of rows) await connection.query(`KILL ${id}`)
    await connection.end()
    await expect.poll(() => lost).toBe(1)
    // Lost, and nothing is left to be given back.
    other.claims?.release('a')
    await expect.poll(() => one.claims?.claim('a', onLost).catch(() => false)).toBe(true)
    await expect.poll(() => other.claims?.claim('a', onLost).catch(() => undefined)).toBe(false)
  })
})

/** Asks until the database is there again. */
async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  const sinceMs = performance.now()
  while (performance.now() - sinceMs < 60_000) {
    const answer = await ask()
    // Still verifying, or somebody is at it.
    const isPatience = answer.status === 202 || answer.status === 423
    if (answer.status < 500 && !isPatience) return answer
    if (!isPatience) expect(answer.body.error?.code).toBe('server-unreachable')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('the database did not come back')
}

async function bringInsisting(client: Client, path: string, bytes: Buffer): Promise<void> {
  const offer = { fileName: path, fileSize: bytes.length, hash: md5(bytes), sha256: sha256(bytes) }
  const task = (await insist(() => client.post(routes.tasks, offer))).body
  if (task.done === true) return
  const { taskId, uploadedChunks, totalChunks, chunkSize } = task as never as Awaited<
    ReturnType<Client['offer']>
  >
  for (let index = 0; index < totalChunks; index += 1) {
    if (uploadedChunks.includes(index)) continue
    const chunk = bytes.subarray(index * chunkSize, (index + 1) * chunkSize)
    expect((await insist(() => client.put(taskId, index, chunk))).status).toBe(200)
  }
  expect((await insist(() => client.complete(taskId, md5(bytes)))).status).toBe(200)
}

describe.skipIf(own === undefined)('a database that is killed', () => {
  it('is waited for: what was received is kept, and the upload goes on', async () => {
    const { client, dataDir } = await start({ env: { DATABASE_URL: await newDatabase() } })
    const bytes = bytesOf(250_000)
    const task = await client.offer('a.jpg', bytes)
    for (const index of [0, 1]) await client.put(task.taskId, index, chunkOf(task, bytes, index))
    own?.kill()
    const refused = await client.put(task.taskId, 2, chunkOf(task, bytes, 2))
    expect([refused.status, refused.body.error?.code]).toEqual([503, 'server-unreachable'])
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await client.request('GET', routes.health)).status).toBe(200)
    await own?.start()
    const again = await insist(() =>
      client.post(routes.tasks, {
        fileName: 'a.jpg',
        fileSize: 250_000,
        hash: md5(bytes),
        sha256: sha256(bytes),
      }),
    )
    expect(again.body).toMatchObject({ taskId: task.taskId, uploadedChunks: [0, 1] })
    await bringInsisting(client, 'a.jpg', bytes)
    expect(await storedBytes(dataDir, 'a.jpg')).toEqual(bytes)
  })

  it('loses and doubles nothing of many uploads that it breaks off', async () => {
    const { client, dataDir, server } = await start({ env: { DATABASE_URL: await newDatabase() } })
    const contents = Array.from({ length: 40 }, () => bytesOf(100_000))
    const all = Promise.all(contents.map((bytes, index) => bringInsisting(client, `${index}.jpg`, bytes)))
    for (const pauseMs of [60, 150]) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      own?.kill()
      await own?.start()
    }
    await all
    const names = contents.map((_, index) => `${index}.jpg`).sort()
    expect(await storedFiles(dataDir)).toEqual(names)
    for (const [index, bytes] of contents.entries()) {
      expect(md5(await storedBytes(dataDir, `${index}.jpg`))).toBe(md5(bytes))
    }
    expect(await server.uploads.ledger.totals()).toMatchObject({ openTasks: 0, files: 40, bytes: 4_000_000 })
    expect(await partialNames(dataDir)).toEqual([])
  })
})
