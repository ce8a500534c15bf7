/**
 * The disk's operations with a record of what a power cut would lose: bytes written and not synced since, names whose
 * folder was not synced since. SIGKILL keeps what the system has in memory, so that no killed process can show this.
 */
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import type { Ledger } from '../../server/ledger/ledger.ts'
import { type FileOperations, nodeFiles } from '../../server/storage/disk/file-operations.ts'

/** The bytes of one file, whatever its names. */
interface Content {
  /** Counts writes, of which the first `syncedWrites` are on the disk. */
  writes: number
  syncedWrites: number
}

const changing = new Set(['write', 'writev', 'writeFile', 'appendFile', 'truncate', 'utimes'])

export class DurableDisk {
  readonly files: FileOperations
  readonly #contents = new Map<string, Content>()
  /** Names that a power cut would take away. */
  readonly #volatile = new Set<string>()

  /** @param below does what the operations say, so that a test can make one of them fail */
  constructor(below: FileOperations = nodeFiles) {
    this.files = {
      ...below,
      open: async (path, flags, mode) =>
        this.#handle(String(path), await below.open(path, flags, mode), flags),
      link: async (from, to) => {
        await below.link(from, to)
        this.#name(String(to), this.#content(String(from)))
      },
      rename: async (from, to) => {
        await below.rename(from, to)
        this.#name(String(to), this.#content(String(from)))
        this.#contents.delete(String(from))
      },
      copyFile: async (from, to, mode) => {
        await below.copyFile(from, to, mode)
        this.#name(String(to), { writes: 1, syncedWrites: 0 })
      },
      unlink: async (path) => {
        await below.unlink(path)
        this.#contents.delete(String(path))
        this.#volatile.delete(String(path))
      },
      mkdir: (async (path: string, options: object) => {
        const first = await below.mkdir(path, options)
        if (first !== undefined) this.addFolders(first, path)
        return first
      }) as FileOperations['mkdir'],
    }
  }

  /** Somebody else has written this file, and nobody knows whether it is on the disk. @param path absolute */
  addForeign(path: string): void {
    this.#name(path, { writes: 1, syncedWrites: 0 })
  }

  /** Folders that were just made, from the first to the deepest. */
  addFolders(first: string, deepest: string): void {
    for (let at = deepest; at.length >= first.length; at = dirname(at)) this.#volatile.add(at)
  }

  /** What of a file a power cut would take away now, in words. @param root a folder that was there before everything */
  lossOf(path: string, root: string): string[] {
    const content = this.#contents.get(path)
    if (content === undefined) return ['the whole file']
    const lost = content.writes > content.syncedWrites ? ['its bytes'] : []
    for (let at = path; at !== root; at = dirname(at)) {
      if (this.#volatile.has(at)) lost.push(`the name ${basename(at)}`)
    }
    return lost
  }

  #name(path: string, content: Content): void {
    this.#contents.set(path, content)
    this.#volatile.add(path)
  }

  #content(path: string): Content {
    const known = this.#contents.get(path) ?? { writes: 0, syncedWrites: 0 }
    this.#contents.set(path, known)
    return known
  }

  #handle(path: string, handle: FileHandle, flags: unknown): FileHandle {
    const creates = typeof flags === 'number' && (flags & constants.O_CREAT) !== 0
    if (creates && !this.#contents.has(path)) this.#name(path, { writes: 0, syncedWrites: 0 })
    return new Proxy(handle, {
      get: (_, name) => {
        const member: unknown = Reflect.get(handle, name)
        if (typeof member !== 'function') return member
        if (name === 'sync') return () => this.#sync(path, handle)
        if (typeof name === 'string' && changing.has(name)) this.#content(path).writes += 1
        return member.bind(handle)
      },
    })
  }

  /** What was there when it began is on the disk when it ends. */
  async #sync(path: string, handle: FileHandle): Promise<void> {
    const content = this.#content(path)
    const { writes } = content
    const names = [...this.#volatile].filter((name) => dirname(name) === path)
    await handle.sync()
    content.syncedWrites = Math.max(content.syncedWrites, writes)
    for (const name of names) this.#volatile.delete(name)
  }
}

/** A ledger that records each file it was given, and whether that and all before it survive a power cut. */
export interface WatchedLedger {
  readonly ledger: Ledger
  /** Stored path -> what a power cut would have taken away at some moment from when the row was begun, in words. */
  readonly rows: Map<string, string[]>
}

/**
 * @param lossOf what would be lost of a stored file, by its path below the library
 * @param ledger in SQLite
 */
export function watchLedger(ledger: Ledger, lossOf: (storedPath: string) => string[]): WatchedLedger {
  const levels = watchCommits()
  const rows = new Map<string, string[]>()
  const commit = async <Result>(path: string, work: () => Promise<Result>) => {
    const lost = lossOf(path)
    const before = levels.length
    const result = await work()
    // One level at least: that of the transaction with the row.
    if (levels.slice(before).at(-1) !== 'FULL') lost.push('its row')
    rows.set(path, lost)
    return result
  }
  const watched = new Proxy(ledger, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name === 'commitFile') {
        return (file: Parameters<Ledger['commitFile']>[0]) =>
          commit(file.storedPath, () => target.commitFile(file))
      }
      if (name === 'commitDuplicate') {
        return (...given: Parameters<Ledger['commitDuplicate']>) =>
          commit('a duplicate', () => target.commitDuplicate(...given))
      }
      return member.bind(target)
    },
  })
  return { ledger: watched, rows }
}

/** Fills up with the level of safety of each commit in this process, until the test is over. */
function watchCommits(): string[] {
  const levels: string[] = []
  const exec = DatabaseSync.prototype.exec
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    exec.call(this, sql)
    if (sql !== 'COMMIT') return
    const level = Number(this.prepare('PRAGMA synchronous').get()?.synchronous)
    levels.push(level >= 2 ? 'FULL' : 'less')
  }
  onTestFinished(() => {
    DatabaseSync.prototype.exec = exec
  })
  return levels
}
