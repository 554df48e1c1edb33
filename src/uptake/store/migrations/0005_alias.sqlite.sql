CREATE TABLE lake_alias (
    workspace TEXT NOT NULL,
    person INTEGER NOT NULL,
    same_as INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace, person)
) WITHOUT ROWID;
CREATE INDEX lake_alias_by_version ON lake_alias (workspace, version);
