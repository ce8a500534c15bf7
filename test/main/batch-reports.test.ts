/** What a client tells its server of batches, and what a real server makes of it. */
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nameAll } from '../../src/main/client/name-batch.ts'
import type { KnownBatch, NamedFile, NamedFilesAnswer, NameFiles } from '../../src/shared/protocol/batches.ts'
import { noSkipRules } from '../../src/shared/skip-rules.ts'
import { olderServer } from '../crossing/older-server.ts'
import { serve, upload } from '../crossing/programs.ts'
import { begin, end, listed, storedName } from '../server/batch-client.ts'
import { start } from '../server/harness.ts'
import { receiver, verified, webhookSecret } from '../server/webhook-receiver.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

interface Server {
  readonly url: string
  readonly token: string
}

async function batchesAt({ url, token }: Server): Promise<readonly KnownBatch[]> {
  const answer = await fetch(`${url}/api/batches`, { headers: { Authorization: `Bearer ${token}` } })
  return ((await answer.json()) as { batches: KnownBatch[] }).batches
}

/** A way to the server on which requests about batches are cut while `isCut` says so. */
async function cutWay(port: number) {
  const way = { url: '', isCut: true, cut: 0, asked: [] as string[] }
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers, url: path = '' } = incoming
    if (path.startsWith('/api/batches')) {
      way.asked.push(`${method} ${path}`)
      if (way.isCut) {
        way.cut += 1
        incoming.socket.destroy()
        return
      }
    }
    const forwarded = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      pipeline(answer, outgoing, () => undefined)
    })
    pipeline(incoming, forwarded, () => undefined)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  way.url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return way
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at % 7}/ä ${at}.jpg`, 10 + at]))

describe('a client', () => {
  it('tells of a batch, and has it complete at the server when it is idle', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client } = await openTestClient(join(folder, 'state'), server)
    writeFiles(join(folder, 'Wedding'), { 'church/a.jpg': 3, 'party/b.jpg': 5, 'c & d.jpg': 2_000_000 })
    const [batchId] = await client.intake.addPaths([join(folder, 'Wedding')])
    await client.whenIdle()
    expect(await batchesAt(server)).toMatchObject([
      {
        ...{ batchId, name: 'Wedding', sender: 'owner', complete: true, failed: 0, leftOut: 0 },
        stored: { files: 3, bytes: 2_000_008 },
        announced: { files: 3, bytes: 2_000_008 },
      },
    ])
    // What is there already belongs to the next batch as well.
    writeFiles(join(folder, 'Wedding'), { 'more/e.jpg': 7 })
    await client.intake.addPaths([join(folder, 'Wedding', 'more'), join(folder, 'Wedding', 'church')])
    await client.whenIdle()
    expect((await batchesAt(server))[0]).toMatchObject({ complete: true, stored: { files: 2 } })
  })

  it('names more files than fit into one request', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client } = await openTestClient(join(folder, 'state'), server)
    writeFiles(join(folder, 'Many'), many(1_203))
    await client.intake.addPaths([join(folder, 'Many')])
    await client.whenIdle()
    expect(await batchesAt(server)).toMatchObject([{ complete: true, stored: { files: 1_203 } }])
  })

  it('does not have a batch complete of which something failed; what the person left out is only counted', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), { env: { MAX_FILE_SIZE: '1K' } })
    const options = { skipRules: { ...noSkipRules, patterns: ['*.xmp'] } }
    const patience = { firstContactMs: 5_000, returnMs: 5_000 }
    const { client } = await openTestClient(join(folder, 'state'), server, patience, options)
    writeFiles(join(folder, 'A'), { 'a.jpg': 3, 'large.jpg': 2_000, 'a.xmp': 4 })
    writeFiles(join(folder, 'B'), { 'b.jpg': 3, 'empty.jpg': 0 })
    writeFiles(join(folder, 'C'), { 'c.jpg': 3, 'c.xmp': 4 })
    for (const name of ['A', 'B', 'C']) await client.intake.addPaths([join(folder, name)])
    await client.whenIdle()
    const ended = await batchesAt(server)
    expect(Object.fromEntries(ended.map((batch) => [batch.name, batch]))).toMatchObject({
      A: { complete: false, failed: 1, leftOut: 1, stored: { files: 1 }, endedAt: expect.any(String) },
      B: { complete: false, failed: 1, leftOut: 0, stored: { files: 1 } },
      C: { complete: true, failed: 0, leftOut: 1, stored: { files: 1 } },
    })
  })

  it('uploads all the same where nothing can be told, and the next run tells it', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const way = await cutWay(server.port)
    const address = { url: way.url, token: server.token }
    const first = await openTestClient(join(folder, 'state'), address)
    writeFiles(join(folder, 'Wedding'), { 'a.jpg': 3, 'b.jpg': 5 })
    await first.client.intake.addPaths([join(folder, 'Wedding')])
    await first.client.whenIdle()
    await expect.poll(first.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done' })
    expect(first.log).toEqual([])
    await expect.poll(() => way.cut).toBeGreaterThan(0)
    await first.client.stop()
    expect(await batchesAt(server)).toEqual([])
    way.isCut = false
    await openTestClient(join(folder, 'state'), address)
    const isComplete = async () => (await batchesAt(server)).map(({ complete }) => complete)
    await expect.poll(isComplete, { timeout: 10_000 }).toEqual([true])
    // Once it is told, nobody tells it again.
    const asked = way.asked.length
    const third = await openTestClient(join(folder, 'other-state'), address)
    await third.client.whenIdle()
    expect(way.asked.length).toBe(asked)
  })

  it('asks a server of before once, and goes on without it', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const older = await olderServer(server.port)
    const way = await cutWay(Number(new URL(older.url).port))
    way.isCut = false
    const { client, statuses } = await openTestClient(join(folder, 'state'), {
      url: way.url,
      token: server.token,
    })
    for (const name of ['A', 'B', 'C']) {
      writeFiles(join(folder, name), { [`${name}.jpg`]: 3 })
      await client.intake.addPaths([join(folder, name)])
      await client.whenIdle()
    }
    await expect.poll(statuses).toEqual({ 'A.jpg': 'done', 'B.jpg': 'done', 'C.jpg': 'done' })
    expect(way.asked).toHaveLength(1)
    expect(await batchesAt(server)).toEqual([])
  })
})

describe('a batch that is sent by a command', () => {
  it('is open while its client is dead, complete once the same command ends, and told to the webhook', async () => {
    const folder = temporaryFolder()
    const to = await receiver()
    const env = { WEBHOOK_URL: to.url, WEBHOOK_SECRET: webhookSecret }
    const server = await serve(join(folder, 'data'), { env })
    writeFiles(join(folder, 'Wedding'), { ...many(300), 'clip.mp4': 40_000_000 })
    const first = upload([join(folder, 'Wedding')], server, join(folder, 'state'))
    await expect.poll(() => batchesAt(server), { timeout: 20_000 }).toHaveLength(1)
    first.child.kill('SIGKILL')
    await first.result
    const [open] = await batchesAt(server)
    expect(open).toMatchObject({ name: 'Wedding', complete: false, endedAt: null })
    expect(to.received).toEqual([])
    const again = await upload([join(folder, 'Wedding')], server, join(folder, 'state')).result
    expect(again.exitCode).toBe(0)
    const [batch] = await batchesAt(server)
    expect(batch).toMatchObject({ batchId: open?.batchId, complete: true, stored: { files: 301 } })
    await expect.poll(() => to.received.length, { timeout: 10_000 }).toBe(1)
    expect(verified(to.received[0] as never)).toMatchObject({
      type: 'batch.completed',
      data: { batchId: open?.batchId, stored: { files: 301 } },
    })
  })
})

describe('naming the files of a batch', () => {
  async function scene(count: number) {
    const { client, server } = await start()
    await begin(client, 'batch-01')
    const names: NamedFile[] = []
    for (let at = 0; at < count; at += 1)
      names.push(await storedName(client, `${1_000 + at}.jpg`, Buffer.from(`${at}`)))
    const pages: NameFiles[] = []
    const send = async (page: NameFiles) => {
      pages.push(page)
      const answer = await client.post('/api/batches/batch-01/files', page)
      expect(answer.status).toBe(200)
      return answer.body as unknown as NamedFilesAnswer
    }
    return { client, server, names, pages, send }
  }

  it('counts as failed what the server does not have as it is named, wherever it stands', async () => {
    const { client, names, send } = await scene(12)
    const absent = ['0', '1000x', '1005a', '2000'].map((name) => ({ ...names[0], path: `${name}.jpg` }))
    const all = [...names, ...(absent as NamedFile[])].sort((a, b) => (a.path < b.path ? -1 : 1))
    await nameAll(all, { failed: 0, leftOut: 1 }, send)
    expect(await listed(client)).toMatchObject([
      { complete: false, failed: 4, leftOut: 1, stored: { files: 12 }, announced: { files: 17 } },
    ])
  })

  it('begins anew where somebody else named files of the same batch meanwhile', async () => {
    const { client, names, pages, send } = await scene(4)
    let disturbed = false
    const disturb = async (page: NameFiles) => {
      const answer = await send(page)
      if (disturbed) return answer
      disturbed = true
      await end(client, 'batch-01', names.slice(0, 1), { failed: 1, leftOut: 0 })
      return { ...answer, after: 'elsewhere.jpg' }
    }
    await nameAll(names, { failed: 0, leftOut: 0 }, disturb)
    expect(await listed(client)).toMatchObject([{ complete: true, stored: { files: 4 } }])
    expect(pages).toHaveLength(2)
  })

  it('gives up where files go bad as fast as they are named', async () => {
    const { client, server, names, pages, send } = await scene(3)
    const { ledger, now } = server.uploads
    const { fileId } = await ledger.commitFile({
      ...((await ledger.fileAt('1000.jpg')) as never as object),
      ...{ taskId: 'f'.repeat(32), storedPath: 'bad.jpg', metadata: null },
    } as never)
    const spoil = async (page: NameFiles) => {
      await ledger.setFileVerified(fileId, { mtimeMs: 1, verifiedAtMs: 1, sha256: 'a'.repeat(64) })
      await ledger.setFileDamaged(fileId, 'bytes', now() + 60_000)
      return send(page)
    }
    await nameAll(names, { failed: 0, leftOut: 0 }, spoil)
    expect(pages).toHaveLength(3)
    expect(await listed(client)).toMatchObject([{ complete: false, failed: 0, stored: { files: 3 } }])
  })
})
