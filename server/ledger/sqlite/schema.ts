/** The tables of the SQLite ledger, as migrations: entry n upgrades from version n to n + 1. Never edit an entry, add one. */
import type { DatabaseSync } from 'node:sqlite'

const migrations: readonly string[] = [
  `
  CREATE TABLE tasks (
    task_id TEXT PRIMARY KEY,
    relative_path TEXT NOT NULL,
    size INTEGER NOT NULL,
    chunk_size INTEGER NOT NULL,
    md5 TEXT,
    file_type TEXT,
    last_modified_ms REAL,
    copy_of TEXT,
    active_at_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tasks_by_path ON tasks (relative_path, size, md5);

  CREATE TABLE chunks (
    task_id TEXT NOT NULL REFERENCES tasks ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (task_id, chunk_index)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL UNIQUE,
    stored_path TEXT NOT NULL UNIQUE,
    requested_path TEXT NOT NULL,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    mtime_ms REAL NOT NULL,
    stored_at_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX files_by_content ON files (md5, size);

  CREATE TABLE duplicates (
    task_id TEXT PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    answered_at_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX duplicates_by_file ON duplicates (file_id);
  `,
  `
  ALTER TABLE tasks ADD COLUMN announced_chunks INTEGER;
  ALTER TABLE tasks ADD COLUMN held_as TEXT;
  ALTER TABLE tasks ADD COLUMN opened_at_ms REAL NOT NULL DEFAULT 0;
  UPDATE tasks SET opened_at_ms = active_at_ms;
  CREATE UNIQUE INDEX tasks_by_announcement ON tasks (relative_path, md5, announced_chunks)
    WHERE announced_chunks IS NOT NULL;
  CREATE INDEX tasks_by_held ON tasks (held_as) WHERE held_as IS NOT NULL;
  ALTER TABLE chunks ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0;
  `,
  `
  ALTER TABLE tasks ADD COLUMN reserved_path TEXT;
  CREATE UNIQUE INDEX tasks_by_reserved ON tasks (reserved_path) WHERE reserved_path IS NOT NULL;
  `,
  `
  ALTER TABLE tasks ADD COLUMN sha256 TEXT;
  ALTER TABLE tasks ADD COLUMN verified_sha256 TEXT;
  ALTER TABLE files ADD COLUMN sha256 TEXT;
  ALTER TABLE files ADD COLUMN announced_chunks INTEGER;
  CREATE INDEX files_by_sha256 ON files (sha256, size) WHERE sha256 IS NOT NULL;
  ALTER TABLE chunks RENAME COLUMN sha256 TO digest;
  ALTER TABLE chunks ADD COLUMN contested INTEGER NOT NULL DEFAULT 0;
  UPDATE chunks SET digest = 'sha-256:' || digest;
  `,
  'ALTER TABLE duplicates ADD COLUMN announced_chunks INTEGER;',
  // A file was verified when it was stored.
  `
  ALTER TABLE files ADD COLUMN verified_at_ms REAL NOT NULL DEFAULT 0;
  ALTER TABLE files ADD COLUMN checked_at_ms REAL NOT NULL DEFAULT 0;
  ALTER TABLE files ADD COLUMN damaged_at_ms REAL;
  ALTER TABLE files ADD COLUMN damage TEXT;
  UPDATE files SET verified_at_ms = stored_at_ms, checked_at_ms = stored_at_ms;
  CREATE INDEX files_by_check ON files (checked_at_ms);
  CREATE INDEX files_by_verification ON files (verified_at_ms);
  CREATE INDEX files_by_damage ON files (damaged_at_ms) WHERE damaged_at_ms IS NOT NULL;
  `,
  `
  ALTER TABLE tasks ADD COLUMN ends TEXT;
  CREATE INDEX files_by_size ON files (size);
  `,
  `
  ALTER TABLE tasks ADD COLUMN sender TEXT;
  CREATE UNIQUE INDEX tasks_by_sender ON tasks (sender) WHERE sender IS NOT NULL;
  ALTER TABLE tasks ADD COLUMN metadata TEXT;
  ALTER TABLE files ADD COLUMN metadata TEXT;
  ALTER TABLE duplicates ADD COLUMN metadata TEXT;
  CREATE TABLE links (
    link_id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    is_folder INTEGER NOT NULL,
    made_at_ms REAL NOT NULL,
    expires_at_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE batches (
    batch_no INTEGER PRIMARY KEY AUTOINCREMENT,
    folder TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sender TEXT NOT NULL,
    announced_files INTEGER NOT NULL,
    announced_bytes INTEGER NOT NULL,
    named_files INTEGER NOT NULL DEFAULT 0,
    named_bytes INTEGER NOT NULL DEFAULT 0,
    named_up_to TEXT,
    named_digest TEXT,
    naming_since_ms REAL NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    left_out INTEGER NOT NULL DEFAULT 0,
    began_at_ms REAL NOT NULL,
    active_at_ms REAL NOT NULL,
    ended_at_ms REAL,
    complete_at_ms REAL,
    complete_digest TEXT
  ) STRICT;
  CREATE UNIQUE INDEX batches_by_id ON batches (folder, batch_id);
  CREATE INDEX batches_by_folder ON batches (folder, batch_no);

  CREATE TABLE outbox (
    message_id TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at_ms REAL NOT NULL,
    attempts INTEGER NOT NULL,
    next_at_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_by_time ON outbox (next_at_ms);
  CREATE INDEX outbox_by_folder ON outbox (folder);
  `,
]

/**
 * Brings the ledger up to date.
 * @param target the version to stop at, for tests of what an earlier PhotoFerry left
 * @throws Error when a newer PhotoFerry wrote it
 */
export function migrate(database: DatabaseSync, target = migrations.length): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  if (version > migrations.length) {
    throw new Error(
      `The ledger has version ${version}; this server supports up to ${migrations.length}. Update PhotoFerry.`,
    )
  }
  for (const [offset, migration] of migrations.slice(version, target).entries()) {
    database.exec('BEGIN IMMEDIATE')
    database.exec(migration)
    database.exec(`PRAGMA user_version = ${version + offset + 1}`)
    database.exec('COMMIT')
  }
}
