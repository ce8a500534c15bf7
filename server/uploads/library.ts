/**
 * The part of the library that a client has: its paths begin in its own folder, and of rows that lie elsewhere it hears
 * that they are not there. Inside, all paths are those of the whole library; this is the one place that translates.
 */
import type { FileRow, Ledger } from '../ledger/ledger.ts'
import { safePath } from '../storage/safe-path.ts'

export class Library {
  /** Below the whole library, without slashes at its ends; empty for all of it. */
  readonly folder: string
  readonly #prefix: string

  /** @param folder below the whole library, without slashes at its ends; empty for all of it */
  constructor(folder: string) {
    this.folder = folder
    this.#prefix = folder === '' ? '' : `${folder}/`
  }

  /** Where a path that the client gave lies in the whole library. @throws UploadError `name-invalid` */
  placed(path: string): string {
    return safePath(`${this.#prefix}${safePath(path).join('/')}`).join('/')
  }

  /** A path of the whole library as the client knows it. */
  told(path: string): string {
    return path.slice(this.#prefix.length)
  }

  holds(path: string): boolean {
    return path.startsWith(this.#prefix)
  }
}

/** How the whole library is divided among the tokens: the folders that some have, and what lies in none of them. */
export class Libraries {
  /** Those that are not the whole. */
  readonly folders: readonly string[]
  /** One at least, the whole among them if some token has it. */
  readonly count: number

  /** @param folders what the tokens have, in any order and more than once; empty for the whole */
  constructor(folders: readonly string[]) {
    const all = new Set(folders)
    this.count = Math.max(1, all.size)
    this.folders = [...all].filter(Boolean)
  }

  /** The folder whose library a path belongs to; empty for what lies in none. */
  of(path: string): string {
    return this.folders.find((folder) => path.startsWith(`${folder}/`)) ?? ''
  }
}

/** What may answer with somebody else's row; everything else is asked for by a path or by the id of a task found so. */
type Lookup = 'task' | 'fileOfTask' | 'fileAt' | 'filesWithContent' | 'filesWithMd5' | 'totals'

function lookupsWithin(ledger: Ledger, library: Library): Pick<Ledger, Lookup> {
  const own = (file: FileRow | undefined) => (file && library.holds(file.storedPath) ? file : undefined)
  const all = (files: readonly FileRow[]) => files.filter((file) => own(file) !== undefined)
  return {
    task: async (taskId) => {
      const task = await ledger.task(taskId)
      return task && library.holds(task.relativePath) ? task : undefined
    },
    fileOfTask: async (taskId) => own(await ledger.fileOfTask(taskId)),
    fileAt: async (storedPath) => own(await ledger.fileAt(storedPath)),
    filesWithContent: async (size, md5) => all(await ledger.filesWithContent(size, md5)),
    filesWithMd5: async (md5) => all(await ledger.filesWithMd5(md5)),
    totals: () => ledger.totals(library.folder),
  }
}

/** A new method of the ledger does not compile until it is named here, or looked after above. */
const passedOn: Readonly<Record<Exclude<keyof Ledger, Lookup | 'claims'>, true>> = {
  addTask: true,
  addAnnounced: true,
  announcedTasks: true,
  isHeld: true,
  openTaskOf: true,
  openTasks: true,
  countOpenTasks: true,
  touchTask: true,
  setVerifiedMd5: true,
  clearCopyOf: true,
  reservePath: true,
  removeTask: true,
  chunks: true,
  chunk: true,
  countChunks: true,
  addChunk: true,
  removeChunks: true,
  doubtChunks: true,
  commitFile: true,
  commitDuplicate: true,
  forgetFile: true,
  forgetDuplicatesBefore: true,
  close: true,
}

/** The ledger as a client knows it that has only this part. */
export function ledgerWithin(ledger: Ledger, library: Library): Ledger {
  const names = Object.keys(passedOn) as (keyof typeof passedOn)[]
  const passed = Object.fromEntries(names.map((name) => [name, ledger[name].bind(ledger)]))
  return { claims: ledger.claims, ...passed, ...lookupsWithin(ledger, library) } as Ledger
}
