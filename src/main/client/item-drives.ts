/** The drives that the files of the list lie on, as the pipeline and new drops ask about them. */

import { relative, sep } from 'node:path'
import type { Batch, DropRoot } from '../../shared/batch.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { isFinished, isParked, type UploadItem } from '../../shared/upload.ts'
import { type Drives, type Freshness, type Presence, rootFor } from '../intake/drives.ts'
import { type Find, nameInLibrary } from '../intake/scan.ts'
import type { DriveCheck } from '../pipeline/journey.ts'
import type { ItemList } from '../queue/item-list.ts'
import { isWithin } from '../volumes/paths.ts'
import { likeness } from '../volumes/volume.ts'

type OnDrive = Pick<UploadItem, 'id' | 'batchId' | 'sourcePath' | 'staged'>

export class ItemDrives implements DriveCheck {
  readonly #list: ItemList
  readonly #drives: Drives
  /** Id of an item -> id of a volume that is not the drop's, but was found to hold the same bytes of this file. */
  readonly #proven = new Map<string, string | null>()

  constructor(list: ItemList, drives: Drives) {
    this.#list = list
    this.#drives = drives
  }

  /** The dropped folder or drive that an item lies in; undefined where nobody waits for it. */
  rootOf({ batchId, sourcePath, staged }: OnDrive): DropRoot | undefined {
    return staged ? undefined : rootFor(this.#list.batch(batchId)?.drives ?? [], sourcePath)
  }

  /** The bytes of this file were compared: it may be read from a volume that is not the drop's. */
  prove(itemId: string, volumeId: string | null): void {
    this.#proven.set(itemId, volumeId)
  }

  /** @param freshness left out, the drive is looked for after the question @throws UploadError `drive-away` */
  async assertThere(item: OnDrive, freshness: Freshness = 'now'): Promise<void> {
    const root = this.rootOf(item)
    const absence = root && (await this.#drives.absence(root, freshness))
    if (!absence || (absence.found !== null && this.#proven.get(item.id) === absence.found)) return
    throw absence.error
  }

  /** Whether the item's own drive is in its place. */
  async presence(item: OnDrive, freshness: Freshness): Promise<Presence> {
    const root = this.rootOf(item)
    if (!root) return 'there'
    const presence = await this.#drives.presence(root, freshness)
    const isProven = () =>
      this.assertThere(item, freshness).then(
        () => true,
        () => false,
      )
    return presence === 'away' && (await isProven()) ? 'there' : presence
  }

  /** See `Drives.explain`. */
  async explain(item: OnDrive, thrown: unknown, signal?: AbortSignal): Promise<unknown> {
    const root = this.rootOf(item)
    return root ? this.#drives.explain(root, thrown, signal) : thrown
  }

  /**
   * Whether a path of a new drop means the file that is on the list for it already. Two cards use the same names, and
   * often the same place: what waits for one of them is not on the other.
   * @param roots of the new drop
   */
  isSameFile(listed: UploadItem, roots: readonly DropRoot[]): boolean {
    const [before, now] = [this.rootOf(listed), rootFor(roots, listed.sourcePath)]
    if (before?.mountPoint === null && now?.mountPoint === null) return true
    const alike = likeness(before?.id ?? null, now?.id ?? null)
    if (alike !== 'unsure') return alike === 'same'
    // Where nobody can name the drives, a file is read again rather than taken for one of another card.
    return before === undefined || !(isParked(listed.state) || isFinished(listed.state.status))
  }

  /** Follows the drives of a batch while its folders are read. */
  follow(batchId: string): ReadingDrives {
    return new ReadingDrives(this.#drives, () => this.#list.batch(batchId))
  }
}

/** A folder that was not read to its end, and why. */
export interface Unread {
  /** Absolute. */
  readonly path: string
  /** What it is called in the library, parts joined by `/`. */
  readonly name: string
  readonly error: UploadError
}

/** Keeps apart, while the folders of a drop are read, what lies on drives that went away meanwhile. */
export class ReadingDrives {
  readonly #drives: Drives
  readonly #batch: () => Batch | undefined
  /** Root -> why it can't be read. Once gone, it is read again from its beginning, later. */
  readonly #away = new Map<string, UploadError>()

  constructor(drives: Drives, batch: () => Batch | undefined) {
    this.#drives = drives
    this.#batch = batch
  }

  /** The finds that are to be believed: an empty place says nothing about the files of the drive that was there. */
  async sound(finds: readonly Find[]): Promise<readonly Find[]> {
    await this.#check()
    for (const find of finds) if (find.kind === 'problem') await this.#examine(find)
    return this.#away.size === 0
      ? finds
      : finds.filter(({ sourcePath }) => this.#errorFor(sourcePath) === null)
  }

  /** Those of a drop's folders that are still to be read; call it when all were read. */
  async unread(): Promise<readonly Unread[]> {
    await this.#check()
    const { unscannedPaths = [], unscannedNames = {} } = this.#batch() ?? {}
    return unscannedPaths.flatMap((path) => {
      const name = unscannedNames[path] ?? nameInLibrary(path)
      const error = this.#errorFor(path)
      return error ? [{ path, name, error }] : this.#unreadWithin(path, name)
    })
  }

  /** Drives that are mounted below a folder, and gone: the rest of the folder was read. */
  #unreadWithin(path: string, name: string): Unread[] {
    return [...this.#away].flatMap(([root, error]) => {
      if (root === path || !isWithin(root, path)) return []
      return [{ path: root, name: [name, ...relative(path, root).split(sep)].join('/'), error }]
    })
  }

  get #roots(): readonly DropRoot[] {
    return this.#batch()?.drives ?? []
  }

  async #check(): Promise<void> {
    for (const root of this.#roots) {
      const absence = this.#away.has(root.root) ? null : await this.#drives.absence(root)
      if (absence) this.#away.set(root.root, absence.error)
    }
  }

  async #examine({ sourcePath, error }: Extract<Find, { kind: 'problem' }>): Promise<void> {
    const root = rootFor(this.#roots, sourcePath)
    if (!root || this.#away.has(root.root)) return
    const why = await this.#drives.explain(root, error)
    if (why instanceof UploadError && why.code === 'drive-away') this.#away.set(root.root, why)
  }

  #errorFor(path: string): UploadError | null {
    const root = rootFor(this.#roots, path)
    return (root && this.#away.get(root.root)) ?? null
  }
}
