/** Reads the log of file operations that record/file-log.c writes. */
import { readFileSync } from 'node:fs'

/** One operation on the recorded folder; paths are relative to it, its own path is empty. */
export type Operation =
  | { readonly kind: 'root'; readonly ino: number }
  | { readonly kind: 'create' | 'mkdir' | 'link'; readonly ino: number; readonly path: string }
  | { readonly kind: 'write'; readonly ino: number; readonly offset: number; readonly bytes: Buffer }
  /** The file has this size from now on; `extend`: at least this size. */
  | { readonly kind: 'size'; readonly ino: number; readonly size: number }
  | { readonly kind: 'extend'; readonly ino: number; readonly size: number }
  | { readonly kind: 'rename'; readonly ino: number; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink' | 'rmdir'; readonly path: string }
  /** Everything of the file or folder that was done before is durable; `sync-data`: but for the times. */
  | { readonly kind: 'sync' | 'sync-data'; readonly ino: number; readonly mtimeMs: number }
  | { readonly kind: 'time'; readonly ino: number; readonly mtimeMs: number }
  /** The recorded program said something about itself. */
  | { readonly kind: 'mark'; readonly text: string }
  /** The recorded program sent this to its other side: the first bytes of it. */
  | { readonly kind: 'sent'; readonly text: string }

const headerBytes = 40
/** In the order of the C library's enum, from 1. */
const kinds = [
  ...(['root', 'create', 'mkdir', 'write', 'size', 'extend', 'link', 'rename', 'unlink', 'rmdir'] as const),
  ...(['sync', 'sync-data', 'time', 'mark', 'sent', 'unknown'] as const),
]

/** @throws Error for an operation that can't be replayed, and for a log that is cut short */
export function readLog(path: string): Operation[] {
  const log = readFileSync(path)
  const operations: Operation[] = []
  for (let at = 0; at < log.length; ) {
    const first = at + headerBytes
    const second = first + log.readUInt32LE(at + 4)
    const end = second + log.readUInt32LE(at + 8)
    if (end > log.length) throw new Error(`The log ${path} is cut short.`)
    operations.push(
      operationOf(log.subarray(at, first), log.subarray(first, second), log.subarray(second, end)),
    )
    at = end
  }
  return operations
}

function operationOf(header: Buffer, first: Buffer, second: Buffer): Operation {
  const kind = kinds[header.readUInt32LE(0) - 1]
  const ino = Number(header.readBigUInt64LE(16))
  const number = Number(header.readBigUInt64LE(24))
  const mtimeMs = Number(header.readBigInt64LE(32)) / 1e6
  const path = first.toString()
  switch (kind) {
    case 'root':
      return { kind, ino }
    case 'create':
    case 'mkdir':
    case 'link':
      return { kind, ino, path }
    case 'write':
      return { kind, ino, offset: number, bytes: first }
    case 'size':
    case 'extend':
      return { kind, ino, size: number }
    case 'rename':
      return { kind, ino, from: path, to: second.toString() }
    case 'unlink':
    case 'rmdir':
      return { kind, path }
    case 'sync':
    case 'sync-data':
    case 'time':
      return { kind, ino, mtimeMs }
    case 'mark':
    case 'sent':
      return { kind, text: first.toString('latin1') }
    default:
      throw new Error(`The recorded program did what can't be replayed: ${path}.`)
  }
}
