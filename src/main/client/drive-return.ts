/** What follows when a drive that files waited for may be back: they continue where they are proven to be, and nowhere else. */
import { join, relative } from 'node:path'
import type { DropRoot } from '../../shared/batch.ts'
import { isParked, type UploadItem } from '../../shared/upload.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import { type Drives, type Place, rootFor } from '../intake/drives.ts'
import { nameInLibrary } from '../intake/scan.ts'
import { stampSource } from '../intake/source-file.ts'
import type { ItemList } from '../queue/item-list.ts'
import { isWithin } from '../volumes/paths.ts'
import type { ItemDrives } from './item-drives.ts'

export interface DriveReturnDeps {
  readonly list: ItemList
  readonly drives: Drives
  readonly itemDrives: ItemDrives
  readonly hashPool: HashPool
  readonly isUnderWay: (itemId: string) => boolean
  /** Whether folders of a batch are being read. */
  readonly isRead: (batchId: string) => boolean
  /** These parked files can be read again. */
  readonly onReady: (items: readonly UploadItem[]) => void
  /** The folders of a batch can be read again. */
  readonly onReadable: (batchId: string) => void
}

/** Files of one dropped folder that wait for its drive. */
export interface Waiting {
  readonly batchId: string
  readonly root: DropRoot
  /** Parked files. */
  readonly itemIds: ReadonlySet<string>
}

/** So many files that are not there in a row, and a volume is not searched further. */
const mostMisses = 16

export class DriveReturn {
  readonly #deps: DriveReturnDeps
  /** Volumes that were searched for a folder; each is searched once for each time that it is connected. */
  readonly #searched = new Map<string, string>()
  readonly #stop = new AbortController()

  constructor(deps: DriveReturnDeps) {
    this.#deps = deps
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Looks for the drive that files wait for, and has those continue that it finds. */
  async tryAgain(waiting: Waiting): Promise<void> {
    const places = await this.#deps.drives.places(waiting.root)
    const key = `${waiting.batchId} ${waiting.root.root}`
    this.#forgetAllBut(key, places)
    for (const place of places) {
      if (place.likeness === 'same') return this.#continueAt(waiting, place)
      const volume = `${key} ${place.root.mountPoint}`
      if (this.#searched.has(volume)) continue
      this.#searched.set(volume, key)
      await this.#search(waiting, place)
    }
  }

  #forgetAllBut(key: string, places: readonly Place[]): void {
    const connected = new Set(places.map(({ root }) => `${key} ${root.mountPoint}`))
    for (const [volume, owner] of this.#searched) {
      if (owner === key && !connected.has(volume)) this.#searched.delete(volume)
    }
  }

  /** It is the very volume: what is to be read of the folder is read there. */
  #continueAt({ batchId, root, itemIds }: Waiting, place: Place): void {
    const { list, isUnderWay, isRead, onReady, onReadable } = this.#deps
    const parked = [...itemIds]
    if (place.root.root !== root.root) {
      const own = list.select({ batchIds: [batchId] }).filter((item) => this.#liesIn(item, root))
      // An attempt that is about to fail must still find its file's drive, and so must a scan that is about to end.
      if (isRead(batchId) || own.some(({ id }) => isUnderWay(id))) return
      this.#moveBatch(batchId, root, place.root)
      list.put(own.map((item) => moved(item, root, place.root)))
    }
    onReady(parked.flatMap((id) => list.get(id) ?? []))
    onReadable(batchId)
  }

  #liesIn(item: UploadItem, root: DropRoot): boolean {
    return this.#deps.itemDrives.rootOf(item)?.root === root.root
  }

  #moveBatch(batchId: string, from: DropRoot, to: DropRoot): void {
    const batch = this.#deps.list.batch(batchId)
    if (!batch) return
    const drives = batch.drives.map((root) => (root.root === from.root ? to : root))
    const unscannedNames: Record<string, string> = {}
    const unscannedPaths = batch.unscannedPaths.map((path) => {
      const isMoved = rootFor(batch.drives, path)?.root === from.root && isWithin(path, from.root)
      const now = isMoved ? movedPath(path, from, to) : path
      // Files that are on the list already keep the folder of the same name beside them.
      const name = batch.unscannedNames?.[path] ?? nameInLibrary(path)
      if (name !== nameInLibrary(now)) unscannedNames[now] = name
      return now
    })
    this.#deps.list.changeBatch(batchId, { drives, unscannedPaths, unscannedNames })
  }

  /** Another volume, or one that nobody can name: each file that is to continue there must have the bytes that are known of it. */
  async #search({ batchId, root, itemIds }: Waiting, place: Place): Promise<void> {
    const { list, itemDrives, onReady } = this.#deps
    let misses = 0
    for (const itemId of [...itemIds]) {
      const item = list.get(itemId)
      if (
        !item ||
        !isParked(item.state) ||
        item.payload !== null ||
        item.md5 === null ||
        item.sha256 === null
      )
        continue
      const found = await this.#compare(moved(item, root, place.root))
      // Same name, size and time, but other bytes: two cards, and this is the other one.
      if (found === 'differs' || this.#stop.signal.aborted) return
      misses = found === 'absent' ? misses + 1 : 0
      if (misses >= mostMisses) return
      const current = list.get(itemId)
      if (found === 'absent' || !current || !isParked(current.state)) continue
      if (place.root.root === root.root) itemDrives.prove(itemId, place.root.id)
      else this.#addRoot(batchId, place.root)
      onReady([moved(current, root, place.root)])
    }
  }

  async #compare(item: UploadItem): Promise<'agrees' | 'differs' | 'absent'> {
    const stamp = await stampSource(item).catch(() => null)
    if (stamp === null || stamp.size !== item.size || stamp.mtimeMs !== item.mtimeMs) return 'absent'
    const job = { path: item.sourcePath, size: item.size, checkpoint: null }
    const options = { signal: this.#stop.signal, onProgress: () => {} }
    const result = await this.#deps.hashPool.hash(job, options).catch(() => null)
    if (result === null || !('md5' in result)) return 'absent'
    return result.md5 === item.md5 && result.sha256 === item.sha256 ? 'agrees' : 'differs'
  }

  #addRoot(batchId: string, root: DropRoot): void {
    const batch = this.#deps.list.batch(batchId)
    if (!batch || batch.drives.some((known) => known.root === root.root)) return
    this.#deps.list.changeBatch(batchId, { drives: [...batch.drives, root] })
  }
}

/** The item at its drive's new place: what the file system numbers and stamps by itself is another one's after each mount. */
function moved(item: UploadItem, from: DropRoot, to: DropRoot): UploadItem {
  const sourcePath = from.root === to.root ? item.sourcePath : movedPath(item.sourcePath, from, to)
  return { ...item, sourcePath, ctimeMs: null, inode: null }
}

function movedPath(path: string, from: DropRoot, to: DropRoot): string {
  return join(to.root, relative(from.root, path))
}
