/** The certificate with which a server speaks TLS itself: two files, which are read again when they change. */
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { UploadError } from '../../src/shared/protocol/errors.ts'

/** How long a renewed certificate may take to be noticed, ms. */
const lookEveryMs = 2_000

/** Paths of two files in PEM. */
export interface TlsPaths {
  /** The certificate, with those that issued it behind it. */
  readonly cert: string
  readonly key: string
}

export interface TlsPair {
  readonly cert: Buffer
  readonly key: Buffer
}

/** @throws UploadError `bad-request` with what is wrong with the files */
export async function readTlsPair({ cert, key }: TlsPaths): Promise<TlsPair> {
  const pair = { cert: await read(cert), key: await read(key) }
  try {
    createSecureContext(pair)
    return pair
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UploadError('bad-request', `${cert} and ${key} are no certificate and its key: ${reason}.`, {
      cause,
    })
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UploadError('bad-request', `The file ${path} cannot be read: ${reason}.`, { cause })
  }
}

interface Watching {
  readonly onRenewed: (pair: TlsPair) => void
  /** The files have changed and cannot be used: perhaps one of them is still being written. */
  readonly onUnusable: (reason: string) => void
}

/** Looks at the files from time to time. @returns ends that */
export async function watchTlsFiles(
  paths: TlsPaths,
  { onRenewed, onUnusable }: Watching,
): Promise<() => void> {
  let seen = await stampOf(paths)
  const look = async () => {
    const stamp = await stampOf(paths)
    if (stamp === seen) return
    // One of the two may not be there yet: then it is another change.
    seen = stamp
    try {
      onRenewed(await readTlsPair(paths))
    } catch (thrown) {
      onUnusable(thrown instanceof Error ? thrown.message : String(thrown))
    }
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** What is another one after every change of either file. */
async function stampOf({ cert, key }: TlsPaths): Promise<string> {
  const stats = await Promise.all([cert, key].map((path) => stat(path).catch(() => undefined)))
  return stats.map((found) => found && `${found.ino} ${found.mtimeMs} ${found.size}`).join()
}
