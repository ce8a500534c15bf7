/**
 * Makes the ledger's file what it should be after syncs that failed. The system may have dropped what was written and show it
 * all the same, so what is good is written once more, and nothing is appended to what may have a hole.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const copyBytes = 1024 * 1024

/** Where SQLite keeps the writes that are not in the database file yet. @param path absolute path of the ledger */
export function logOf(path: string): string {
  return `${path}-wal`
}

/**
 * Writes the log once more where a killed server left one: nobody knows whether it was synced, and soon other writes follow it.
 * The ledger is locked for this process.
 */
export function rewriteLog(path: string): void {
  if (!existsSync(logOf(path))) return
  const bytes = readFileSync(logOf(path))
  if (bytes.length === 0) return
  const file = openSync(logOf(path), 'r+')
  try {
    writeSync(file, bytes, 0, bytes.length, 0)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Puts a new file in the place of the ledger, with everything that is readable of the former one and its log: what was
 * committed up to the first hole. The former one stays as it is until the new one is durable.
 * @param former still open; closed here, at the one moment when it can do no harm to the new one
 * @throws the system's or SQLite's error; then nothing has changed
 */
export function writeAnew(path: string, former: DatabaseSync): void {
  const draft = `${path}.anew`
  for (const leftover of [draft, logOf(draft)]) rmSync(leftover, { force: true })
  copy(path, draft)
  if (existsSync(logOf(path))) copy(logOf(path), logOf(draft))
  const database = new DatabaseSync(draft)
  try {
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)',
    )
  } finally {
    database.close()
  }
  sync(draft)
  renameSync(draft, path)
  // A power cut here leaves the new file with the former log, which holds nothing that is not in the file.
  close(former)
  rmSync(logOf(path), { force: true })
  sync(dirname(path))
}

/** It removes its log by name when it is closed, so that must not be that of the new file. */
function close(former: DatabaseSync): void {
  try {
    if (former.isOpen) former.close()
  } catch {
    // Its file has no name any more.
  }
}

/** Byte by byte: a copy that shares the former file's blocks would share what is wrong with them. */
function copy(from: string, to: string): void {
  const source = openSync(from, 'r')
  try {
    const target = openSync(to, 'wx', 0o600)
    try {
      const buffer = Buffer.allocUnsafe(copyBytes)
      for (let offset = 0; ; ) {
        const length = readSync(source, buffer, 0, buffer.length, offset)
        if (length === 0) break
        writeSync(target, buffer, 0, length, offset)
        offset += length
      }
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

/** @param path of a file or a folder; Windows cannot sync a folder, and does not need to */
function sync(path: string): void {
  if (process.platform === 'win32') return
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
