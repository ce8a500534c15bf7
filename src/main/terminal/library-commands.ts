/** `photoferry ls`, `get` and `verify`: looking into a server's library, and comparing files with it. */
import { basename, dirname } from 'node:path/posix'
import PQueue from 'p-queue'
import { formatBytes } from '../../shared/byte-size.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import type { ListedFile } from '../../shared/protocol/wire.ts'
import { type Got, getFile } from '../library/get-file.ts'
import { localPath } from '../library/local-path.ts'
import { remoteEntries } from '../library/remote-files.ts'
import { type VerifiedFile, verifyFiles } from '../library/verify-files.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { type LibraryFlags, withServer } from './at-server.ts'
import { countFiles } from './terminal-text.ts'

const exitCodes = { done: 0, unfinished: 1 } as const
const filesAtOnce = 3

const print = (line: string) => console.log(escapeControls(line))
const warn = (line: string) => console.error(escapeControls(line))

/** Prints what is in a folder of the library. @param folder empty for all of it */
export function runLs(folder: string, flags: LibraryFlags & { readonly all?: boolean }): Promise<number> {
  return withServer(flags, async (api, signal) => {
    const shelf = { folder: folder.replace(/^\/|\/$/g, ''), isDeep: flags.all === true }
    for await (const entry of remoteEntries(api, shelf, signal)) {
      if (flags.json) console.log(JSON.stringify('file' in entry ? entry.file : entry))
      else print('file' in entry ? lineOf(entry.file) : `${' '.repeat(31)}${entry.folder}/`)
    }
    return exitCodes.done
  })
}

function lineOf({ path, size, modifiedAt, damage }: ListedFile): string {
  const date = modifiedAt.slice(0, 16).replace('T', ' ')
  return `${formatBytes(size).padStart(10)}  ${date}   ${path}${damage === undefined ? '' : `  DAMAGED (${damage})`}`
}

/** Brings files and folders of the library to a folder of this computer. @param folder absolute */
export function runGet(
  paths: readonly string[],
  flags: LibraryFlags & { readonly to: string },
): Promise<number> {
  return withServer(flags, async (api, signal) => {
    const counts: Record<Got | 'failed', number> = { written: 0, 'there-already': 0, unproven: 0, failed: 0 }
    const queue = new PQueue({ concurrency: filesAtOnce })
    const bring = async ({ file, name }: Wanted) => {
      try {
        const got = await getFile(api, file, localPath(flags.to, name), signal)
        counts[got] += 1
        if (got === 'unproven') warn(`${file.path}: it was edited at the server, so it can't be checked.`)
      } catch (thrown) {
        signal.throwIfAborted()
        counts.failed += 1
        warn(`${file.path}: ${toUploadError(thrown).message}`)
      }
    }
    /** Targets, so that two that are one file on this disk are not written at once. */
    const begun = new Set<string>()
    for (const path of new Set(paths)) {
      try {
        for await (const wanted of wantedOf(api, path, signal)) {
          const target = wanted.name.normalize('NFC').toLowerCase()
          if (begun.has(target)) await queue.onIdle()
          begun.add(target)
          await queue.onSizeLessThan(filesAtOnce * 4)
          void queue.add(() => bring(wanted))
        }
      } catch (thrown) {
        signal.throwIfAborted()
        counts.failed += 1
        warn(`${path}: ${toUploadError(thrown).message}`)
      }
    }
    await queue.onIdle()
    signal.throwIfAborted()
    if (flags.json) console.log(JSON.stringify(counts))
    else print(gotLine(counts))
    return counts.failed + counts.unproven === 0 ? exitCodes.done : exitCodes.unfinished
  })
}

function gotLine(counts: Readonly<Record<Got | 'failed', number>>): string {
  const parts = [
    `${countFiles(counts.written)} written and checked`,
    ...(counts['there-already'] > 0 ? [`${counts['there-already']} there already`] : []),
    ...(counts.unproven > 0 ? [`${counts.unproven} written that can't be checked`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} not written`] : []),
  ]
  return `${parts.join(', ')}.`
}

/** A file of the library, and what it is called below the person's folder. */
interface Wanted {
  readonly file: ListedFile
  readonly name: string
}

/** A file, or all below a folder, under the folder's own name. @throws UploadError `not-found` */
async function* wantedOf(api: ServerApi, named: string, signal: AbortSignal): AsyncGenerator<Wanted> {
  const path = named.replace(/^\/|\/$/g, '')
  const above = dirname(path) === '.' ? '' : dirname(path)
  let isFolder = false
  for await (const entry of remoteEntries(api, { folder: path, isDeep: true }, signal)) {
    if (!('file' in entry)) continue
    isFolder = true
    const { file } = entry
    yield { file, name: above === '' ? file.path : file.path.slice(above.length + 1) }
  }
  if (isFolder) return
  for await (const entry of remoteEntries(api, { folder: above, isDeep: false }, signal)) {
    if (!('file' in entry) || entry.file.path !== path) continue
    yield { file: entry.file, name: basename(path) }
    return
  }
  throw new UploadError('not-found', `The server has nothing at ${named}.`)
}

/** Says which files of this computer the server has, byte for byte. @param paths absolute */
export function runVerify(paths: readonly string[], flags: LibraryFlags): Promise<number> {
  return withServer(flags, async (api, signal) => {
    const counts = { stored: 0, missing: 0, unreadable: 0 }
    let oldest: string | undefined
    const onFile = (file: VerifiedFile) => {
      counts[file.kind] += 1
      if (file.kind === 'stored' && (oldest === undefined || file.at.verifiedAt < oldest))
        oldest = file.at.verifiedAt
      if (flags.json) console.log(JSON.stringify(file))
      else if (file.kind === 'missing') print(`not at the server: ${file.relativePath}`)
      else if (file.kind === 'unreadable') print(`can't be read: ${file.relativePath}: ${file.reason}`)
    }
    const leftOut = await verifyFiles(api, paths, onFile, signal)
    for (const line of verdict(counts, oldest, leftOut)) (flags.json ? warn : print)(line)
    return counts.missing + counts.unreadable === 0 ? exitCodes.done : exitCodes.unfinished
  })
}

function verdict(
  { stored, missing, unreadable }: Readonly<Record<VerifiedFile['kind'], number>>,
  oldest: string | undefined,
  leftOut: number,
): string[] {
  const read =
    oldest === undefined ? '' : ` The server last read each of them on ${oldest.slice(0, 10)} or later.`
  return [
    `${stored} of ${countFiles(stored + missing + unreadable)} ${stored === 1 ? 'is' : 'are'} at the server, byte for byte.${read}`,
    ...(missing > 0 ? [`${countFiles(missing)} not at the server.`] : []),
    ...(unreadable > 0 ? [`${countFiles(unreadable)} or folders could not be read.`] : []),
    ...(leftOut > 0 ? [`${leftOut} system files and folders were not looked for.`] : []),
  ]
}
