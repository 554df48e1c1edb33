"""The records that a standard is judged on: as deliveries left them, or as events tell of them."""
# ruff: noqa: S608  (SQL is composed from quoted texts of our own making)

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import account_with_descendants
from uptake.capabilities.records import places
from uptake.capabilities.records.models import DataStandard
from uptake.capabilities.records.queries import taken_deliveries
from uptake.capabilities.records.standard import Standard
from uptake.capabilities.records.taking import Earlier, write_stand
from uptake.capabilities.records.versions import (
    Versions,
    versions_of_events,
    versions_of_table,
)
from uptake.formats import open_table, propose_mapping
from uptake.formats.table import connect
from uptake.formats.values import list_sql
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake

TEAMS = "record_teams"
NO_RECORDS = "No event about a record of this kind has arrived yet."
NO_FILE = "No file of records has been delivered yet."


@dataclass(frozen=True, slots=True)
class Ground:
    """Record versions to judge, or why there are none."""

    connection: duckdb.DuckDBPyConnection
    versions: Versions


@contextmanager
def ground(standard: DataStandard, content: Standard) -> Iterator[Ground | str]:
    """Open the records of a standard; a sentence where there are none yet."""
    opened = _of_events if standard.is_of_events else _of_files
    with opened(standard, content) as found:
        yield found


def earlier_of(standard: DataStandard, content: Standard) -> Earlier:
    """Return the deliveries that count, by what the standard says of their columns."""
    rows = taken_deliveries(standard).select_related("standard__workspace")
    paths = tuple(path for path in map(places.rows_path, rows) if path.is_file())
    return Earlier(paths, content.columns)


@contextmanager
def _of_files(standard: DataStandard, content: Standard) -> Iterator[Ground | str]:
    earlier = earlier_of(standard, content)
    if not earlier.paths:
        yield NO_FILE
        return
    with tempfile.TemporaryDirectory(prefix="uptake-") as folder:
        path = Path(folder) / f"{standard.pk}.parquet"
        if len(earlier.paths) == 1:
            path.symlink_to(earlier.paths[0])
        else:
            _write_stand(earlier, path)
        with open_table(path) as table:
            columns = propose_mapping(table).columns
            versions = versions_of_table(table, columns, content)
            yield Ground(table.connection, versions)


def _write_stand(earlier: Earlier, path: Path) -> None:
    aside = tempfile.TemporaryDirectory(prefix="uptake-")
    with aside, connect(aside) as connection:
        write_stand(connection, earlier, path)


@contextmanager
def _of_events(standard: DataStandard, content: Standard) -> Iterator[Ground | str]:
    slug = standard.workspace.slug
    with shared_lake().snapshot(slug) as snapshot:
        connection = snapshot.connection
        connection.register(TEAMS, _teams(standard))
        versions = versions_of_events(
            content.field_names,
            object_type=standard.object_type,
            relation=_relation(standard),
            group="team_of",
        )
        found = connection.execute(f"SELECT 1 FROM {versions.relation} LIMIT 1").fetchall()
        yield Ground(connection, versions) if found else NO_RECORDS


def _relation(standard: DataStandard) -> str:
    """Events of the accounts the standard is about, with the team of whoever did it."""
    where = "true"
    if standard.account is not None:
        system = Actor.system(standard.workspace)
        inside = account_with_descendants(system, standard.account.external_id)
        where = f"list_contains({list_sql(each.external_id for each in inside)}, e.account)"
    return (
        f"(SELECT e.*, t.team_of FROM events_text AS e LEFT JOIN {TEAMS} AS t "
        f"ON t.member = e.person WHERE {where})"
    )


def _teams(standard: DataStandard) -> pa.Table:
    """Everybody on record with their team; a team is named with its account where several are."""
    people = Person.objects.filter(workspace=standard.workspace, team__isnull=False)
    rows = people.values_list("external_id", "team__external_id", "account__name")
    one_account = standard.account is not None
    named = [
        (person, team if one_account or not account else f"{account}: {team}")
        for person, team, account in rows
    ]
    return pa.table(
        {
            "member": pa.array([person for person, _ in named], pa.string()),
            "team_of": pa.array([team for _, team in named], pa.string()),
        }
    )
