CREATE TABLE lake_segment (
    workspace TEXT NOT NULL,
    segment TEXT NOT NULL,
    upto INTEGER NOT NULL,
    PRIMARY KEY (workspace, segment)
);
ALTER TABLE lake_unreadable RENAME TO lake_unreadable_row;
CREATE TABLE lake_unreadable (
    workspace TEXT NOT NULL,
    batch TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    events INTEGER NOT NULL,
    blob BLOB NOT NULL,
    PRIMARY KEY (workspace, batch)
);
INSERT INTO lake_unreadable (workspace, batch, received_at, events, blob)
    SELECT workspace, 'row:' || id, received_at, events, blob FROM lake_unreadable_row;
DROP TABLE lake_unreadable_row;
