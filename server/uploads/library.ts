/**
 * The part of the library that a client has: its paths begin in its own folder, and rows of files elsewhere do not exist
 * for it. Use cases work with paths of the whole library; this is the one place that translates.
 */
import type { FileRow, Ledger } from '../ledger/ledger.ts'
import { safePath } from '../storage/safe-path.ts'

export class Library {
  /** Below the whole library, without slashes at its ends; empty for all of it. */
  readonly folder: string
  readonly #prefix: string

  constructor(folder: string) {
    this.folder = folder
    this.#prefix = folder === '' ? '' : `${folder}/`
  }

  /** A client's path as a path of the whole library. @throws UploadError `name-invalid` */
  toServerPath(clientPath: string): string {
    return safePath(`${this.#prefix}${safePath(clientPath).join('/')}`).join('/')
  }

  /** What the paths of the whole library begin with that are below a client's folder. @param inside empty, or with a slash at its end */
  prefixOf(inside: string): string {
    return `${this.#prefix}${inside}`
  }

  /** A path of the whole library as the client knows it. */
  toClientPath(path: string): string {
    return path.slice(this.#prefix.length)
  }

  /** @param path of the whole library */
  contains(path: string): boolean {
    return path.startsWith(this.#prefix)
  }
}

/** What a token has of the library. */
interface Share {
  /** Empty for the whole library. */
  readonly folder: string
  /** Bytes; null for no limit. */
  readonly quotaBytes: number | null
}

/** How the whole library is divided among the tokens: the folders that some have, and what is in none of them. */
export class Libraries {
  #quotas: ReadonlyMap<string, number | null> = new Map()
  #folders: readonly string[] = []

  /** @param shares of the tokens, in any order; several may have the same folder */
  constructor(shares: readonly Share[]) {
    this.replace(shares)
  }

  /** Tokens were made or revoked. */
  replace(shares: readonly Share[]): void {
    const quotas = new Map<string, number | null>()
    for (const { folder, quotaBytes } of shares) {
      const limits = [quotas.get(folder) ?? null, quotaBytes].filter((limit) => limit !== null)
      quotas.set(folder, limits.length === 0 ? null : Math.min(...limits))
    }
    this.#quotas = quotas
    this.#folders = [...quotas.keys()].filter(Boolean)
  }

  /** Without the whole library. */
  get folders(): readonly string[] {
    return this.#folders
  }

  /** Count of parts, at least one; the whole library counts if some token has it. */
  get count(): number {
    return Math.max(1, this.#quotas.size)
  }

  /** Bytes that this part may hold, the least that a token says; null for no limit. @param folder empty for the whole library */
  quotaOf(folder: string): number | null {
    return this.#quotas.get(folder) ?? null
  }

  /** The folder that contains a path; empty when none does. */
  of(path: string): string {
    return this.folders.find((folder) => path.startsWith(`${folder}/`)) ?? ''
  }
}

/** Methods that could answer with another client's row; all others take a path, a client's folder, or the id of a task found through these. */
type Lookup =
  | 'task'
  | 'fileOfTask'
  | 'fileAt'
  | 'filesWithContent'
  | 'filesOfSize'
  | 'filesStoredFor'
  | 'filesWithoutSha256'
  | 'damagedFilesOf'
  | 'damagedFiles'
  | 'lostFiles'
  | 'filesToCheck'
  | 'announcedFiles'
  | 'filesFrom'
  | 'link'
  | 'links'
  | 'totals'

function lookupsWithin(ledger: Ledger, library: Library): Pick<Ledger, Lookup> {
  const ifOwn = (file: FileRow | undefined) => (file && library.contains(file.storedPath) ? file : undefined)
  const onlyOwn = (files: readonly FileRow[]) => files.filter((file) => ifOwn(file) !== undefined)
  return {
    task: async (taskId) => {
      const task = await ledger.task(taskId)
      return task && library.contains(task.relativePath) ? task : undefined
    },
    fileOfTask: async (taskId) => ifOwn(await ledger.fileOfTask(taskId)),
    fileAt: async (storedPath) => ifOwn(await ledger.fileAt(storedPath)),
    filesWithContent: async (size, sha256) => onlyOwn(await ledger.filesWithContent(size, sha256)),
    filesOfSize: async (size) => onlyOwn(await ledger.filesOfSize(size)),
    filesStoredFor: async (path, size, sha256) => onlyOwn(await ledger.filesStoredFor(path, size, sha256)),
    filesWithoutSha256: async (size, md5) => onlyOwn(await ledger.filesWithoutSha256(size, md5)),
    damagedFilesOf: async (size, digests) => onlyOwn(await ledger.damagedFilesOf(size, digests)),
    damagedFiles: async () => onlyOwn(await ledger.damagedFiles()),
    lostFiles: async (beforeMs) => onlyOwn(await ledger.lostFiles(beforeMs)),
    filesToCheck: async (beforeMs) => onlyOwn(await ledger.filesToCheck(beforeMs)),
    announcedFiles: async (md5, count) => onlyOwn(await ledger.announcedFiles(md5, count)),
    filesFrom: async (path, most) => onlyOwn(await ledger.filesFrom(path, most)),
    link: async (linkId) => {
      const link = await ledger.link(linkId)
      return link && library.contains(link.path) ? link : undefined
    },
    links: async () => (await ledger.links()).filter(({ path }) => library.contains(path)),
    totals: () => ledger.totals(library.folder),
  }
}

/** A new method of the ledger does not compile until it is named here or handled above. */
const passedOn: Readonly<Record<Exclude<keyof Ledger, Lookup | 'claims'>, true>> = {
  addTask: true,
  addAnnounced: true,
  addOfSender: true,
  taskOfSender: true,
  renameTask: true,
  setSize: true,
  metadataOf: true,
  announcedTasks: true,
  isUnplacedPartial: true,
  openTasksOf: true,
  openTasks: true,
  countOpenTasks: true,
  announcedBytes: true,
  receivedBytes: true,
  touchTask: true,
  setStatedSha256: true,
  setVerified: true,
  clearCopyOf: true,
  reservePath: true,
  removeTask: true,
  chunks: true,
  chunk: true,
  countChunks: true,
  addChunk: true,
  removeChunks: true,
  forgetReceived: true,
  suspectChunks: true,
  contestChunk: true,
  isContested: true,
  addLink: true,
  removeLink: true,
  forgetLinksBefore: true,
  commitFile: true,
  commitDuplicate: true,
  endLink: true,
  setFileVerified: true,
  setFileDamaged: true,
  setFileChecked: true,
  forgetFile: true,
  forgetDuplicatesBefore: true,
  beginBatch: true,
  batch: true,
  batches: true,
  setNamed: true,
  endBatch: true,
  keepLatestBatches: true,
  isDamagedSince: true,
  dueMessages: true,
  nextMessageMs: true,
  countMessages: true,
  postponeMessage: true,
  removeMessage: true,
  close: true,
}

/** The ledger as a client sees it that has only this part of the library. */
export function ledgerWithin(ledger: Ledger, library: Library): Ledger {
  const names = Object.keys(passedOn) as (keyof typeof passedOn)[]
  const passed = Object.fromEntries(names.map((name) => [name, ledger[name].bind(ledger)]))
  return { claims: ledger.claims, ...passed, ...lookupsWithin(ledger, library) } as Ledger
}
