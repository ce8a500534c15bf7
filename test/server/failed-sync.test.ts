/**
 * A sync of the server that fails once and loses what was written since the last good one, as where Linux drops dirty pages:
 * whatever the dialect and whichever sync it is, no stored file ever differs from its source, and the client's retries end well.
 */
import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { firstChunks } from '../../server/uploads/chunk-plan.ts'
import { canFailSyncs, type FailingSync, failingSync, type SyncError } from '../failing-sync/failing-sync.ts'
import { type AppendProtocolName, appendProtocols, bringAppended } from './appending-clients.ts'
import { type Bring, dialects } from './bring.ts'
import { contractUpload, sendAll } from './contract-client.ts'
import { documentWays } from './document-clients.ts'
import { bytesOf, type Client, md5, spawnServer, start, temporaryFolder } from './harness.ts'
import { databaseServer } from './test-database.ts'
import { onDisk, putStored, storedBytes, storedFiles } from './test-storage.ts'

/** All of them take minutes. */
const isThorough = process.env.CRASH_ALL === '1'
const codes: readonly SyncError[] = isThorough ? ['EIO', 'ENOSPC', 'EDQUOT'] : ['EIO']
const mostSyncs = 40
const mostTries = 6
const timeout = { timeout: 600_000 }

/** How a file is brought and how large it is: one chunk, several, so many that it is synced on its way, a copy that the server makes itself, nothing at all. */
interface Case {
  readonly title: string
  readonly bring: Bring
  readonly bytes: number
  readonly isCopy?: boolean
}

const oneChunk = 40_000
const severalChunks = 200_000

/** The last chunk first: it waits in a partial of its own until another one reveals its place. */
const byContract: Bring = async (client, name, bytes) => {
  const upload = contractUpload(client.url, name, bytes, 60_000)
  const present = (await upload.check()).body.uploadedChunks as number[]
  const missing = firstChunks(upload.totalChunks).filter((index) => !present.includes(index))
  const replies = await sendAll(upload, missing.toReversed(), 1)
  replies.push(await upload.complete())
  for (const { status, body } of replies) if (status !== 200) throw new Error(JSON.stringify(body))
}
/** Neither a chunk of the server nor a part of one. */
const byAppending = Object.fromEntries(
  (Object.keys(appendProtocols) as AppendProtocolName[]).map((protocol): [string, Bring] => [
    protocol,
    (client, name, bytes) => bringAppended(protocol, client, name, bytes, { patchBytes: 45_000 }),
  ]),
)
const byDocuments = Object.fromEntries(
  Object.entries(documentWays(60_000)).map(([title, send]): [string, Bring] => [
    title,
    (client, name, bytes) => send(client.url, name, bytes),
  ]),
)
const ways = { ...dialects, contract: byContract, ...byAppending, ...byDocuments }

const cases: readonly Case[] = [
  ...Object.entries(ways).flatMap(([title, bring]): Case[] => [
    { title: `${title}, one chunk`, bring, bytes: oneChunk },
    { title: `${title}, several chunks`, bring, bytes: severalChunks },
  ]),
  {
    title: 'a file that is synced while it arrives',
    bring: dialects['native with SHA-256'] as Bring,
    bytes: 36_000_000,
  },
  { title: 'the chunk with its completion', bring: bringWithCompletion, bytes: oneChunk },
  ...Object.entries(byAppending).map(([title, bring]) => ({
    title: `an empty file, ${title}`,
    bring,
    bytes: 0,
  })),
  {
    title: 'a copy that the server makes',
    bring: dialects['native with SHA-256'] as Bring,
    bytes: 100_000,
    isCopy: true,
  },
]

/** As PhotoFerry sends a small file: in one request. */
async function bringWithCompletion(client: Client, name: string, bytes: Buffer): Promise<void> {
  const task = await client.offer(name, bytes)
  if (task.done) return
  const path = `${task.taskId}/chunk/0?complete=${md5(bytes)}`
  if (task.uploadedChunks.length === 0) {
    const answer = await client.put(`${task.taskId}`, `0?complete=${md5(bytes)}`, bytes)
    if (answer.status === 200 && answer.body.stored !== undefined) return
    throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  const answer = await client.finish(task.taskId, md5(bytes))
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

/** Tries as a client does, again and again. @returns how often it failed */
async function insist(bring: Bring, client: Client, name: string, bytes: Buffer): Promise<number> {
  for (let failures = 0; ; failures += 1) {
    try {
      await bring(client, name, bytes)
      return failures
    } catch (thrown) {
      if (failures === mostTries) throw thrown
    }
  }
}

interface Scene {
  readonly client: Client
  readonly dataDir: string
  readonly syncs: FailingSync
  /** Path in the library -> what it must hold. */
  readonly sources: Map<string, Buffer>
}

async function expectWhole({ dataDir, sources }: Scene, path: string): Promise<void> {
  expect((await storedBytes(dataDir, path)).equals(sources.get(path) ?? Buffer.alloc(0)), path).toBe(true)
}

/** Fails the first sync of a journey, then the second …, until a journey passes untouched. @returns how many failed */
async function failEach(
  scene: Scene,
  code: SyncError,
  number: number,
  { bring, bytes, isCopy }: Case,
): Promise<number> {
  for (let which = 1; which < mostSyncs; which += 1) {
    const name = `${code}-${number}-${which}.jpg`
    const source = bytesOf(bytes)
    scene.syncs.arm(0)
    if (isCopy === true) {
      await bring(scene.client, `first-${name}`, source)
      scene.sources.set(`first-${name}`, source)
    }
    scene.syncs.arm(which, '/', code)
    await insist(bring, scene.client, name, source)
    const failed = scene.syncs.failed()
    scene.syncs.arm(0)
    scene.sources.set(name, source)
    await expectWhole(scene, name)
    if (failed.length === 0) return which - 1
  }
  throw new Error('no journey passed untouched')
}

async function begin(): Promise<Scene & { end(): Promise<void> }> {
  const dataDir = realpathSync(temporaryFolder())
  const scratch = temporaryFolder()
  mkdirSync(join(dataDir, '.photoferry'), { recursive: true })
  const syncs = failingSync(scratch, dataDir)
  const child = await spawnServer(dataDir, { args: ['--no-auth'], env: syncs.env })
  const end = async () => {
    child.process.kill('SIGKILL')
    await child.exited
  }
  return { client: child.client, dataDir, syncs, sources: new Map(), end }
}

describe.runIf(onDisk && databaseServer === undefined && canFailSyncs)(
  'a sync of the server that fails once and loses what was written',
  () => {
    it.each([
      ['reads as zeros at once', false],
      ['can be read until it is read from the disk', true],
    ])(
      'never leaves a stored file that differs from its source: what is lost %s',
      timeout,
      async (_, hides) => {
        const scene = await begin()
        if (hides) scene.syncs.hide()
        for (const code of codes) {
          for (const [number, one] of cases.entries()) {
            const failed = await failEach(scene, code, number, one)
            // The file, its folder, and the ledger's commit at least.
            expect(failed, one.title).toBeGreaterThanOrEqual(3)
          }
        }
        // What can be read of the ledger counts there: its commit is made durable, and nothing is to be taken back.
        if (!hides) await takesBackItsName(scene)
        await takesBackANameOfAFolder(scene)
        await leavesAloneThePersonsFile(scene)
        if (hides) await reveal(scene)
        await scene.end()
        // What the next server reads is what the disk holds: every row has its file, and nothing else is in the library.
        const { server } = await start({ dataDir: scene.dataDir, args: ['--no-auth'] })
        expect(await storedFiles(scene.dataDir)).toEqual([...scene.sources.keys()].sort())
        for (const path of scene.sources.keys()) {
          await expectWhole(scene, path)
          const expected = path === 'person.jpg' ? undefined : { size: scene.sources.get(path)?.length }
          expect((await server.uploads.ledger.fileAt(path))?.size, path).toBe(expected?.size)
        }
      },
    )
  },
)

/** From now on every file shows what is on the disk. */
async function reveal({ client, syncs, sources }: Scene): Promise<void> {
  const bytes = bytesOf(oneChunk)
  syncs.reveal()
  expect((await client.upload('last.jpg', bytes)).status).toBe(200)
  sources.set('last.jpg', bytes)
}

/** The file has its name, its row is not committed; then its bytes fail to sync: the name must not stay. */
async function takesBackItsName({ client, dataDir, syncs, sources }: Scene): Promise<void> {
  const bytes = bytesOf(severalChunks)
  const task = await client.offer('named.jpg', bytes)
  await client.send(task, bytes)
  // Its commit makes the rows of the chunks as safe as itself.
  await client.upload('between.jpg', bytes.subarray(0, 9))
  sources.set('between.jpg', bytes.subarray(0, 9))
  syncs.arm(1, 'ledger.db-wal')
  expect((await client.finish(task.taskId, md5(bytes))).body.error?.code).toBe('storage-failed')
  expect(await storedFiles(dataDir)).toContain('named.jpg')
  syncs.arm(1, '/partial/')
  expect((await client.finish(task.taskId, md5(bytes))).body.error).toMatchObject({
    code: 'chunks-missing',
    details: { missingChunks: [0, 1, 2, 3] },
  })
  expect(await storedFiles(dataDir)).not.toContain('named.jpg')
  syncs.arm(0)
  expect((await client.upload('named.jpg', bytes)).status).toBe(200)
  sources.set('named.jpg', bytes)
}

/** The folder of the name fails to sync: after a power cut the name may be gone, so until it is given again it is not there. */
async function takesBackANameOfAFolder({ client, dataDir, syncs, sources }: Scene): Promise<void> {
  const [name, bytes] = ['shoot/one.jpg', bytesOf(oneChunk)]
  const task = await client.offer(name, bytes)
  await client.send(task, bytes)
  syncs.arm(1, 'uploads/shoot')
  expect((await client.finish(task.taskId, md5(bytes))).body.error?.code).toBe('storage-failed')
  expect(syncs.failed()).toHaveLength(1)
  syncs.arm(0)
  expect(await storedFiles(dataDir)).not.toContain(name)
  expect((await client.upload(name, bytes)).status).toBe(200)
  sources.set(name, bytes)
}

/** A file of the same content that the ledger does not know cannot be made durable: it is neither used nor removed. */
async function leavesAloneThePersonsFile({ client, dataDir, syncs, sources }: Scene): Promise<void> {
  const bytes = bytesOf(severalChunks)
  await putStored(dataDir, 'person.jpg', bytes)
  syncs.arm(1, 'uploads/person.jpg')
  const answer = await client.upload('person.jpg', bytes)
  syncs.arm(0)
  expect(answer.body.path).toBe('/uploads/person%20(2).jpg')
  sources.set('person.jpg', bytes)
  sources.set('person (2).jpg', bytes)
}
