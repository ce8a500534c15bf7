/** The inbox: copies of files that were dropped onto a page. The queue owns them and deletes each when it is done. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { syncFolderNow } from '../disk/sync-folder.ts'

/** A whole copy that no list names. */
export interface UnlistedCopy {
  /** Absolute path. */
  readonly path: string
  /** The batch that it came with. */
  readonly batchId: string
  /** Path inside its drop, as the page gave it; null where that is not known. */
  readonly relativePath: string | null
}

/** One of which it is known which file it is. */
export type NamedCopy = UnlistedCopy & { readonly relativePath: string }

/** Which copies the list knows, by absolute path. */
export interface ListedCopies {
  /** Every copy of an item on the list. */
  readonly named: ReadonlySet<string>
  /** Those of them that are still needed. */
  readonly needed: ReadonlySet<string>
}

export class Inbox {
  readonly #stateDir: string
  readonly #root: string
  readonly #names: string

  /**
   * @param stateDir absolute path; the copies live in `staging/<batchId>/…` below it, and what they are called in
   * `staging-names/`, for the case that the list is lost
   */
  constructor(stateDir: string) {
    this.#stateDir = stateDir
    this.#root = join(stateDir, 'staging')
    this.#names = join(stateDir, 'staging-names')
  }

  /** Makes the folder of one drop and returns its absolute path. Its name is on disk: else a power cut takes its files. */
  open(batchId: string): string {
    const folder = join(this.#root, batchId)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    syncFolderNow(this.#root)
    syncFolderNow(this.#stateDir)
    return folder
  }

  /** Notes what a copy is called, beside the list. @param relativePath path inside the drop */
  nameCopy(path: string, relativePath: string): void {
    try {
      mkdirSync(this.#names, { recursive: true, mode: 0o700 })
      writeFileSync(this.#nameOf(path), `${relativePath}\n`, { mode: 0o600 })
    } catch {
      // The list has the name too.
    }
  }

  /** Deletes an inbox copy and the folders that are empty then; never touches anything outside the inbox. */
  release(path: string): void {
    if (!this.#isInside(path)) return
    rmSync(path, { force: true })
    rmSync(this.#nameOf(path), { force: true })
    this.#prune(dirname(path))
  }

  /**
   * Deletes copies that the list no longer needs, and parts of files that never arrived whole: no page was told that they
   * had. Call it before any drop is open.
   * @returns whole copies that the list does not name, which are kept: somebody was told that they are safe here
   */
  sweep(listed: ListedCopies): UnlistedCopy[] {
    const isOwn = lstatSync(this.#root, { throwIfNoEntry: false })?.isDirectory() === true
    const unlisted = isOwn ? this.#sweepFolder(this.#root, listed) : []
    const kept = new Set(
      [...listed.needed, ...unlisted.map(({ path }) => path)].map((path) => basename(path)),
    )
    for (const { name } of readFolder(this.#names)) {
      if (!kept.has(name)) rmSync(join(this.#names, name), { force: true })
    }
    return unlisted
  }

  #sweepFolder(folder: string, listed: ListedCopies): UnlistedCopy[] {
    const unlisted: UnlistedCopy[] = []
    for (const entry of readFolder(folder)) {
      const path = join(folder, entry.name)
      // A link is no copy; setLinksAside has said what it is.
      if (entry.isSymbolicLink()) continue
      if (entry.isDirectory()) unlisted.push(...this.#sweepFolder(path, listed))
      else if (listed.needed.has(path)) continue
      else if (listed.named.has(path) || path.endsWith('.part')) rmSync(path, { force: true })
      else unlisted.push({ path, batchId: basename(folder), relativePath: this.#readName(path) })
    }
    this.#prune(folder)
    return unlisted
  }

  /** A path may name the inbox and lead elsewhere, by `..` or by a link in the place of a drop's folder. */
  #isInside(path: string): boolean {
    if (resolve(path) !== path || !path.startsWith(this.#root + sep)) return false
    try {
      const [root, folder] = [realpathSync(this.#root), realpathSync(dirname(path))]
      const isOwn = !lstatSync(this.#root).isSymbolicLink()
      return isOwn && folder === join(root, relative(this.#root, dirname(path)))
    } catch {
      return false
    }
  }

  #readName(path: string): string | null {
    try {
      const text = readFileSync(this.#nameOf(path), 'utf8')
      // It is not synced: after a power cut it may be zeros, or cut short.
      return text.length > 1 && text.endsWith('\n') && !text.includes('\0') ? text.slice(0, -1) : null
    } catch {
      return null
    }
  }

  #nameOf(path: string): string {
    return join(this.#names, basename(path))
  }

  #prune(folder: string): void {
    if (folder === this.#root || !folder.startsWith(this.#root + sep)) return
    try {
      rmdirSync(folder)
    } catch {
      // Not empty, or already gone: either way there is nothing more to prune above it.
      return
    }
    this.#prune(dirname(folder))
  }
}

function readFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
