/** Small files together, at real servers: each file has its own answer, whatever becomes of those that it travels with. */
import PQueue from 'p-queue'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServerApi, type ServerApi } from '../../../src/main/transfer/server-api.ts'
import { type SmallFile, SmallFiles } from '../../../src/main/transfer/small-files.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { maxPathBytes } from '../../../src/shared/protocol/wire.ts'
import { olderServer } from '../../crossing/older-server.ts'
import { outageProxy } from '../../outage-proxy.ts'
import { reverseProxy } from '../../reverse-proxy.ts'
import { type Bundled, bundled } from '../../server/bundling.ts'
import { bytesOf, type Started, start } from '../../server/harness.ts'
import { storedBytes, storedFiles } from '../../server/test-storage.ts'

const never = new AbortController().signal

/** Requests that were made, each with the count of its files, and how many bundles were on their way at once at most. */
interface Requests {
  readonly offers: number[]
  readonly bundles: number[]
  bundlesAtOnce: number
}

/** The real API, whose requests for many files are counted. */
function counted(api: ServerApi): { api: ServerApi; requests: Requests } {
  const requests: Requests = { offers: [], bundles: [], bundlesAtOnce: 0 }
  let open = 0
  const counting: ServerApi = {
    ...api,
    offer: (files, signal) => {
      requests.offers.push(files.length)
      return api.offer(files, signal)
    },
    sendBundle: async (files, signal) => {
      requests.bundles.push(files.length)
      open += 1
      requests.bundlesAtOnce = Math.max(requests.bundlesAtOnce, open)
      return await api.sendBundle(files, signal).finally(() => {
        open -= 1
      })
    },
  }
  return { api: counting, requests }
}

/** @param url where the server is reached; itself where left out */
function smallFilesOf({ client }: Started, url = client.url, turns = 3) {
  const { api, requests } = counted(createServerApi({ url, token: client.token }))
  onTestFinished(() => api.close())
  const queue = new PQueue({ concurrency: turns })
  const smallFiles = new SmallFiles(
    api,
    (send) => queue.add(send),
    () => turns,
  )
  const offer = (files: readonly Bundled[]) =>
    Promise.all(files.map(({ file }) => smallFiles.offer(file, never)))
  const send = (files: readonly Bundled[], facts: Partial<SmallFile> = {}) =>
    Promise.all(files.map((one) => smallFiles.send(small(one, facts), never)))
  return { api, requests, smallFiles, offer, send }
}

function small({ file, bytes }: Bundled, facts: Partial<SmallFile> = {}): SmallFile {
  const nothing = { assertFinal: async () => undefined, onStart: () => undefined }
  return { file, bytes: Buffer.from(bytes), ...nothing, ...facts }
}

const states = (answers: readonly ({ readonly state: string } | null)[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, (answer) => answer?.state ?? null)].map(([state, all]) => [state, all.length]),
  )

/** Files of some bytes under paths as long as any, of characters of three bytes each. */
function longNamed(count: number): Bundled[] {
  const folder = Array.from({ length: 4 }, () => '长'.repeat(81)).join('/')
  return Array.from({ length: count }, (_, nth) => {
    const path = `${folder}/${`${nth}`.padStart(maxPathBytes - 4 * 244, '.')}`
    return bundled(path, new Uint8Array(Buffer.from(`file ${nth}`)))
  })
}

describe('small files', () => {
  it('with the longest names are asked for and sent in requests whose answers the client accepts', async () => {
    const started = await start()
    const files = longNamed(600)
    expect(Buffer.byteLength(files[0]?.file.relativePath ?? '')).toBe(maxPathBytes)
    const first = smallFilesOf(started)
    expect(states(await first.offer(files))).toEqual({ wanted: 600 })
    expect(states(await first.send(files))).toEqual({ stored: 600 })
    const again = smallFilesOf(started)
    expect(states(await again.offer(files))).toEqual({ stored: 600 })
    expect(again.requests.bundles).toEqual([])
    expect(await storedFiles(started.dataDir)).toHaveLength(600)
  })

  it('with usual names go by the hundred', async () => {
    const started = await start()
    const files = Array.from({ length: 1_000 }, (_, nth) =>
      bundled(`Wedding/card 1/DCIM/100CANON/IMG_${nth}.jpg`, bytesOf(100)),
    )
    const { offer, send, requests } = smallFilesOf(started)
    expect(states(await offer(files))).toEqual({ wanted: 1_000 })
    expect(requests.offers).toEqual(Array(8).fill(125))
    expect(states(await send(files))).toEqual({ stored: 1_000 })
    // The last may go in several, where the first took long.
    expect(requests.bundles.slice(0, 3)).toEqual([256, 256, 256])
    expect(requests.bundles.slice(3).reduce((sum, files) => sum + files, 0)).toBe(232)
  })

  it('have no more bundles on their way than there are turns', async () => {
    const started = await start()
    const files = Array.from({ length: 300 }, (_, nth) => bundled(`${nth}.jpg`, bytesOf(40_000)))
    const { offer, send, requests } = smallFilesOf(started, undefined, 2)
    await offer(files)
    expect(states(await send(files))).toEqual({ stored: 300 })
    expect(requests.bundles.length).toBeGreaterThan(4)
    expect(requests.bundlesAtOnce).toBe(2)
  })

  it('are answered one by one: what is refused for its name or its size keeps none of the others', async () => {
    const started = await start({ env: { MAX_FILE_SIZE: '10K' } })
    const files = [
      bundled('a/good.jpg', bytesOf(9_000)),
      bundled('../out.jpg', bytesOf(10)),
      bundled('a/large.jpg', bytesOf(20_000)),
      bundled('a/also good.jpg', bytesOf(9_000)),
    ]
    const { offer, send } = smallFilesOf(started)
    const codes = (answers: readonly unknown[]) =>
      answers.map((answer) => (answer as { error?: { code: string } } | null)?.error?.code)
    const refusals = [undefined, 'name-invalid', 'file-too-large', undefined]
    expect(codes(await offer(files))).toEqual(refusals)
    expect(codes(await send(files))).toEqual(refusals)
    expect(await storedFiles(started.dataDir)).toEqual(['a/also good.jpg', 'a/good.jpg'])
  })

  it.each([
    ['known from then on', 65_537, 'known'],
    ['sent once more under a third, where they are tiny', 65_536, 'wanted'],
  ])('with equal bytes are both stored under their own paths, and %s', async (_what, size, state) => {
    const started = await start()
    const bytes = bytesOf(size)
    const files = [bundled('card 1/a.jpg', bytes), bundled('card 2/a.jpg', bytes)]
    const { offer, send, requests } = smallFilesOf(started)
    await offer(files)
    expect(states(await send(files))).toEqual({ stored: 2 })
    expect(requests.bundles).toEqual([2])
    for (const { file } of files)
      expect(await storedBytes(started.dataDir, file.relativePath)).toEqual(Buffer.from(bytes))
    expect(states(await offer([...files, bundled('card 3/a.jpg', bytes)]))).toEqual({ stored: 2, [state]: 1 })
  })

  it('that have changed when their bundle starts stay behind, and the others are sent', async () => {
    const started = await start()
    const { offer, smallFiles, requests } = smallFilesOf(started)
    const files = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => bundled(name, bytesOf(1_000)))
    await offer(files)
    const changed = new UploadError('source-changed', 'b.jpg has changed.')
    const began: string[] = []
    const results = await Promise.allSettled(
      files.map((one) => {
        const { fileName } = one.file
        const assertFinal = async () => {
          if (fileName === 'b.jpg') throw changed
        }
        return smallFiles.send(small(one, { assertFinal, onStart: () => began.push(fileName) }), never)
      }),
    )
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: changed })
    expect(began).toEqual(['a.jpg', 'c.jpg'])
    expect(requests.bundles).toEqual([2])
    expect(await storedFiles(started.dataDir)).toEqual(['a.jpg', 'c.jpg'])
  })
})

describe('a server that knows no bundles', () => {
  it('is asked once, and gets every file as a task', async () => {
    const started = await start()
    const older = await olderServer(Number(new URL(started.client.url).port))
    const { offer, smallFiles, requests } = smallFilesOf(started, older.url)
    const files = Array.from({ length: 3 }, (_, nth) => bundled(`${nth}.jpg`, bytesOf(100)))
    expect(smallFiles.mayTake(100)).toBe(true)
    expect(await offer(files)).toEqual([null, null, null])
    expect(smallFiles.mayTake(100)).toBe(false)
    expect(await offer(files)).toEqual([null, null, null])
    expect(requests.offers).toEqual([3])
  })

  it('by now, since somebody put an older release in its place, fails for no file', async () => {
    const started = await start()
    const proxy = await outageProxy(Number(new URL(started.client.url).port))
    const { offer, send, smallFiles } = smallFilesOf(started, proxy.url)
    const files = Array.from({ length: 3 }, (_, nth) => bundled(`${nth}.jpg`, bytesOf(100)))
    expect(states(await offer(files))).toEqual({ wanted: 3 })
    const error = { code: 'not-found', message: 'There is nothing at POST /api/bundle.' }
    proxy.set({
      only: ({ url }) => url === '/api/bundle',
      answer: (outgoing, incoming) => {
        incoming.resume()
        outgoing.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
      },
    })
    expect(await send(files)).toEqual([null, null, null])
    expect(smallFiles.mayTake(100)).toBe(false)
  })
})

describe('a request that is refused as a whole', () => {
  it('says nothing of any of its files: each is offered as a task', async () => {
    const started = await start()
    const { offer, send, smallFiles } = smallFilesOf(started)
    const good = bundled('good.jpg', bytesOf(100))
    // A time that no date can name: the server refuses the request that has it.
    const odd = bundled('odd.jpg', bytesOf(100), { lastModified: 9e15 })
    expect(await offer([good, odd])).toEqual([null, null])
    expect(states(await offer([good]))).toEqual({ wanted: 1 })
    expect(await send([good, odd])).toEqual([null, null])
    expect(smallFiles.mayTake(100)).toBe(true)
    expect(states(await send([good]))).toEqual({ stored: 1 })
  })
})

describe('a proxy that refuses large bodies without a word', () => {
  const proxied = async (maxBodyBytes: number) => {
    const started = await start()
    const { url, seen } = await reverseProxy(Number(new URL(started.client.url).port), {
      maxBodyBytes: () => maxBodyBytes,
    })
    const refused = () => seen.filter(({ status }) => status === 413).map(({ path }) => path)
    return { started, refused, ...smallFilesOf(started, url, 1) }
  }

  it('gets smaller bundles, and chunks learn from it', async () => {
    const { api, started, offer, send, refused } = await proxied(600_000)
    const files = Array.from({ length: 60 }, (_, nth) => bundled(`${nth}.jpg`, bytesOf(50_000)))
    await offer(files)
    expect(states(await send(files))).toEqual({ stored: 60 })
    expect(refused()).toEqual(['/api/bundle', '/api/bundle'])
    expect(api.chunkLimit.bytes).toBeLessThanOrEqual(600_000)
    expect(await storedFiles(started.dataDir)).toHaveLength(60)
  })

  it('gets a file that does not fit alone as a task, in chunks', async () => {
    const { offer, send } = await proxied(600_000)
    const files = [bundled('large.jpg', bytesOf(700_000)), bundled('small.jpg', bytesOf(5_000))]
    await offer(files)
    expect(states(await send(files))).toEqual({ null: 1, stored: 1 })
  })

  it('gets smaller lists of offers too', async () => {
    const { offer, refused } = await proxied(100_000)
    expect(states(await offer(longNamed(300)))).toEqual({ wanted: 300 })
    expect(new Set(refused())).toEqual(new Set(['/api/offers']))
  })
})
