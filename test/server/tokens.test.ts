/** Access tokens that are made, listed and revoked while the server runs; each with a folder and perhaps a quota. */
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLedger } from '../../server/ledger/open-ledger.ts'
import { bytesOf, Client, md5, type Started, spawnNode, start, temporaryFolder } from './harness.ts'
import { storedFiles } from './test-storage.ts'

async function token(dataDir: string, ...args: readonly string[]) {
  const child = spawnNode(['server/index.ts', 'token', ...args, '--data', dataDir])
  let out = ''
  child.process.stdout?.on('data', (piece: Buffer) => {
    out += piece.toString()
  })
  const code = await child.exited
  return { code, out: out.trim(), err: child.stderr() }
}

const fileOf = (dataDir: string) => join(dataDir, '.photoferry', 'tokens.json')

async function add({ server, dataDir }: Started, ...args: readonly string[]): Promise<Client> {
  const made = await token(dataDir, 'add', ...args)
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]{43}$/) })
  const client = new Client(server.url, made.out)
  await expect.poll(() => statusOf(client), { timeout: 5_000 }).toBe(200)
  return client
}

const statusOf = async (client: Client) => (await client.request('GET', '/api/stats')).status

describe('photoferry token', () => {
  it('makes tokens for a running server, each for its folder, and revokes them', async () => {
    const own = await start()
    const anna = await add(own, 'anna', '--folder', 'guests/anna')
    const all = await add(own, 'boss', '--folder', '/')
    expect((await anna.upload('a.jpg', bytesOf(10))).status).toBe(200)
    expect(await storedFiles(own.dataDir)).toEqual(['guests/anna/a.jpg'])
    expect((await anna.download('/uploads/guests/anna/a.jpg')).response.status).toBe(404)
    expect((await all.download('/uploads/guests/anna/a.jpg')).response.status).toBe(200)
    expect(await token(own.dataDir, 'revoke', 'anna')).toMatchObject({ code: 0, out: '' })
    await expect.poll(() => statusOf(anna), { timeout: 5_000 }).toBe(401)
    expect(await statusOf(all)).toBe(200)
    // The owner's own token is none that was made.
    expect(await statusOf(own.client)).toBe(200)
    expect(await storedFiles(own.dataDir)).toEqual(['guests/anna/a.jpg'])
  })

  it('lists them without what opens the library, and keeps them from others, also over a restart', async () => {
    const own = await start()
    const { token: secret } = await add(own, 'anna', '--quota', '1M')
    const [listed, json] = [await token(own.dataDir, 'list'), await token(own.dataDir, 'list', '--json')]
    expect(listed.out).toMatch(/^anna\t\/anna\t1048576 bytes\t\d{4}-/)
    expect(JSON.parse(json.out)).toMatchObject([{ name: 'anna', folder: 'anna', quotaBytes: 1_048_576 }])
    expect(listed.out + json.out).not.toContain(secret)
    expect(statSync(fileOf(own.dataDir)).mode & 0o077).toBe(0)
    await own.server.close()
    const again = await start({ dataDir: own.dataDir })
    expect(await statusOf(new Client(again.server.url, secret))).toBe(200)
  })

  it('holds a folder to its quota, unfinished uploads and such without a size included', async () => {
    const own = await start()
    const client = await add(own, 'anna', '--quota', '100K')
    expect((await client.upload('a.jpg', bytesOf(60 * 1024))).status).toBe(200)
    const offer = (fileName: string, fileSize: number) => client.post('/api/task', { fileName, fileSize })
    expect((await offer('b.jpg', 41 * 1024)).body.error?.code).toBe('storage-full')
    const open = await offer('c.jpg', 30 * 1024)
    expect(open.status).toBe(200)
    expect((await offer('d.jpg', 11 * 1024)).status).toBe(507)
    const simultaneous = await Promise.all(['e', 'f', 'g'].map((name) => offer(`${name}.jpg`, 4 * 1024)))
    expect(simultaneous.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(2)
    const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Defer-Length': '1' }
    const growing = await client.request('POST', '/tus', { headers: tus })
    const stated = await client.request('PATCH', String(growing.headers.get('Location')), {
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '0',
        'Upload-Length': '20000',
        'Content-Type': 'application/offset+octet-stream',
      },
      body: new Uint8Array(10),
    })
    expect(stated.status).toBe(507)
    expect((await client.request('DELETE', `/api/task/${open.body.taskId}`)).status).toBe(204)
    expect((await client.upload('h.jpg', bytesOf(20 * 1024))).status).toBe(200)
    // The others have what they had.
    expect((await own.client.upload('large.jpg', bytesOf(300 * 1024))).status).toBe(200)
  })

  it('sums up the files of a folder now and then, not for each offer, and admits no more for it', async () => {
    let sums = 0
    const tokens = JSON.stringify([
      { name: 'anna', token: 'anna-secret', quota: '300K' },
      { name: 'boss', token: 'boss-secret', folder: '/', quota: '350K' },
    ])
    const counting: typeof openLedger = async (...given) => {
      const ledger = await openLedger(...given)
      const totals = ledger.totals.bind(ledger)
      return Object.assign(ledger, {
        totals: (folder?: string) => {
          sums += 1
          return totals(folder)
        },
      })
    }
    // The clock stands: a sum stays fresh.
    const now = Date.now()
    const { server } = await start({
      env: { TOKENS: tokens },
      parts: { openLedger: counting, now: () => now },
    })
    const [anna, boss] = ['anna', 'boss'].map((name) => new Client(server.url, `${name}-secret`))
    if (!anna || !boss) throw new Error('none')
    const offer = (client: Client, fileName: string, kib: number) =>
      client.post('/api/task', { fileName, fileSize: kib * 1024 })
    // The whole library is summed up once, before its folder grows.
    expect((await offer(boss, 'a', 1)).status).toBe(200)
    for (let at = 0; at < 40; at += 1) await anna.upload(`${at}.jpg`, bytesOf(5 * 1024))
    expect(sums).toBeLessThanOrEqual(2)
    expect((await offer(boss, 'too-large', 150)).status).toBe(507)
    const simultaneous = await Promise.all(Array.from({ length: 20 }, (_, at) => offer(anna, `s${at}`, 8)))
    expect(simultaneous.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(12)
    expect((await offer(anna, 'large', 101)).status).toBe(507)
    // What others send counts for the whole library too.
    expect((await offer(boss, 'b', 40)).status).toBe(200)
    const used = (await server.uploads.ledger.totals()).bytes + (await server.uploads.ledger.announcedBytes())
    expect((await offer(boss, 'c', Math.floor(350 - used / 1024) + 1)).status).toBe(507)
    expect((await offer(boss, 'd', Math.floor(350 - used / 1024))).status).toBe(200)
  })

  it.each([
    ['a name that is taken', ['add', 'anna'], /two tokens have the name anna/],
    ['the name of the owner', ['add', 'owner', '--folder', '/'], /two tokens have the name owner/],
    ['a folder in that of another', ['add', 'ben', '--folder', 'anna/ben'], /inside the folder anna/],
    ['a folder outside', ['add', 'ben', '--folder', '../x'], /not inside the library/],
    ['a name with a space', ['add', 'a b'], /the name of a token/],
    ['a quota that is none', ['add', 'ben', '--quota', 'much'], /expected a size/],
    ['one that was never made', ['revoke', 'nobody'], /No token named nobody.*anna/],
  ])('refuses %s, and changes nothing', async (_, args, message) => {
    const own = await start()
    await add(own, 'anna')
    const before = readFileSync(fileOf(own.dataDir), 'utf8')
    const refused = await token(own.dataDir, ...args)
    expect(refused.code).not.toBe(0)
    expect(refused.err).toMatch(message)
    expect(readFileSync(fileOf(own.dataDir), 'utf8')).toBe(before)
    expect(existsSync(`${fileOf(own.dataDir)}.new`)).toBe(false)
  })

  it('says what it can do', async () => {
    const child = spawnNode(['server/index.ts', 'token'])
    expect(await child.exited).toBe(2)
    expect(child.stderr()).toContain('say add, list or revoke')
  })

  it('makes nothing beside a library that is not there', async () => {
    const refused = await token(temporaryFolder(), 'add', 'anna')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('There is no library')
  })
})

describe('the server', () => {
  it('keeps the tokens that it has when the file cannot be used, and refuses to start with it', async () => {
    const own = await start()
    const anna = await add(own, 'anna')
    writeFileSync(fileOf(own.dataDir), '{"version":1,"tokens":[{"name":"anna","tok')
    const told = await token(own.dataDir, 'list')
    expect(told.err).toContain('cannot be used')
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(await statusOf(anna)).toBe(200)
    await own.server.close()
    await expect(start({ dataDir: own.dataDir })).rejects.toThrow(/cannot be used/)
  })

  it('has all tokens of two commands that run at once, or is told that one of them did nothing', async () => {
    const own = await start()
    const names = ['one', 'two', 'three', 'four']
    const made = await Promise.all(names.map((name) => token(own.dataDir, 'add', name)))
    const done = names.filter((_, index) => made[index]?.code === 0)
    const listed = JSON.parse((await token(own.dataDir, 'list', '--json')).out) as { name: string }[]
    expect(listed.map(({ name }) => name).toSorted()).toEqual(done.toSorted())
    for (const { code, err } of made) if (code !== 0) expect(err).toContain('Another command')
    // What a command left that was killed stands in nobody's way for long.
    const left = `${fileOf(own.dataDir)}.new`
    writeFileSync(left, 'half')
    expect((await token(own.dataDir, 'add', 'five')).err).toContain('Another command')
    utimesSync(left, new Date(0), new Date(0))
    const five = await add(own, 'five')
    expect(md5(Buffer.from(five.token))).toHaveLength(32)
  })
})
