/** All files of a link as one ZIP that is made while it is sent: nothing is compressed, and memory stays flat. */
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { FileRow } from '../../ledger/ledger.ts'
import { type Shared, sharedFiles } from '../../uploads/sharing/links.ts'

/** So many files wait for their turn at most. */
const filesAhead = 64

/**
 * @param onFailure a file could not be read: the archive must not look whole
 * @returns the archive's bytes
 */
export function archiveOf(shared: Shared, onFailure: (reason: Error) => void): Readable {
  const zip = new ZipFile()
  zip.on('error', (reason) => onFailure(reason as Error))
  addAll(zip, shared, onFailure).catch(onFailure)
  return zip.outputStream as Readable
}

async function addAll(zip: ZipFile, shared: Shared, onFailure: (reason: Error) => void): Promise<void> {
  let waiting = 0
  let wake: () => void = () => undefined
  for await (const file of sharedFiles(shared)) {
    waiting += 1
    const onTaken = () => {
      waiting -= 1
      wake()
    }
    const options = { compress: false, mtime: new Date(file.mtimeMs), mode: 0o100644, forceZip64Format: true }
    zip.addReadStreamLazy(nameIn(shared, file), options, (give) => {
      onTaken()
      read(shared, file).then(
        (stream) => give(null, stream),
        (reason) => {
          onFailure(reason)
          give(reason, Readable.from([]))
        },
      )
    })
    while (waiting >= filesAhead)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
  }
  zip.end({ forceZip64Format: true, comment: '' })
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
