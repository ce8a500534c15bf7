/**
 * The tables of the MySQL ledger, as migrations: entry n upgrades from version n to n + 1. MySQL cannot roll back a change of
 * tables, so each entry is one statement that does no harm when it is repeated. Never edit an entry, add one.
 */
import type { Connection, RowDataPacket } from 'mysql2/promise'

/** Text is stored unchanged, byte for byte; ids and digests are ASCII. */
const table = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC'
const hex = 'CHARACTER SET ascii COLLATE ascii_bin'

/**
 * A path, and its SHA-256 as the key for lookups: a path is too long for an index, and collations that pad treat `a` and
 * `a ` as equal.
 */
const path = (column: string, more: string) =>
  `${column} VARCHAR(2048) ${more}, ${column}_key BINARY(32) AS (UNHEX(SHA2(${column}, 256))) STORED`

/** A change of a table whose repetition the database refuses with this error, and changes nothing. */
interface Alteration {
  readonly statement: string
  readonly whenDone: string
}

const migrations: readonly (string | Alteration)[] = [
  `CREATE TABLE IF NOT EXISTS tasks (
    task_id CHAR(32) ${hex} PRIMARY KEY,
    ${path('relative_path', 'NOT NULL')},
    size BIGINT NOT NULL,
    chunk_size BIGINT NOT NULL,
    md5 CHAR(32) ${hex},
    file_type VARCHAR(1024),
    last_modified_ms DOUBLE,
    copy_of VARCHAR(2048),
    announced_chunks INT,
    held_as CHAR(32) ${hex},
    opened_at_ms DOUBLE NOT NULL,
    active_at_ms DOUBLE NOT NULL,
    ${path('reserved_path', 'NULL')},
    KEY tasks_by_path (relative_path_key, size),
    UNIQUE KEY tasks_by_announcement (relative_path_key, md5, announced_chunks),
    UNIQUE KEY tasks_by_reserved (reserved_path_key),
    KEY tasks_by_held (held_as)
  ) ${table}`,
  `CREATE TABLE IF NOT EXISTS chunks (
    task_id CHAR(32) ${hex} NOT NULL,
    chunk_index INT NOT NULL,
    sha256 CHAR(64) ${hex} NOT NULL,
    doubted TINYINT NOT NULL DEFAULT 0,
    PRIMARY KEY (task_id, chunk_index),
    FOREIGN KEY (task_id) REFERENCES tasks (task_id) ON DELETE CASCADE
  ) ${table}`,
  `CREATE TABLE IF NOT EXISTS files (
    file_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    task_id CHAR(32) ${hex} NOT NULL UNIQUE,
    ${path('stored_path', 'NOT NULL')},
    requested_path VARCHAR(2048) NOT NULL,
    size BIGINT NOT NULL,
    md5 CHAR(32) ${hex} NOT NULL,
    mtime_ms DOUBLE NOT NULL,
    stored_at_ms DOUBLE NOT NULL,
    UNIQUE KEY files_by_path (stored_path_key),
    KEY files_by_content (md5, size)
  ) ${table}`,
  `CREATE TABLE IF NOT EXISTS duplicates (
    task_id CHAR(32) ${hex} PRIMARY KEY,
    file_id BIGINT NOT NULL,
    answered_at_ms DOUBLE NOT NULL,
    KEY duplicates_by_time (answered_at_ms),
    FOREIGN KEY (file_id) REFERENCES files (file_id) ON DELETE CASCADE
  ) ${table}`,
  {
    statement: `ALTER TABLE tasks
      ADD COLUMN sha256 CHAR(64) ${hex}, ADD COLUMN verified_sha256 CHAR(64) ${hex}`,
    whenDone: 'ER_DUP_FIELDNAME',
  },
  {
    statement: `ALTER TABLE files ADD COLUMN sha256 CHAR(64) ${hex}, ADD COLUMN announced_chunks INT,
      ADD KEY files_by_sha256 (sha256, size)`,
    whenDone: 'ER_DUP_FIELDNAME',
  },
  {
    statement: `ALTER TABLE chunks CHANGE COLUMN sha256 digest VARCHAR(80) ${hex} NOT NULL,
      ADD COLUMN contested TINYINT NOT NULL DEFAULT 0`,
    whenDone: 'ER_BAD_FIELD_ERROR',
  },
  `UPDATE chunks SET digest = CONCAT('sha-256:', digest) WHERE digest NOT LIKE '%:%'`,
  { statement: 'ALTER TABLE duplicates ADD COLUMN announced_chunks INT', whenDone: 'ER_DUP_FIELDNAME' },
  {
    statement: `ALTER TABLE files ADD COLUMN verified_at_ms DOUBLE NOT NULL DEFAULT 0,
      ADD COLUMN checked_at_ms DOUBLE NOT NULL DEFAULT 0, ADD COLUMN damaged_at_ms DOUBLE,
      ADD COLUMN damage VARCHAR(20) ${hex}, ADD KEY files_by_check (checked_at_ms),
      ADD KEY files_by_verification (verified_at_ms), ADD KEY files_by_damage (damaged_at_ms)`,
    whenDone: 'ER_DUP_FIELDNAME',
  },
  // A file was verified when it was stored.
  `UPDATE files SET verified_at_ms = stored_at_ms, checked_at_ms = stored_at_ms
    WHERE verified_at_ms = 0 AND checked_at_ms = 0`,
  { statement: `ALTER TABLE tasks ADD COLUMN ends CHAR(64) ${hex}`, whenDone: 'ER_DUP_FIELDNAME' },
  { statement: 'ALTER TABLE files ADD KEY files_by_size (size)', whenDone: 'ER_DUP_KEYNAME' },
  {
    statement: `ALTER TABLE tasks ADD COLUMN sender CHAR(64) ${hex}, ADD UNIQUE KEY tasks_by_sender (sender)`,
    whenDone: 'ER_DUP_FIELDNAME',
  },
  ...['tasks', 'files', 'duplicates'].map((name) => ({
    statement: `ALTER TABLE ${name} ADD COLUMN metadata TEXT`,
    whenDone: 'ER_DUP_FIELDNAME',
  })),
  `CREATE TABLE IF NOT EXISTS links (
    link_id CHAR(64) ${hex} PRIMARY KEY,
    path VARCHAR(2048) NOT NULL,
    is_folder TINYINT NOT NULL,
    made_at_ms DOUBLE NOT NULL,
    expires_at_ms DOUBLE NOT NULL
  ) ${table}`,
  // Longer than any path in bytes; a column of text cannot be indexed whole, and so not in order.
  {
    statement: `ALTER TABLE files ADD COLUMN stored_path_bytes VARBINARY(3072) AS (CAST(stored_path AS BINARY)) STORED,
      ADD KEY files_in_order (stored_path_bytes)`,
    whenDone: 'ER_DUP_FIELDNAME',
  },
  `CREATE TABLE IF NOT EXISTS batches (
    batch_no BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    ${path('folder', 'NOT NULL')},
    batch_id VARCHAR(64) ${hex} NOT NULL,
    name VARCHAR(1024) NOT NULL,
    sender VARCHAR(255) NOT NULL,
    announced_files BIGINT NOT NULL,
    announced_bytes BIGINT NOT NULL,
    named_files BIGINT NOT NULL DEFAULT 0,
    named_bytes BIGINT NOT NULL DEFAULT 0,
    named_up_to VARCHAR(2048),
    named_digest CHAR(64) ${hex},
    naming_since_ms DOUBLE NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    left_out BIGINT NOT NULL DEFAULT 0,
    began_at_ms DOUBLE NOT NULL,
    active_at_ms DOUBLE NOT NULL,
    ended_at_ms DOUBLE,
    complete_at_ms DOUBLE,
    complete_digest CHAR(64) ${hex},
    UNIQUE KEY batches_by_id (folder_key, batch_id),
    KEY batches_by_folder (folder_key, batch_no)
  ) ${table}`,
  `CREATE TABLE IF NOT EXISTS outbox (
    message_id VARCHAR(64) ${hex} PRIMARY KEY,
    ${path('folder', 'NOT NULL')},
    body TEXT NOT NULL,
    made_at_ms DOUBLE NOT NULL,
    attempts INT NOT NULL,
    next_at_ms DOUBLE NOT NULL,
    KEY outbox_by_time (next_at_ms),
    KEY outbox_by_folder (folder_key)
  ) ${table}`,
]

/**
 * Brings the ledger up to date; the caller has the lock for it.
 * @param target the version to stop at, for tests of what an earlier PhotoFerry left
 * @throws Error when a newer PhotoFerry wrote it
 */
export async function migrate(connection: Connection, target = migrations.length): Promise<void> {
  await connection.query(
    `CREATE TABLE IF NOT EXISTS ledger_version (only_row TINYINT PRIMARY KEY, version INT NOT NULL) ${table}`,
  )
  const [rows] = await connection.query<RowDataPacket[]>('SELECT version FROM ledger_version')
  const version = Number(rows[0]?.version ?? 0)
  if (version > migrations.length) {
    throw new Error(
      `its ledger has version ${version}; this server supports up to ${migrations.length}. Update PhotoFerry.`,
    )
  }
  for (const [offset, migration] of migrations.slice(version, target).entries()) {
    await apply(connection, migration)
    await connection.query('REPLACE INTO ledger_version (only_row, version) VALUES (1, ?)', [
      version + offset + 1,
    ])
  }
}

async function apply(connection: Connection, migration: string | Alteration): Promise<void> {
  if (typeof migration === 'string') {
    await connection.query(migration)
    return
  }
  try {
    await connection.query(migration.statement)
  } catch (thrown) {
    // The server died after the change, before it could record the version.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === migration.whenDone)) throw thrown
  }
}
