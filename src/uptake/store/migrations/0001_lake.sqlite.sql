CREATE TABLE lake_workspace (
    workspace TEXT PRIMARY KEY,
    timezone TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE lake_inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    events INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    blob BLOB NOT NULL
);
CREATE TABLE lake_file (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    first_day INTEGER,
    last_day INTEGER,
    first_at INTEGER,
    last_at INTEGER,
    level INTEGER NOT NULL,
    created_version INTEGER NOT NULL,
    retired_version INTEGER
);
CREATE INDEX lake_file_by_workspace ON lake_file (workspace, retired_version);
CREATE TABLE lake_term (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    code INTEGER NOT NULL,
    text TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace, kind, code)
) WITHOUT ROWID;
CREATE INDEX lake_term_by_version ON lake_term (workspace, version);
CREATE TABLE lake_tombstone (
    workspace TEXT NOT NULL,
    person INTEGER NOT NULL,
    erased_version INTEGER NOT NULL,
    erased_at INTEGER NOT NULL,
    PRIMARY KEY (workspace, person)
);
CREATE TABLE lake_load (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    version INTEGER NOT NULL,
    loaded_at INTEGER NOT NULL,
    batches INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    delay_p50_ms INTEGER NOT NULL,
    delay_p99_ms INTEGER NOT NULL
);
CREATE INDEX lake_load_by_workspace ON lake_load (workspace, id);
CREATE TABLE lake_unreadable (
    id INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    events INTEGER NOT NULL,
    blob BLOB NOT NULL
);
