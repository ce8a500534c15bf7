/**
 * The database that tests run on: SQLite in the data folder, or with PHOTOFERRY_TEST_DATABASE=mysql://root@127.0.0.1:3306
 * a database of its own there for every data folder, dropped at the end.
 */
import { createHash } from 'node:crypto'
import mysql, { type Connection } from 'mysql2/promise'
import { atEndOfFile } from '../end-of-file.ts'

/** A MySQL or MariaDB server in which databases may be made and dropped. */
export const databaseServer = process.env.PHOTOFERRY_TEST_DATABASE

const made = new Map<string, Promise<void>>()

/** Works on the database server as whoever may do all. */
export async function administer(
  server: string | undefined,
  work: (connection: Connection) => Promise<unknown>,
): Promise<void> {
  const connection = await mysql.createConnection(server ?? '')
  try {
    await work(connection)
  } finally {
    await connection.end()
  }
}

/** The URL of this name's database, made when it is asked for first. */
export async function databaseUrl(name: string, server = databaseServer): Promise<string> {
  const database = `photoferry_test_${createHash('sha256').update(name).digest('hex').slice(0, 24)}`
  if (!made.has(database)) made.set(database, make(database, server))
  await made.get(database)
  return `${server}/${database}`
}

/** A database server of the test's own takes its databases with it; this one's are dropped, once every server is closed. */
async function make(database: string, server: string | undefined): Promise<void> {
  await administer(server, (db) => db.query(`CREATE DATABASE ${database}`))
  if (server !== databaseServer) return
  atEndOfFile(async () => {
    made.delete(database)
    await administer(databaseServer, (db) => db.query(`DROP DATABASE IF EXISTS ${database}`))
  })
}

/** What a server's environment says of the ledger that belongs to this data folder. */
export async function ledgerEnv(dataDir: string): Promise<Record<string, string>> {
  return databaseServer === undefined ? {} : { DATABASE_URL: await databaseUrl(dataDir) }
}
