/** What a client and its server go through, each with a middle in which something else may happen too. */
import { appendFileSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { ServerAddress } from '../src/shared/servers.ts'
import { collidingPair } from './colliding-pair.ts'
import { seeded, writeRandomFile } from './crossing/photo-folder.ts'
import { type ServerProcess, serve, upload } from './crossing/programs.ts'
import { type OutageProxy, outageProxy } from './outage-proxy.ts'
import { filesInBundle, outageFiles, outageFolder, outages, smallShoot } from './outages.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { digestsBelow, sha256 } from './true-receipt.ts'

/** A middle of a trial. */
export interface Moment {
  readonly name: string
  /** What the client says of the connection then; null for nothing. */
  readonly sign: RegExp | null
  /** Fulfils when it is there. */
  begin(): Promise<void>
  /** What happens to the card while the client or its server is away. */
  whileAway(): void
  /** Fulfils when it is over. */
  end(): Promise<void>
}

export interface Trial {
  /** Absolute paths to drop. */
  readonly paths: readonly string[]
  readonly server: ServerProcess
  /** The server as the client reaches it. */
  readonly target: ServerAddress
  /** Absolute path of what the server has stored. */
  readonly library: string
  /** Of the client; a folder that is not there yet. */
  readonly stateDir: string
  readonly stillSeconds: number
  readonly skippedExtension: string | null
  readonly moments: readonly Moment[]
  /** How many files were dropped, and what becomes of them. */
  readonly counts: Counts
  /**
   * Every file that can be is stored, as it is now, and what was stored before is still there.
   * @param without absolute paths of files that were left out after all
   */
  expectStored(without?: readonly string[]): void
}

interface Counts {
  readonly dropped: number
  readonly done: number
  readonly failed: number
  readonly empty: number
  readonly skipped: number
}

const all = (files: number): Counts => ({ dropped: files, done: files, failed: 0, empty: 0, skipped: 0 })

const pollMs = { interval: 10, timeout: 120_000 }

interface Scene extends Pick<Trial, 'server' | 'target' | 'library' | 'stateDir'> {
  /** Absolute path of an empty folder. */
  readonly card: string
  readonly proxy: OutageProxy
}

/** @param paceMs how long each chunk and each bundle is held on its way */
async function scene(paceMs: number, serverArgs: string[] = []): Promise<Scene> {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'), { args: serverArgs })
  const proxy = await outageProxy(server.port, { paceMs, filesInBundle })
  const card = join(folder, 'card')
  mkdirSync(card)
  return {
    server,
    proxy,
    card,
    target: { url: proxy.url, token: server.token },
    library: join(folder, 'data', 'uploads'),
    stateDir: join(folder, 'state'),
  }
}

const nothing = () => undefined
const plain = { stillSeconds: 0, skippedExtension: null }

const untilSent = (proxy: OutageProxy, uploads: number) =>
  expect.poll(proxy.uploads, pollMs).toBeGreaterThanOrEqual(uploads)

/** Many files, and outages of four kinds while they are sent. */
async function outageTrial(): Promise<Trial> {
  const own = await scene(100)
  const { proxy, library } = own
  const shoot = outageFolder(own.card, outageFiles)
  const kinds = outages.filter(([name]) => ['502', '503', 'a portal’s web page', 'resets'].includes(name))
  const moments = kinds.map(([name, trouble, sign], index): Moment => {
    const share = (index + 1) / (kinds.length + 2)
    return {
      name,
      sign,
      begin: async () => {
        await untilSent(proxy, Math.ceil(outageFiles * share))
        proxy.set(trouble)
      },
      whileAway: nothing,
      end: async () => proxy.set(null),
    }
  })
  const expectStored = () => expect(digestsBelow(library)).toEqual(digestsBelow(own.card))
  return { ...own, ...plain, paths: [shoot], moments, counts: all(outageFiles), expectStored }
}

/** Bursts 3 s apart where the environment asks for it, as in test/main/files-in-motion.test.ts; less else. */
const pace =
  process.env.PHOTOFERRY_TEST_REAL_TIME === undefined
    ? { stillSeconds: 3, burstsMs: 600, burstBytes: 10_000 }
    : { stillSeconds: 5, burstsMs: 3_000, burstBytes: 1_000_000 }

/** A clip that is being written in bursts, one photo that is replaced meanwhile, one just before the batch is over. */
async function motionTrial(): Promise<Trial> {
  const own = await scene(0)
  const shoot = join(own.card, 'shoot')
  const random = seeded(5)
  const names = ['a.jpg', 'b.jpg', 'c.jpg']
  const paths = names.map((name) => join(shoot, name))
  for (const path of paths) writeRandomFile(path, 20_000, random)
  const [first = '', , last = ''] = paths
  const before = paths.map(sha256)
  const clip = join(shoot, 'clip.mov')
  let bursts = 0
  const burst = () => appendFileSync(clip, Buffer.alloc(pace.burstBytes, String(++bursts)))
  const untilBursts = (count: number) => expect.poll(() => bursts, pollMs).toBeGreaterThanOrEqual(count)
  burst()
  const writing = setInterval(burst, pace.burstsMs)
  onTestFinished(() => clearInterval(writing))
  const moment: Moment = {
    name: 'a clip is being written',
    sign: null,
    begin: async () => {
      await expect.poll(() => digestsBelow(own.library), pollMs).toEqual(expect.arrayContaining(before))
      await untilBursts(bursts + 1)
    },
    whileAway: () => replace(last),
    end: async () => {
      await untilBursts(bursts + 2)
      clearInterval(writing)
      replace(first)
    },
  }
  return {
    ...own,
    ...plain,
    stillSeconds: pace.stillSeconds,
    paths: [shoot],
    moments: [moment],
    counts: all(4),
    expectStored: () =>
      expect(digestsBelow(own.library)).toEqual(
        expect.arrayContaining([...before, ...[...paths, clip].map(sha256)]),
      ),
  }
}

/** Puts other bytes in the place of a file: as many, and with the same modification time. */
function replace(path: string): void {
  const { size, atime, mtime } = statSync(path)
  writeFileSync(`${path}.new`, Buffer.alloc(size, `instead of ${path}`))
  utimesSync(`${path}.new`, atime, mtime)
  renameSync(`${path}.new`, path)
}

const chunkBytes = 256 << 10
const chunksOfEach = 10

/**
 * Two files of several chunks with one MD5 and different bytes.
 * @param which both at once, or the second when the first is stored
 */
async function collidingTrial(which: 'both' | 'second'): Promise<Trial> {
  const own = await scene(500, ['--chunk-size', String(chunkBytes)])
  const pair = collidingPair(Buffer.alloc((chunksOfEach - 1) * chunkBytes, 'the same wedding '))
  const paths = pair.map((bytes, index) => {
    const path = join(own.card, `IMG_${index}.jpg`)
    writeFileSync(path, bytes)
    return path
  })
  const dropped = which === 'both' ? paths : paths.slice(1)
  if (which === 'second') {
    const { exitCode } = await upload(paths.slice(0, 1), own.target, own.stateDir).result
    expect(exitCode).toBe(0)
  }
  const before = own.proxy.uploads()
  const moment: Moment = {
    name: 'some chunks are there',
    sign: null,
    begin: () => untilSent(own.proxy, before + 2 * dropped.length),
    whileAway: nothing,
    end: async () => undefined,
  }
  return {
    ...own,
    ...plain,
    paths: dropped,
    moments: [moment],
    counts: all(dropped.length),
    expectStored: () => expect(digestsBelow(own.library)).toEqual(paths.map(sha256).sort()),
  }
}

const storedFiles = 24

/** Files that are stored, skipped by a rule, empty, and refused by the server for their size. */
async function mixtureTrial(): Promise<Trial> {
  const own = await scene(200, ['--max-file-size', '100000'])
  const shoot = smallShoot(own.card, storedFiles)
  const random = seeded(6)
  const photos = digestsBelow(shoot)
  for (const name of ['one.xmp', 'two.xmp', 'three.xmp']) writeRandomFile(join(shoot, name), 500, random)
  for (const name of ['zero.jpg', 'nil.jpg']) writeRandomFile(join(shoot, name), 0, random)
  writeRandomFile(join(shoot, 'large.jpg'), 200_000, random)
  const nothingStored = sha256(join(shoot, 'nil.jpg'))
  const moment: Moment = {
    name: 'some files are stored',
    sign: null,
    begin: () => untilSent(own.proxy, storedFiles / 3),
    whileAway: nothing,
    end: async () => undefined,
  }
  return {
    ...own,
    ...plain,
    paths: [shoot],
    skippedExtension: 'xmp',
    moments: [moment],
    counts: { dropped: storedFiles + 6, done: storedFiles, failed: 1, empty: 2, skipped: 3 },
    expectStored: (without = []) => {
      const left = without.map(sha256)
      const stored = digestsBelow(own.library).filter((digest) => digest !== nothingStored)
      expect(stored).toEqual(photos.filter((digest) => !left.includes(digest)))
    },
  }
}

/** Name -> makes the trial. */
const trials: Readonly<Record<string, () => Promise<Trial>>> = {
  'outages with many files': outageTrial,
  'files in motion': motionTrial,
  'two files of one MD5 at once': () => collidingTrial('both'),
  'two files of one MD5, one after the other': () => collidingTrial('second'),
  'a mixture of files': mixtureTrial,
}

/** In the long form (`npm run test:lid`) every trial is interrupted in every way; else each in one, all ways in turn. */
const isLongForm = process.env.PHOTOFERRY_LID_SECONDS !== undefined

/** The trials, each with the ways in which it is to be interrupted. */
export function trialsWith<Way>(
  ways: Readonly<Record<string, Way>>,
): (readonly [trial: string, prepare: () => Promise<Trial>, ways: readonly (readonly [string, Way])[]])[] {
  const all = Object.entries(ways)
  return Object.entries(trials).map(([name, prepare], index) => [
    name,
    prepare,
    isLongForm ? all : all.filter((_, way) => way === index % all.length),
  ])
}
