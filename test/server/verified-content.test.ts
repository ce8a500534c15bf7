/** Before the only other copy of a file is deleted, the server reads its own: what it says then rests on no date of before. */
import { describe, expect, it } from 'vitest'
import { serve } from '../../server/serve.ts'
import { verifiedFileSchema } from '../../src/shared/protocol/wire.ts'
import { atEndOfFile } from '../end-of-file.ts'
import {
  bytesOf,
  Client,
  configFor,
  serverEnv,
  sha256,
  silentLog,
  start,
  temporaryFolder,
} from './harness.ts'
import { removeStored, rotStored } from './test-storage.ts'

async function verified(client: Client, content: Uint8Array, within = 0) {
  const query = new URLSearchParams({
    sha256: sha256(content),
    size: String(content.length),
    within: String(within),
  })
  const answer = await client.request('GET', `/api/verified?${query}`)
  expect(answer.status).toBe(200)
  return verifiedFileSchema.parse(answer.body).file
}

describe('a content that is asked for before its other copy is deleted', () => {
  it('is read at that moment, and named with its date', async () => {
    const { client } = await start()
    const bytes = bytesOf(300_000)
    await client.upload('card/IMG_1.CR3', bytes)
    const asked = Date.now()
    const found = await verified(client, bytes)
    expect(found).toMatchObject({ path: 'card/IMG_1.CR3', size: 300_000, sha256: sha256(bytes) })
    expect(Date.parse(found?.verifiedAt ?? '')).toBeGreaterThanOrEqual(asked)
    const again = await verified(client, bytes, 3_600)
    expect(again?.verifiedAt).toBe(found?.verifiedAt)
  })

  it('is not named where the stored bytes have rotted, although size and time are those of before', async () => {
    const dataDir = temporaryFolder()
    const server = await serve(configFor(dataDir, await serverEnv(dataDir)), silentLog, {})
    atEndOfFile(() => server.close())
    const client = new Client(server.url, server.token ?? '')
    const bytes = bytesOf(300_000)
    await client.upload('card/IMG_1.CR3', bytes)
    await rotStored(dataDir, 'card/IMG_1.CR3', 100_000, 1)
    expect(await verified(client, bytes)).toBeNull()
  })

  it('is found under another name where the first copy is gone', async () => {
    const dataDir = temporaryFolder()
    const server = await serve(configFor(dataDir, await serverEnv(dataDir)), silentLog, {})
    atEndOfFile(() => server.close())
    const client = new Client(server.url, server.token ?? '')
    const bytes = bytesOf(5_000)
    await client.upload('one/a.jpg', bytes)
    await client.upload('two/b.jpg', bytes)
    await removeStored(dataDir, 'one/a.jpg')
    expect(await verified(client, bytes)).toMatchObject({ path: 'two/b.jpg' })
    await removeStored(dataDir, 'two/b.jpg')
    expect(await verified(client, bytes)).toBeNull()
  })

  it('is not named for other bytes of the same size', async () => {
    const { client } = await start()
    await client.upload('a.jpg', bytesOf(5_000))
    expect(await verified(client, bytesOf(5_000))).toBeNull()
  })
})
