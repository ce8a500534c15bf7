/**
 * What is on a disk while a log is replayed: for every file what is durable and what is only written, for every folder
 * which names are durable and which changes of names are not. crash-state.ts chooses from it what a power cut leaves.
 *
 * Two kinds of file systems are followed at once, since they differ in when a name is durable:
 * - `ordered` (ext4 with data=ordered, XFS): changes of names are journaled in their order, so that a power cut leaves a
 *   beginning of them, and a sync of any file or folder (but not one of data alone) makes all of them durable that came before.
 * - `unordered` (what POSIX promises; near to Btrfs, whose log of a sync holds only what was asked for): a change of a name
 *   is durable once its folder was synced, and of those that are not each may be there or not.
 * For both, a rename or a link is there as a whole or not at all. The content of a file is durable once it was synced itself;
 * of later writes, sizes and times any may be there, any sector of them, over older bytes or over zeros.
 */
import type { Operation } from './read-log.ts'

export type NameOrder = 'ordered' | 'unordered'
export const nameOrders: readonly NameOrder[] = ['ordered', 'unordered']

export type ContentChange =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'extend'; readonly size: number }

export class FileModel {
  readonly ino: number
  /** Never changed in place: the same buffer stands for the same bytes. */
  durable: Buffer = Buffer.alloc(0)
  durableMtimeMs: number | undefined
  pending: ContentChange[] = []
  pendingMtimeMs: number | undefined

  constructor(ino: number) {
    this.ino = ino
  }

  /** With all that was written. */
  current(): Buffer {
    return this.pending.length === 0 ? this.durable : applied(this.durable, this.pending)
  }

  sync(mtimeMs: number, withTime: boolean): void {
    this.durable = this.current()
    this.pending = []
    if (!withTime) return
    this.durableMtimeMs = mtimeMs
    this.pendingMtimeMs = undefined
  }
}

/** The content after these changes. */
export function applied(base: Buffer, changes: readonly ContentChange[]): Buffer {
  let content = Buffer.from(base)
  const resize = (size: number) => {
    const next = Buffer.alloc(size)
    content.copy(next, 0, 0, Math.min(size, content.length))
    content = next
  }
  for (const change of changes) {
    if (change.kind === 'size') resize(change.size)
    else if (change.kind === 'extend') resize(Math.max(content.length, change.size))
    else {
      const end = change.offset + change.bytes.length
      if (end > content.length) resize(end)
      change.bytes.copy(content, change.offset)
    }
  }
  return content
}

/** Folder (by number) -> name -> what has it (by number). */
export type Names = Map<number, Map<string, number>>

interface Entry {
  readonly folder: number
  readonly name: string
  readonly ino: number
}

/** One change of names that is there as a whole or not at all. */
export interface NameChange {
  readonly removed: readonly Entry[]
  readonly added: readonly Entry[]
}

/** Changes the names; a removed name that stands for something else by now stays. */
export function changeNames(names: Names, { removed, added }: NameChange): void {
  for (const { folder, name, ino } of removed) {
    if (names.get(folder)?.get(name) === ino) names.get(folder)?.delete(name)
  }
  for (const { folder, name, ino } of added) {
    const entries = names.get(folder) ?? new Map<string, number>()
    names.set(folder, entries.set(name, ino))
  }
}

export class DiskModel {
  readonly files = new Map<number, FileModel>()
  readonly folders = new Set<number>()
  /** As the running program sees them. */
  readonly current: Names = new Map()
  readonly durable: Readonly<Record<NameOrder, Names>> = { ordered: new Map(), unordered: new Map() }
  readonly pending: Record<NameOrder, NameChange[]> = { ordered: [], unordered: [] }
  root = 0

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'root':
        this.root = operation.ino
        this.folders.add(operation.ino)
        return
      case 'create':
        this.files.set(operation.ino, new FileModel(operation.ino))
        this.#change({ removed: [], added: [this.#entry(operation.path, operation.ino)] })
        return
      case 'mkdir':
        this.folders.add(operation.ino)
        // A number that a folder had before may come again.
        for (const names of [this.current, ...Object.values(this.durable)]) names.delete(operation.ino)
        this.#change({ removed: [], added: [this.#entry(operation.path, operation.ino)] })
        return
      case 'link':
        this.#change({ removed: [], added: [this.#entry(operation.path, operation.ino)] })
        return
      case 'rename':
        this.#change({
          removed: [this.#entry(operation.from, operation.ino)],
          added: [this.#entry(operation.to, operation.ino)],
        })
        return
      case 'unlink':
      case 'rmdir':
        this.#change({ removed: [this.#existing(operation.path)], added: [] })
        return
      case 'sync':
      case 'sync-data':
        this.#sync(operation.ino, operation.mtimeMs, operation.kind === 'sync')
        return
      case 'write':
      case 'size':
      case 'extend':
        this.#file(operation.ino).pending.push(operation)
        return
      case 'time':
        if (!this.folders.has(operation.ino)) this.#file(operation.ino).pendingMtimeMs = operation.mtimeMs
        return
      case 'mark':
      case 'sent':
    }
  }

  #change(change: NameChange): void {
    changeNames(this.current, change)
    for (const order of nameOrders) this.pending[order].push(change)
  }

  #sync(ino: number, mtimeMs: number, withTime: boolean): void {
    // A sync of data alone need not write the journal.
    if (withTime) {
      for (const change of this.pending.ordered) changeNames(this.durable.ordered, change)
      this.pending.ordered = []
    }
    if (!this.folders.has(ino)) {
      this.#file(ino).sync(mtimeMs, withTime)
      return
    }
    const isOf = ({ removed, added }: NameChange) =>
      [...removed, ...added].some(({ folder }) => folder === ino)
    for (const change of this.pending.unordered) {
      if (isOf(change)) changeNames(this.durable.unordered, change)
    }
    this.pending.unordered = this.pending.unordered.filter((change) => !isOf(change))
  }

  #file(ino: number): FileModel {
    const file = this.files.get(ino)
    if (file) return file
    throw new Error(`The log changes the file with number ${ino}, but does not say when it was made.`)
  }

  #entry(path: string, ino: number): Entry {
    const parts = path.split('/')
    const name = parts.pop() ?? ''
    return { folder: this.#folder(parts, path), name, ino }
  }

  #folder(parts: readonly string[], path: string): number {
    let folder = this.root
    for (const part of parts) {
      const next = this.current.get(folder)?.get(part)
      if (next === undefined) throw new Error(`The log knows no folder for ${path}.`)
      folder = next
    }
    return folder
  }

  #existing(path: string): Entry {
    const { folder, name } = this.#entry(path, 0)
    const ino = this.current.get(folder)?.get(name)
    if (ino === undefined) throw new Error(`The log removes ${path}, but does not say when it was made.`)
    return { folder, name, ino }
  }
}
