/** Which files of this computer a server has, byte for byte: each is read to its end, and looked for by its SHA-256. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import PQueue from 'p-queue'
import { toUploadError } from '../../shared/protocol/errors.ts'
import type { ListedFile } from '../../shared/protocol/wire.ts'
import { type FoundFile, scan } from '../intake/scan.ts'
import type { ServerApi } from '../transfer/server-api.ts'

/** What is known of one file after it was looked for. */
export type VerifiedFile = { readonly relativePath: string; readonly size: number } & (
  | { readonly kind: 'stored'; readonly at: ListedFile }
  | { readonly kind: 'missing' }
  /** It, or a folder, could not be read. */
  | { readonly kind: 'unreadable'; readonly reason: string }
)

/** Reading the next files hides the way to the server and back. */
const filesAtOnce = 8

/**
 * @param paths absolute
 * @param onFile called once for each file, in the order in which they are done
 * @returns how many system files and folders were left out
 * @throws UploadError of the connection, the first
 */
export async function verifyFiles(
  api: ServerApi,
  paths: readonly string[],
  onFile: (file: VerifiedFile) => void,
  signal: AbortSignal,
): Promise<number> {
  let leftOut = 0
  const queue = new PQueue({ concurrency: filesAtOnce })
  let failure: unknown
  const look = async (found: FoundFile) => {
    if (failure === undefined) onFile(await lookFor(api, found, signal))
  }
  for (const path of paths) {
    for await (const found of scan(path, () => leftOut++)) {
      if (found.kind === 'problem') {
        const { relativePath, error } = found
        onFile({ relativePath, size: 0, kind: 'unreadable', reason: error.message })
        continue
      }
      await queue.onSizeLessThan(filesAtOnce)
      queue
        .add(() => look(found))
        .catch((thrown) => {
          failure ??= thrown
        })
    }
  }
  await queue.onIdle()
  if (failure !== undefined) throw failure
  return leftOut
}

async function lookFor(
  api: ServerApi,
  { sourcePath, relativePath, size }: FoundFile,
  signal: AbortSignal,
): Promise<VerifiedFile> {
  const read = await digestOf(sourcePath).catch((thrown) => toUploadError(thrown))
  if (read instanceof Error) return { relativePath, size, kind: 'unreadable', reason: read.message }
  const { files } = await api.listFiles({ sha256: read.sha256, size: String(read.bytes) }, signal)
  const at = files.find(({ path }) => path === relativePath) ?? files[0]
  return at === undefined
    ? { relativePath, size, kind: 'missing' }
    : { relativePath, size, kind: 'stored', at }
}

async function digestOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path)) {
    hash.update(piece)
    bytes += piece.length
  }
  return { sha256: hash.digest('hex'), bytes }
}
