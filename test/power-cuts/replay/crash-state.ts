/** Chooses what a power cut leaves of a disk, writes it into a folder, and knows it again by its hash. */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  applied,
  type ContentChange,
  changeNames,
  type DiskModel,
  type FileModel,
  type NameChange,
  type NameOrder,
  type Names,
  nameOrders,
} from './disk-model.ts'
import type { Random } from './random.ts'

/** How much of what is not durable is left: nothing, all, all names and no content, or a part that is chosen at random. */
const manners = ['nothing', 'all', 'names', 'content', 'torn', 'mixed'] as const
export type Manner = (typeof manners)[number]

export interface CrashState {
  /** Path -> file, without folders. */
  readonly files: ReadonlyMap<string, LeftFile>
  /** Paths of all folders, a parent before what is in it. */
  readonly folders: readonly string[]
  readonly hash: string
  /** For the report. */
  readonly order: NameOrder
  readonly manner: Manner
}

interface LeftFile {
  readonly bytes: Buffer
  readonly mtimeMs: number
}

const sectorSizes = [512, 4096]

/** @param manner left out, one is chosen */
export function crashState(disk: DiskModel, random: Random, manner = random.pick(manners)): CrashState {
  const order = random.pick(nameOrders)
  const names = leftNames(disk, order, manner, random)
  const files = new Map<string, LeftFile>()
  const folders: string[] = []
  const contents = new Map<number, LeftFile>()
  const visit = (folder: number, path: string) => {
    for (const [name, ino] of [...(names.get(folder) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const at = path === '' ? name : `${path}/${name}`
      if (disk.folders.has(ino)) {
        folders.push(at)
        visit(ino, at)
        continue
      }
      const file = disk.files.get(ino)
      if (!file) continue
      const left = contents.get(ino) ?? leftFile(file, manner, random)
      contents.set(ino, left)
      files.set(at, left)
    }
  }
  visit(disk.root, '')
  return { files, folders, hash: hashOf(files, folders), order, manner }
}

function leftNames(disk: DiskModel, order: NameOrder, manner: Manner, random: Random): Names {
  const names: Names = new Map(
    [...disk.durable[order]].map(([folder, entries]) => [folder, new Map(entries)]),
  )
  for (const change of leftChanges(disk.pending[order], order, manner, random)) changeNames(names, change)
  return names
}

function leftChanges(
  pending: readonly NameChange[],
  order: NameOrder,
  manner: Manner,
  random: Random,
): readonly NameChange[] {
  if (manner === 'nothing' || manner === 'content') return []
  if (manner === 'all' || manner === 'names') return pending
  if (order === 'ordered') return pending.slice(0, random.below(pending.length + 1))
  const share = random.pick([0.2, 0.5, 0.8])
  return pending.filter(() => random.chance(share))
}

function leftFile(file: FileModel, manner: Manner, random: Random): LeftFile {
  const own = manner === 'mixed' ? random.pick(['nothing', 'all', 'torn'] as const) : manner
  const keepsAll = own === 'all' || own === 'content'
  const keepsNone = own === 'nothing' || own === 'names'
  const keepsTime = keepsAll || (!keepsNone && random.chance(0.5))
  const { durableMtimeMs = unknownMtimeMs, pendingMtimeMs = durableMtimeMs } = file
  const mtimeMs = keepsTime ? pendingMtimeMs : durableMtimeMs
  if (file.pending.length === 0 || keepsNone) return { bytes: file.durable, mtimeMs }
  return { bytes: keepsAll ? file.current() : torn(file, random), mtimeMs }
}

/** Of a file whose time was never synced: fixed, so that equal states are known as equal. */
const unknownMtimeMs = 1_500_000_000_000

/** Some sectors of some writes; the size is that of the last one that is left, or the one that was to be. */
function torn(file: FileModel, random: Random): Buffer {
  const sector = random.pick(sectorSizes)
  const share = random.pick([0.1, 0.5, 0.9])
  const isPrefix = random.chance(0.3)
  const cut = random.below(file.pending.length + 1)
  const kept: ContentChange[] = []
  for (const [index, change] of file.pending.entries()) {
    if (isPrefix && index > cut) break
    // The write that the power cut met is torn, those before it are whole.
    if (isPrefix && index < cut) kept.push(change)
    else if (change.kind === 'write') kept.push(...sectorsOf(change, sector, share, random))
    else if (random.chance(share)) kept.push(change)
  }
  const left = applied(file.durable, kept)
  const whole = file.current().length
  if (left.length >= whole || random.chance(0.5)) return left
  // The size was written before the bytes: they read as zeros.
  return Buffer.concat([left, Buffer.alloc(whole - left.length)])
}

function* sectorsOf(
  { offset, bytes }: Extract<ContentChange, { kind: 'write' }>,
  sector: number,
  share: number,
  random: Random,
): Generator<ContentChange> {
  for (let start = 0; start < bytes.length; ) {
    const end = Math.min(bytes.length, start + sector - ((offset + start) % sector))
    if (random.chance(share)) {
      yield { kind: 'write', offset: offset + start, bytes: bytes.subarray(start, end) }
    }
    start = end
  }
}

/** Contents that are shared by many states are hashed once. */
const knownHashes = new WeakMap<Buffer, string>()

function hashOf(files: CrashState['files'], folders: readonly string[]): string {
  const hash = createHash('sha1')
  for (const folder of folders) hash.update(`${folder}/\n`)
  for (const [path, { bytes, mtimeMs }] of files) {
    const known = knownHashes.get(bytes) ?? createHash('sha1').update(bytes).digest('hex')
    knownHashes.set(bytes, known)
    hash.update(`${path}\n${known}\n${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** Writes the state into a folder, in place of all that is in it. */
export function writeState({ files, folders }: Pick<CrashState, 'files' | 'folders'>, target: string): void {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { mode: 0o700 })
  for (const folder of folders) mkdirSync(join(target, folder), { mode: 0o700 })
  for (const [path, { bytes, mtimeMs }] of files) {
    const file = join(target, path)
    writeFileSync(file, bytes, { mode: 0o600 })
    utimesSync(file, mtimeMs / 1000, mtimeMs / 1000)
  }
}
