/** The use case of looking into the library: what is stored below a folder, in pages that stay as they are while files are added. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import { safePath } from '../../storage/safe-path.ts'
import type { Uploads } from '../context.ts'

export interface ListQuery {
  /** A client's path, without a slash at its end; empty for the whole library. */
  readonly folder: string
  /** Where the page before ended, as that page said; undefined for the first one. */
  readonly after: string | undefined
  /** Entries of a page. */
  readonly limit: number
  /** Whether folders below the folder are opened; otherwise each is one entry. */
  readonly isDeep: boolean
}

/** A stored file; or a folder, as the client's path of it. */
type Entry = { readonly file: FileRow } | { readonly folder: string }

interface Page {
  /** In the byte order of their paths. */
  readonly entries: readonly Entry[]
  /** What to ask for as `after`; null at the end. */
  readonly next: string | null
}

/** An answer has room for so many bytes of paths. */
const mostPathBytes = 200_000
const entriesPerPage = 1_000

/** @throws UploadError `name-invalid` for a folder that cannot be, `bad-request` for an `after` of another folder */
export async function listFiles(uploads: Uploads, query: ListQuery): Promise<Page> {
  const { library } = uploads
  const inside = query.folder === '' ? '' : `${safePath(query.folder).join('/')}/`
  const walk = new Walk(uploads, library.prefixOf(inside), query.isDeep)
  const entries: Entry[] = []
  let bytes = 0
  for await (const entry of walk.from(startOf(query.after, inside))) {
    entries.push(entry)
    bytes += Buffer.byteLength(pathOf(uploads, entry))
    if (entries.length >= query.limit || bytes >= mostPathBytes) break
  }
  const last = entries.at(-1)
  const isFull = entries.length >= query.limit || bytes >= mostPathBytes
  return { entries, next: isFull && last !== undefined ? pathOf(uploads, last) : null }
}

/** All pages of a folder. @param isDeep as in `ListQuery` */
export async function* pagesOf(
  uploads: Uploads,
  folder: string,
  isDeep: boolean,
): AsyncGenerator<readonly Entry[]> {
  for (let after: string | null | undefined; after !== null; ) {
    const page = await listFiles(uploads, { folder, after, limit: entriesPerPage, isDeep })
    yield page.entries
    after = page.next
  }
}

/** A folder's path ends with a slash. */
function pathOf({ library }: Uploads, entry: Entry): string {
  return 'file' in entry ? library.toClientPath(entry.file.storedPath) : `${entry.folder}/`
}

/** The first path that may come, below the folder: no path has a NUL, and `0` is what comes after a slash. */
function startOf(after: string | undefined, inside: string): string {
  if (after === undefined) return ''
  if (!after.startsWith(inside) || after === inside) {
    throw new UploadError('bad-request', 'after: expected the `next` of an earlier page of the same folder')
  }
  const isFolder = after.endsWith('/')
  const path = safePath(isFolder ? after.slice(0, -1) : after).join('/')
  return `${path.slice(inside.length)}${isFolder ? '0' : '\0'}`
}

class Walk {
  readonly #uploads: Uploads
  readonly #prefix: string
  readonly #isDeep: boolean

  /** @param prefix of the whole library's paths, with a slash at its end; empty for all of them */
  constructor(uploads: Uploads, prefix: string, isDeep: boolean) {
    this.#uploads = uploads
    this.#prefix = prefix
    this.#isDeep = isDeep
  }

  /** @param start below the prefix */
  async *from(start: string): AsyncGenerator<Entry> {
    let next: string | undefined = `${this.#prefix}${start}`
    // Where one folder follows the other, each costs one row.
    let most: 'some' | 'one' = 'some'
    while (next !== undefined) {
      const rows: readonly FileRow[] = await this.#uploads.ledger.filesFrom(next, most)
      next = undefined
      most = 'some'
      for (const file of rows) {
        if (!file.storedPath.startsWith(this.#prefix)) return
        const folder = this.#folderOf(file)
        if (folder === undefined) {
          yield { file }
          next = `${file.storedPath}\0`
          continue
        }
        yield { folder: this.#uploads.library.toClientPath(folder) }
        next = `${folder}0`
        most = 'one'
        // Whatever else is in that folder is passed over, however much it is.
        break
      }
    }
  }

  /** The folder below the prefix that stands for the file; undefined for a file that is an entry itself. */
  #folderOf({ storedPath }: FileRow): string | undefined {
    const slash = this.#isDeep ? -1 : storedPath.indexOf('/', this.#prefix.length)
    return slash === -1 ? undefined : storedPath.slice(0, slash)
  }
}
