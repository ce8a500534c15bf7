/** What only the SQLite ledger does: writes of one turn share a transaction, which is as safe as the most careful of them asks. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { ledgerError } from '../../server/ledger/sqlite/errors.ts'
import { GroupCommit } from '../../server/ledger/sqlite/group-commit.ts'
import { migrate } from '../../server/ledger/sqlite/schema.ts'
import { openSqliteLedger } from '../../server/ledger/sqlite/sqlite-ledger.ts'
import { temporaryFolder } from './harness.ts'

interface Watched {
  readonly database: DatabaseSync
  /** What PRAGMA synchronous was at each commit: 1 for NORMAL, 2 for FULL. */
  readonly levels: number[]
  failNextCommit: boolean
}

/** A database in WAL mode, whose commits are watched and can be made to fail. */
function watchedDatabase(path = join(temporaryFolder(), 'ledger.db')): Watched {
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (n INTEGER)',
  )
  const watched: Watched = { database, levels: [], failNextCommit: false }
  const exec = database.exec.bind(database)
  database.exec = (sql) => {
    if (sql !== 'COMMIT') return exec(sql)
    if (watched.failNextCommit) {
      watched.failNextCommit = false
      throw new Error('the disk fails')
    }
    watched.levels.push(Number(database.prepare('PRAGMA synchronous').get()?.synchronous))
    exec(sql)
  }
  return watched
}

const undisturbed = { makeRoom: () => undefined, onFailedSync: () => undefined, onCommit: () => undefined }

const countRows = (database: DatabaseSync) => database.prepare('SELECT count(*) AS n FROM t').get()?.n

describe('writes that come together', () => {
  it('are committed as safely as the most careful of them asks', async () => {
    const { database, levels } = watchedDatabase()
    const commits = new GroupCommit(database, undisturbed)
    const write = (survives: 'crash' | 'power-cut') =>
      commits.write({ survives }, () => database.exec('INSERT INTO t VALUES (1)'))
    await write('crash')
    await Promise.all([write('crash'), write('power-cut'), write('crash')])
    await write('crash')
    await write('power-cut')
    expect(levels).toEqual([1, 2, 1, 2])
    expect(countRows(database)).toBe(6)
  })

  it('are told to nobody as done when they were not committed, and the next are', async () => {
    const watched = watchedDatabase()
    const { database } = watched
    const commits = new GroupCommit(database, undisturbed)
    const write = () =>
      commits.write({ survives: 'power-cut' }, () => database.exec('INSERT INTO t VALUES (1)'))
    watched.failNextCommit = true
    const ended = await Promise.allSettled([write(), write()])
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(countRows(database)).toBe(0)
    await write()
    expect(countRows(database)).toBe(1)
  })

  it('undo all of the one that fails, and nothing of those beside it', async () => {
    const { database } = watchedDatabase()
    const commits = new GroupCommit(database, undisturbed)
    const write = (fails: boolean) =>
      commits.write({ survives: 'crash' }, () => {
        database.exec('INSERT INTO t VALUES (1)')
        if (fails) database.exec('INSERT INTO nowhere VALUES (1)')
      })
    const ended = await Promise.allSettled([write(false), write(true), write(false)])
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(countRows(database)).toBe(2)
  })
})

describe('an upgrade of the tables', () => {
  it('that was interrupted begins again at the next start', () => {
    const path = join(temporaryFolder(), 'ledger.db')
    const first = watchedDatabase(path)
    migrate(first.database, 3)
    first.failNextCommit = true
    expect(() => migrate(first.database)).toThrow('the disk fails')
    first.database.close()
    const { database } = watchedDatabase(path)
    migrate(database)
    expect(database.prepare('SELECT verified_sha256 FROM tasks').all()).toEqual([])
  })
})

describe('a ledger', () => {
  it('is one server’s from the moment that it is opened, before anything is written to it', async () => {
    const path = join(temporaryFolder(), 'ledger.db')
    // What is done once is done.
    await openSqliteLedger(path).close()
    const first = openSqliteLedger(path)
    expect(() => openSqliteLedger(path)).toThrow('Another PhotoFerry server is using this data folder')
    await first.close()
    await openSqliteLedger(path).close()
  })
})

describe('a ledger without room', () => {
  it('says that there is none, so that clients wait', () => {
    const { database } = watchedDatabase()
    database.exec('PRAGMA max_page_count = 4')
    expect(() => {
      try {
        database.exec('INSERT INTO t VALUES (zeroblob(100000))')
      } catch (thrown) {
        throw ledgerError(thrown)
      }
    }).toThrow(expect.objectContaining({ code: 'storage-full' }))
    expect(ledgerError(new Error('anything else')).code).toBe('storage-failed')
  })
})
