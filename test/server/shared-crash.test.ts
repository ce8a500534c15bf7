/**
 * F1 with two servers: one is killed before its k-th operation on ledger or bucket, and the other, which was there all
 * the time, goes on with the same upload at once. It ends well, and once.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { bring, nothing, other, photo, scenarios } from './crash-scenarios.ts'
import { dieAt } from './deaths.ts'
import { start, temporaryFolder } from './harness.ts'
import { ownBucket } from './own-bucket.ts'
import { ownMariadb, withoutMariadb } from './own-mariadb.ts'
import { databaseServer, databaseUrl } from './test-database.ts'

const own = databaseServer === undefined ? await ownMariadb() : undefined
const database = databaseServer ?? own?.url
if (database === undefined) console.log(withoutMariadb)
const bucket = await ownBucket()
// The server in this process takes its keys from here, as every program with the AWS SDK does.
Object.assign(process.env, bucket.env)

afterAll(async () => {
  await bucket.stop()
  await own?.stop()
})

/** A library of its own in the bucket and in the database. */
async function newLibrary(name: string): Promise<Record<string, string>> {
  const storage = bucket.env.STORAGE_URL?.replace('photos?', `photos/${encodeURIComponent(name)}?`) ?? ''
  return { ...bucket.env, STORAGE_URL: storage, DATABASE_URL: await databaseUrl(temporaryFolder(), database) }
}

/** Scenario -> how many files are stored in the end, where that is not the photo alone. */
const fileCounts: Readonly<Record<string, number>> = {
  'a name that is taken': 2,
  'a copy made by the server': 2,
  'a bundle': 3,
}

/** @returns whether the scenario was over before it came to that operation */
async function killAndGoOn(scenario: string, operation: number): Promise<boolean> {
  const env = await newLibrary(`${scenario} ${operation}`)
  const { server, client } = await start({ env, args: ['--no-auth'] })
  const { survived } = await dieAt(scenario, operation, env)
  await bring(server, 'a/b/photo.jpg', photo)
  if (scenario === 'a bundle') {
    await bring(server, 'a/other.jpg', other)
    await bring(server, 'empty.jpg', nothing)
  }
  const { ledger } = server.uploads
  const path = scenario === 'a name that is taken' ? 'a/b/photo%20(2).jpg' : 'a/b/photo.jpg'
  expect((await client.download(`/uploads/${path}`)).bytes.equals(photo)).toBe(true)
  expect((await ledger.totals()).files).toBe(fileCounts[scenario] ?? 1)
  // Without a digest beforehand the first task cannot be found again; it waits until it expires.
  const left = (await ledger.openTasks()).filter((task) => task.md5 !== null)
  expect(left).toEqual([])
  await server.close()
  return survived
}

// A few operations of one workload at every run, every one of all of them before a release.
const isWhole = process.env.CRASH_ALL === '1'
const chosen = isWhole ? Object.keys(scenarios) : ['the whole way']
const stride = isWhole ? 1 : 10

describe.skipIf(database === undefined)('one of two servers, killed before its k-th operation', () => {
  it.each(chosen)('is succeeded by the other: %s', { timeout: 300_000 }, async (scenario) => {
    let operation = 1
    let isOver = false
    const lane = async () => {
      while (!isOver) {
        const at = operation
        operation += stride
        if (
          await killAndGoOn(scenario, at).catch((thrown: unknown) => {
            throw new Error(`killed before operation ${at}`, { cause: thrown })
          })
        )
          isOver = true
      }
    }
    await Promise.all([lane(), lane()])
    expect(operation).toBeGreaterThan(20)
    console.log(`${scenario}: killed at each ${stride}th of about ${operation} operations`)
  })
})
