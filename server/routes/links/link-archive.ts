/** All files of a link as one ZIP that is made while it is sent: nothing is compressed, and memory stays flat. */
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { FileRow } from '../../ledger/ledger.ts'
import { type Shared, sharedFiles } from '../../uploads/sharing/links.ts'

/** So many files wait for their turn at most. */
const filesAhead = 64

/**
 * @param onFailure a file could not be read: the archive must not look whole
 * @returns the archive's bytes; when it is destroyed, no file stays open
 */
export function archiveOf(shared: Shared, onFailure: (reason: Error) => void): Readable {
  const zip = new ZipFile()
  const archive = zip.outputStream as Readable
  const entries = new Entries(zip, shared, onFailure)
  zip.on('error', (reason) => onFailure(reason as Error))
  archive.once('close', () => entries.stop())
  entries.addAll().catch(onFailure)
  return archive
}

class Entries {
  readonly #zip: ZipFile
  readonly #shared: Shared
  readonly #onFailure: (reason: Error) => void
  #waiting = 0
  #wake: () => void = () => undefined
  #isStopped = false
  /** The file that is being read: the package reads one after the other. */
  #open: Readable | undefined

  constructor(zip: ZipFile, shared: Shared, onFailure: (reason: Error) => void) {
    this.#zip = zip
    this.#shared = shared
    this.#onFailure = onFailure
  }

  async addAll(): Promise<void> {
    for await (const file of sharedFiles(this.#shared)) {
      if (this.#isStopped) return
      this.#add(file)
      while (this.#waiting >= filesAhead && !this.#isStopped)
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
    this.#zip.end({ forceZip64Format: true, comment: '' })
  }

  /** The package would leave the file open that it was reading. */
  stop(): void {
    this.#isStopped = true
    this.#open?.destroy()
    this.#wake()
  }

  #add(file: FileRow): void {
    this.#waiting += 1
    const options = { compress: false, mtime: new Date(file.mtimeMs), mode: 0o100644, forceZip64Format: true }
    this.#zip.addReadStreamLazy(nameIn(this.#shared, file), options, (give) => {
      this.#waiting -= 1
      this.#wake()
      this.#read(file).then(
        (stream) => give(null, stream),
        (reason) => {
          this.#onFailure(reason)
          give(reason, Readable.from([]))
        },
      )
    })
  }

  async #read(file: FileRow): Promise<Readable> {
    const stream = await read(this.#shared, file)
    this.#open = stream
    if (this.#isStopped) stream.destroy()
    return stream
  }
}

/** What the file is called in the archive: below a folder of the link's name. */
function nameIn({ link, uploads, name }: Shared, file: FileRow): string {
  const path = uploads.library.toClientPath(file.storedPath)
  return link.isFolder ? `${name}/${path}` : path
}

/** @throws Error when the file is not there as it was stored */
async function read({ uploads }: Shared, file: FileRow): Promise<Readable> {
  const content = await uploads.store.read(file.storedPath)
  if (content === undefined) throw new Error(`${file.storedPath} is gone`)
  if (content.size > 0) return content.stream(0, content.size - 1)
  await content.close()
  return Readable.from([])
}
