"""Taking a person out of delivered records."""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

from pathlib import Path

import duckdb

from uptake.capabilities.records.models import DataStandard, Delivery, Judgement, RatedSample
from uptake.capabilities.records.places import (
    folder_of,
    forget_judged,
    rejects_path,
    rows_path,
)
from uptake.capabilities.records.queries import content_of, newest, taken_deliveries
from uptake.capabilities.records.sampling import forget_in_sample
from uptake.capabilities.records.standard import RecordRole
from uptake.formats.values import name_sql, text_sql
from uptake.foundation.models import Workspace


def forget_author(workspace: Workspace, person: str) -> int:
    """Remove rows that the person wrote and their name elsewhere; returns how many rows went."""
    gone = 0
    for standard in DataStandard.objects.filter(workspace=workspace):
        version = newest(standard)
        author = content_of(version).columns.get(RecordRole.AUTHOR) if version else None
        for delivery in taken_deliveries(standard).select_related("standard__workspace"):
            gone += _without(rows_path(delivery), person, author)
        for delivery in standard.deliveries.filter(rejected__gt=0):
            _drop_named(delivery, person)
        for sample in RatedSample.objects.filter(version__standard=standard):
            gone += forget_in_sample(sample, person)
        forget_judged(standard)
        Judgement.objects.filter(version__standard=standard).delete()
    return gone


def is_author(workspace: Workspace, person: str) -> bool:
    """Say whether any row that was delivered was written by the person."""
    for standard in DataStandard.objects.filter(workspace=workspace):
        version = newest(standard)
        author = content_of(version).columns.get(RecordRole.AUTHOR) if version else None
        for delivery in taken_deliveries(standard).select_related("standard__workspace"):
            path = rows_path(delivery)
            if author and path.is_file() and _names_author(path, author, person):
                return True
    return False


def _names_author(path: Path, author: str, person: str) -> bool:
    source = f"read_parquet({text_sql(str(path))})"
    with duckdb.connect() as connection:
        columns = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        if author not in {row[0] for row in columns}:
            return False
        where = f"{name_sql(author)} = {text_sql(person)}"
        return bool(connection.execute(f"SELECT 1 FROM {source} WHERE {where} LIMIT 1").fetchall())


def _without(path: Path, person: str, author: str | None) -> int:
    """Write a file again without a person's rows; others that name them name nobody there."""
    if not path.is_file():
        return 0
    source, named = f"read_parquet({text_sql(str(path))})", text_sql(person)
    with duckdb.connect() as connection:
        columns = [
            row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        ]
        theirs = f"{name_sql(author)} = {named}" if author and author in columns else "false"
        where = f"coalesce({theirs}, false)"
        gone = int(
            connection.execute(f"SELECT count(*) FROM {source} WHERE {where}").fetchall()[0][0]
        )
        cells = ", ".join(
            f"nullif({name_sql(name)}, {named}) AS {name_sql(name)}" for name in columns
        )
        draft = path.with_suffix(".draft")
        connection.execute(
            f"COPY (SELECT {cells} FROM {source} WHERE NOT {where}) TO {text_sql(str(draft))} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
    draft.replace(path)
    return gone


def _drop_named(delivery: Delivery, person: str) -> None:
    """Remove the list of broken rows where it names the person."""
    path = rejects_path(delivery)
    if path.is_file() and person in path.read_text(encoding="utf-8", errors="replace"):
        path.unlink()


def forget_draft_files(standard: DataStandard) -> None:
    """Remove what a worker that died has left."""
    for path in folder_of(standard).glob("*.draft"):
        path.unlink(missing_ok=True)
