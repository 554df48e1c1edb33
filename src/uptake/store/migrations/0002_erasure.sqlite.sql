CREATE TABLE lake_suppression_key (
    workspace TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);
CREATE TABLE lake_erasure (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    person_hash TEXT NOT NULL,
    person INTEGER NOT NULL,
    erased_at INTEGER NOT NULL,
    purged_at INTEGER,
    events INTEGER NOT NULL,
    UNIQUE (workspace, person_hash)
);
CREATE TABLE lake_retention (
    workspace TEXT PRIMARY KEY,
    first_day INTEGER NOT NULL,
    applied_at INTEGER NOT NULL
);
CREATE TABLE lake_import (
    workspace TEXT NOT NULL,
    import_key TEXT NOT NULL,
    finished_at INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    PRIMARY KEY (workspace, import_key)
);
