/** What the recorded server is made to do: every dialect, every way a file can get its place, and what is given up. */
import type { Address, Told } from './wire.ts'
import {
  abortByContract,
  abortByTus,
  abortNatively,
  bringByContract,
  bringByTus,
  bringInBundle,
  bringNatively,
  createByTus,
  type NativeHabits,
} from './wire.ts'

/** What a person does in the library, without the server. */
export interface Person {
  /** Writes a file without syncing it. @param path in the library */
  put(path: string, bytes: Buffer): Promise<void>
  remove(path: string): Promise<void>
}

/** One file that is brought, or given up before it is whole. */
interface Step {
  run(address: Address, person: Person): Promise<readonly (Told | undefined)[]>
  /** Brings it to the end after a power cut, whatever is there of it. */
  finish(address: Address): Promise<readonly (Told | undefined)[]>
}

/** Bytes that tell where they belong: no sector of one file is one of another. */
function bytesFor(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += 32) bytes.write(`${name} ${at} `.padEnd(32, '.'), at)
  return bytes
}

const none = async () => []

function native(path: string, bytes: Buffer, habits: NativeHabits = {}): Step {
  const whole = { ...habits, chunks: undefined }
  return {
    run: async (address) => [await bringNatively(address, path, bytes, habits)],
    finish: async (address) => [
      await bringNatively(address, path, bytes, { digests: whole.digests ?? 'both' }),
    ],
  }
}

/** @param count of files that come at the same time, each in one request with its completion */
function together(folder: string, count: number): Step {
  const files = Array.from({ length: count }, (_, index) => ({
    path: `${folder}/small-${index}.jpg`,
    bytes: bytesFor(`${folder} ${index}`, 3_000 + 7_001 * index),
  }))
  const bring = (address: Address, habits: NativeHabits) =>
    Promise.all(files.map(({ path, bytes }) => bringNatively(address, path, bytes, habits)))
  return {
    run: (address) => bring(address, { completesWithChunk: true }),
    finish: (address) => bring(address, {}),
  }
}

/** Small files of which one is empty, in one request; after a power cut each comes by itself. */
function bundle(folder: string, count: number): Step {
  const files = Array.from({ length: count }, (_, index) => ({
    path: `${folder}/${index % 2}/bundled-${index}.jpg`,
    bytes: bytesFor(`${folder} bundled ${index}`, 9_001 * index),
  }))
  return {
    run: (address) => bringInBundle(address, files),
    finish: (address) => Promise.all(files.map(({ path, bytes }) => bringNatively(address, path, bytes))),
  }
}

function contract(name: string, bytes: Buffer, order: readonly number[] = []): Step {
  const bring = async (address: Address) => [await bringByContract(address, name, bytes, order)]
  return { run: bring, finish: bring }
}

function tus(name: string, bytes: Buffer): Step {
  let path: string | undefined
  return {
    run: async (address) => {
      path = await createByTus(address, name, bytes)
      return [await bringByTus(address, path, name, bytes)]
    },
    // A client whose upload is not known any more begins anew; where it was stored, that makes a second copy.
    finish: async (address) => {
      const known =
        path === undefined ? undefined : await bringByTus(address, path, name, bytes).catch(() => undefined)
      return [known ?? (await bringNatively(address, name, bytes))]
    },
  }
}

const only = (run: (address: Address, person: Person) => Promise<unknown>): Step => ({
  run: async (address, person) => {
    await run(address, person)
    return []
  },
  finish: none,
})

const large = bytesFor('large', 150_000)
const held = bytesFor('held', 100_000)
const adopted = bytesFor('adopted', 90_000)
const replaced = bytesFor('replaced', 20_000)
const replacement = bytesFor('replacement', 20_000)

/** The person's own files: until the server has stored them, nobody promises anything about them. */
export const personsFiles = ['card/adopted.jpg']

/** Its server dies when it has given it its name, before the ledger knows. */
const cutOff = native('cut-off/photo.jpg', bytesFor('cut off', 75_000))

interface Run {
  /** How the server ends after these. */
  readonly end: 'SIGTERM' | 'SIGKILL'
  readonly steps: readonly Step[]
  /** It dies before that, when it has given so many files their names: the step that met it fails. */
  readonly diesAtLink?: number
}

/** Its server dies when it has given some of its files their names. */
const cutOffBundle = bundle('cut-off/bundle', 6)

/** The server is started anew for each of these. */
export const workload: readonly Run[] = [
  {
    end: 'SIGTERM',
    steps: [
      native('trip/large.jpg', large),
      together('trip', 6),
      bundle('trip', 12),
      native('trip/md5.jpg', bytesFor('md5 alone', 70_000), { digests: 'md5' }),
      native('trip/later.jpg', bytesFor('unknown', 70_000), { digests: 'none' }),
      native('trip/empty.jpg', Buffer.alloc(0)),
      contract('contract.jpg', bytesFor('contract', 100_000), [3, 1]),
      tus('tus.jpg', bytesFor('tus', 100_000)),
      native('held.jpg', held),
      native('copies/deep/held.jpg', held),
      native('trip/large.jpg', large),
      native('trip/large.jpg', bytesFor('another large', 140_000)),
      only((address) => abortNatively(address, 'given-up.jpg', bytesFor('given up', 150_000))),
      only((address) => abortByContract(address, 'given-up.jpg', bytesFor('given up by contract', 80_000))),
      only((address) => abortByTus(address, 'given-up.jpg', bytesFor('given up by tus', 80_000))),
      {
        ...native('card/adopted.jpg', adopted),
        run: async (address, person) => {
          await person.put('card/adopted.jpg', adopted)
          return [await bringNatively(address, 'card/adopted.jpg', adopted)]
        },
      },
      native('replaced.jpg', replaced),
      native('half.jpg', bytesFor('half', 150_000), { chunks: 1 }),
    ],
  },
  {
    end: 'SIGKILL',
    steps: [
      native('half.jpg', bytesFor('half', 150_000)),
      together('second/day', 4),
      bundle('second/day', 5),
      {
        ...native('replaced.jpg', replacement),
        run: async (address, person) => {
          await person.remove('replaced.jpg')
          return [await bringNatively(address, 'replaced.jpg', replacement)]
        },
      },
      contract('small.jpg', bytesFor('small contract', 12_000)),
      native('second/left.jpg', bytesFor('left', 150_000), { chunks: 2 }),
      only((address) => createByTus(address, 'begun.jpg', bytesFor('begun', 50_000))),
    ],
  },
  { end: 'SIGKILL', diesAtLink: 1, steps: [cutOff] },
  { end: 'SIGKILL', diesAtLink: 3, steps: [cutOffBundle] },
  {
    end: 'SIGTERM',
    steps: [
      // The server has committed it by itself.
      cutOff,
      cutOffBundle,
      bundle('third/after/a/kill', 8),
      native('second/left.jpg', bytesFor('left', 150_000)),
      together('third/after/a/kill', 5),
      native('third/held.jpg', held),
      tus('third.jpg', bytesFor('third by tus', 60_000)),
      contract('third-by-contract.jpg', bytesFor('third by contract', 95_000), [0, 3, 2]),
      native('third/md5.jpg', bytesFor('third md5', 130_000), { digests: 'md5' }),
    ],
  },
]
