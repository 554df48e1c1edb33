CREATE TABLE lake_workspace (
    workspace TEXT PRIMARY KEY,
    timezone TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE lake_inbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    events INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    blob BYTEA NOT NULL
);
CREATE TABLE lake_file (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    first_day INTEGER,
    last_day INTEGER,
    first_at BIGINT,
    last_at BIGINT,
    level INTEGER NOT NULL,
    created_version BIGINT NOT NULL,
    retired_version BIGINT
);
CREATE INDEX lake_file_by_workspace ON lake_file (workspace, retired_version);
CREATE TABLE lake_term (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    code INTEGER NOT NULL,
    text TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace, kind, code)
);
CREATE INDEX lake_term_by_version ON lake_term (workspace, version);
CREATE TABLE lake_tombstone (
    workspace TEXT NOT NULL,
    person INTEGER NOT NULL,
    erased_version BIGINT NOT NULL,
    erased_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, person)
);
CREATE TABLE lake_load (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace TEXT NOT NULL,
    version BIGINT NOT NULL,
    loaded_at BIGINT NOT NULL,
    batches INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    delay_p50_ms INTEGER NOT NULL,
    delay_p99_ms INTEGER NOT NULL
);
CREATE INDEX lake_load_by_workspace ON lake_load (workspace, id);
CREATE INDEX lake_inbox_by_workspace ON lake_inbox (workspace, id);
ALTER TABLE lake_inbox ALTER COLUMN blob SET STORAGE EXTERNAL;
CREATE TABLE lake_unreadable (
    id BIGINT PRIMARY KEY,
    workspace TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    events INTEGER NOT NULL,
    blob BYTEA NOT NULL
);
