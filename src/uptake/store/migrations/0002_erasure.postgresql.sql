CREATE TABLE lake_suppression_key (
    workspace TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);
CREATE TABLE lake_erasure (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    person_hash TEXT NOT NULL,
    person INTEGER NOT NULL,
    erased_at BIGINT NOT NULL,
    purged_at BIGINT,
    events BIGINT NOT NULL,
    UNIQUE (workspace, person_hash)
);
CREATE TABLE lake_retention (
    workspace TEXT PRIMARY KEY,
    first_day INTEGER NOT NULL,
    applied_at BIGINT NOT NULL
);
CREATE TABLE lake_import (
    workspace TEXT NOT NULL,
    import_key TEXT NOT NULL,
    finished_at BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    PRIMARY KEY (workspace, import_key)
);
