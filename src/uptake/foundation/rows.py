"""Every row of the system database as text, the same on SQLite and on PostgreSQL.

One compressed file of JSON lines: a header ``{"model", "fields"}`` before the rows of each table,
each row a list of values. Because no database's own format is used, what was written from one kind
of database can be read into the other.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import zstandard
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from uptake.store.errors import UptakeError

Line = Any  # what JSON holds: a header is a dict, a row is a list
BATCH = 1_000
SESSIONS = frozenset({"sessions.Session", "usersessions.UserSession", "foundation.KeptAnswer"})
SNAPSHOT = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class RowsBreakOff(UptakeError):
    """A file of rows is not complete."""


def kept_models() -> list[type[models.Model]]:
    """Return every table worth keeping: all but sessions and answers, which begin anew."""
    return [model for model in _all_models() if model._meta.label not in SESSIONS]


def _all_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def export_rows(path: Path) -> dict[str, int]:
    """Write every row as of one moment, while others go on writing; returns rows by table."""
    with zstandard.open(path, "wt", encoding="utf-8") as file, _one_moment():
        counts = {model._meta.label: _export(model, file) for model in kept_models()}
        file.write(json.dumps({"end": sum(counts.values())}) + "\n")
    return counts


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read from a snapshot; Django's own transaction would keep writers out on SQLite."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _export(model: type[models.Model], file: TextIO) -> int:
    names = [field.attname for field in model._meta.concrete_fields]
    file.write(json.dumps({"model": model._meta.label, "fields": names}) + "\n")
    count = 0
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        file.write(json.dumps(row, default=_text, ensure_ascii=False) + "\n")
        count += 1
    return count


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"a {type(value).__name__} cannot be written as text yet; add it here")


@transaction.atomic
def import_rows(path: Path) -> dict[str, int]:
    """Replace every row by what a file holds; returns rows by table. All of it or nothing."""
    _clear()
    with zstandard.open(path, "rt", encoding="utf-8") as file:
        counts = dict(_import_tables(_until_end(json.loads(line) for line in file)))
    _reset_sequences()
    return counts


def count_rows() -> dict[str, int]:
    """Return how many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in kept_models()}


def _clear() -> None:
    with connection.cursor() as cursor:
        for model in _all_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - the name is our own


def _until_end(lines: Iterator[Line]) -> Iterator[Line]:
    """Pass lines on up to the last one, which says that nothing is missing."""
    for line in lines:
        if isinstance(line, dict) and "end" in line:
            return
        yield line
    raise RowsBreakOff("The rows of the backup break off in the middle; use another backup.")


def _import_tables(lines: Iterator[Line]) -> Iterator[tuple[str, int]]:
    """Read header after header, streaming: the rows of a table end where the next one begins."""
    for label, table in groupby(lines, key=_Headers()):
        rows = iter(table)
        yield label, _insert(apps.get_model(label), next(rows)["fields"], rows)


class _Headers:
    """Says for each line to which table it belongs."""

    def __init__(self) -> None:
        self._label = ""

    def __call__(self, line: Line) -> str:
        if isinstance(line, dict):
            self._label = line["model"]
        return self._label


def _insert(model: type[models.Model], names: list[str], rows: Iterable[Line]) -> int:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    count = 0
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        model._base_manager.bulk_create(
            model(
                **{
                    name: fields[name].to_python(value)
                    for name, value in zip(names, row, strict=True)
                }
            )
            for row in batch
        )
        count += len(batch)
    return count


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)
