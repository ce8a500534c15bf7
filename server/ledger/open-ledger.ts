/** Opens the ledger that the settings ask for: a third kind is one more entry here, and its file. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ledger } from './ledger.ts'
import type { DatabaseAddress } from './mysql/database-url.ts'
import type { MysqlLedgerOptions } from './mysql/mysql-ledger.ts'
import { openSqliteLedger, takeFolder } from './sqlite/sqlite-ledger.ts'

export interface LedgerSettings {
  /** Absolute path. */
  readonly DATA_DIR: string
  /** Without one the ledger is a file in `DATA_DIR`. */
  readonly DATABASE_URL?: DatabaseAddress | undefined
}

export interface LedgerSurroundings {
  /** Whether several servers may use the store, and so the ledger. */
  readonly isShared: boolean
  /** Told, in a sentence, of trouble that passes. */
  report(sentence: string): void
}

/** @throws UploadError `storage-failed` with what to do about it, or the system's error for the folder */
export async function openLedger(
  settings: LedgerSettings,
  surroundings: LedgerSurroundings,
): Promise<Ledger> {
  const address = settings.DATABASE_URL
  if (address !== undefined && surroundings.isShared) return openMysql({ address, ...surroundings })
  const folder = join(settings.DATA_DIR, '.photoferry')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'ledger.db')
  if (address === undefined) return openSqliteLedger(file)
  return openMysql({ address, folder: takeFolder(file), ...surroundings })
}

/** Loaded only where it is used: the driver costs every start time and memory. */
async function openMysql(options: MysqlLedgerOptions): Promise<Ledger> {
  const { openMysqlLedger } = await import('./mysql/mysql-ledger.ts')
  return openMysqlLedger(options)
}
