ALTER TABLE lake_erasure RENAME TO lake_erasure_with_events;
CREATE TABLE lake_erasure (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    person_hash TEXT NOT NULL,
    person INTEGER,
    erased_at INTEGER NOT NULL,
    purged_at INTEGER,
    events INTEGER NOT NULL,
    UNIQUE (workspace, person_hash)
);
INSERT INTO lake_erasure (id, workspace, person_hash, person, erased_at, purged_at, events)
    SELECT id, workspace, person_hash, person, erased_at, purged_at, events
    FROM lake_erasure_with_events;
DROP TABLE lake_erasure_with_events;
