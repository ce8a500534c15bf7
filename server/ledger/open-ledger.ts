/** Opens the ledger that is configured: a file in the data folder, or a database. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ledger } from './ledger.ts'
import type { DatabaseAddress } from './mysql/database-url.ts'
import type { MysqlLedgerOptions } from './mysql/mysql-ledger.ts'
import { lockFolder, openSqliteLedger } from './sqlite/sqlite-ledger.ts'

interface LedgerSettings {
  /** Absolute path. */
  readonly DATA_DIR: string
  /** Undefined for a file in `DATA_DIR`. */
  readonly DATABASE_URL?: DatabaseAddress | undefined
}

export interface LedgerSurroundings {
  /** Whether several servers may use the store, and with it the ledger. */
  readonly isShared: boolean
  /** Called with a sentence about trouble that passes by itself. */
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
  return openMysql({ address, folder: lockFolder(file), ...surroundings })
}

/** Loaded only when used: the driver costs time and memory at every start. */
async function openMysql(options: MysqlLedgerOptions): Promise<Ledger> {
  const { openMysqlLedger } = await import('./mysql/mysql-ledger.ts')
  return openMysqlLedger(options)
}
