/**
 * F17 for the server: honest requests of every dialect, changed at up to four places or in their bytes, over raw sockets to a
 * server in a process of its own. `PHOTOFERRY_FUZZ` says how many.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { type AppendProtocolName, appendProtocols, bringAppended } from '../server/appending-clients.ts'
import { bundled, sendBundle } from '../server/bundling.ts'
import { contractUpload } from '../server/contract-client.ts'
import { bytesOf, Client, md5, temporaryFolder } from '../server/harness.ts'
import { isMemoryMeasured, type MeasuredServer, mebibyte, spawnMeasured } from '../server/measured-server.ts'
import { attemptsOf, bytesToSend, exchange, StatusCount } from './attempts.ts'
import { patientMs, runs } from './runs.ts'
import { type Known, kinds } from './server-requests.ts'

const root = temporaryFolder()
const dataDir = join(root, 'data')
const token = 'ann-secret'
/** Requests after which what they name is offered anew: some of them end it. */
const renewEvery = 10
let server: MeasuredServer
let client: Client

beforeAll(async () => {
  mkdirSync(join(root, 'outside'))
  writeFileSync(join(root, 'outside', 'canary.jpg'), 'precious')
  server = await spawnMeasured(dataDir, {
    env: { TOKENS: `ann:${token}`, MAX_FILE_SIZE: '1M', MAX_OPEN_TASKS: '1000000', LOG_LEVEL: 'error' },
  })
  client = new Client(server.client.url, token)
})

/** A task in each dialect of which nothing is there yet, and a file that is. */
async function open(name: string): Promise<Known> {
  const bytes = bytesOf(90_000)
  const { taskId } = await client.offer(`open/${name}.jpg`, bytes)
  const creation = {
    'Tus-Resumable': '1.0.0',
    'Upload-Length': String(bytes.length),
    'Upload-Metadata': `filename ${btoa(`${name}-tus.jpg`)}`,
  }
  const created = await client.request('POST', '/tus', { headers: creation })
  const tusId = String(created.headers.get('location')).split('/').at(-1) ?? ''
  return { taskId, tusId, bytes, storedPath: 'first.jpg' }
}

async function expectHonestUploads(round: string): Promise<void> {
  const bytes = bytesOf(150_000)
  const native = await client.upload(`honest/${round}.jpg`, bytes)
  expect(native).toMatchObject({ status: 200, body: { md5: md5(bytes) } })
  const small = bundled(`honest/${round}-bundled.jpg`, bytesOf(1_000))
  expect(await sendBundle(client, [small])).toMatchObject([{ state: 'stored' }])
  for (const protocol of Object.keys(appendProtocols) as AppendProtocolName[]) {
    const name = `honest-${round}-${protocol}.jpg`
    await bringAppended(protocol, client, name, bytesOf(150_000), { patchBytes: 50_000 })
  }
  const {
    md5: hash,
    fileName,
    totalChunks,
  } = contractUpload(client.url, `honest-${round}.jpg`, bytes, 200_000)
  const form = new FormData()
  for (const [name, value] of Object.entries({ md5: hash, fileName, totalChunks, chunkIndex: 0 })) {
    form.append(name, String(value))
  }
  form.append('chunk', new Blob([new Uint8Array(bytes)]))
  expect((await client.request('POST', '/api/upload-chunk', { body: form })).status).toBe(200)
  const whole = await client.post('/api/complete-upload', { md5: hash, fileName, totalChunks })
  expect(whole).toMatchObject({ status: 200, body: { success: true } })
}

const placesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' })

function expectNothingOutside(): void {
  expect(readdirSync(root).sort()).toEqual(['data', 'outside'])
  expect(placesIn(join(root, 'outside'))).toEqual(['canary.jpg'])
  expect(readFileSync(join(root, 'outside', 'canary.jpg'), 'utf8')).toBe('precious')
  // What a client with a folder sends lies in it, and nothing is a link.
  expect(readdirSync(join(dataDir, 'uploads'))).toEqual(['ann'])
  expect(placesIn(dataDir).filter((path) => lstatSync(join(dataDir, path)).isSymbolicLink())).toEqual([])
}

it('no request stops the server, makes it fail, or leads out of its folder, whatever is changed about it', {
  timeout: patientMs,
}, async () => {
  await client.upload('first.jpg', bytesOf(1_000))
  await expectHonestUploads('before')
  const before = isMemoryMeasured ? await server.heldBytes() : 0
  const { host, port } = new URL(client.url)
  const statuses = new StatusCount()
  let tried = 0
  let known = await open('0')
  const property = fc.asyncProperty(attemptsOf(Object.keys(kinds)), async (attempt) => {
    tried += 1
    if (tried % renewEvery === 0) known = await open(String(tried))
    const sent = bytesToSend(attempt, kinds[attempt.kind as keyof typeof kinds](known), host, token)
    statuses.add(sent, await exchange(Number(port), sent))
    expect(server.process.exitCode).toBeNull()
  })
  await fc.assert(property, runs('requests to the server'))
  await expectHonestUploads('after')
  console.log(`answers: ${statuses}`)
  expect(server.stderr()).toBe('')
  // Those that were changed too little to be refused show that the others were refused for the change.
  expect(statuses.of(200)).toBeGreaterThan(0)
  expect(statuses.of(400)).toBeGreaterThan(0)
  if (isMemoryMeasured) {
    const growth = (await server.heldBytes()) - before
    console.log(`memory: ${(growth / mebibyte).toFixed(1)} MiB more than before`)
    expect(growth).toBeLessThan(64 * mebibyte)
  }
  expectNothingOutside()
})
