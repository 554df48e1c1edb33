"""Commands on the event lake: what it holds, loading, compaction, erasure, retention."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.settings import load_settings
from uptake.store.errors import UptakeError

if TYPE_CHECKING:
    from uptake.store import Lake, LakeStatus

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Workspace = Annotated[str, typer.Option(help="Workspace; default: the one that the settings name.")]


ONLY_EVENTS = (
    "  Only events are erased. What the database knows of this person (name, team, role) is still "
    "there: run `uptake erase-person` to erase that, too."
)
"""Said after an erasure that leaves part of a person behind."""


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    lake = typer.Typer(name="lake", help="Look after the event lake.", no_args_is_help=True)
    for command in (status, load, compact, erase_person, retention, tail):
        lake.command()(command)
    app.add_typer(lake)


def status(workspace: Workspace = "", as_json: AsJson = False) -> None:
    """Show what is stored, what waits, and how long events take to be queryable.

    Example: uptake lake status --json
    """
    with _open() as lake:
        found = lake.status(workspace or load_settings().workspace)
    if as_json:
        _print(asdict(found))
        return
    for line in _sentences(found):
        typer.echo(line)


def load(workspace: Workspace = "", as_json: AsJson = False) -> None:
    """Load the inbox now; of every workspace, if none is named. The worker does it by itself.

    Example: uptake lake load
    """
    from uptake.store import Loader

    with _open() as lake:
        report = Loader(lake).drain(workspace or None)
    if as_json:
        _print(asdict(report))
        return
    typer.echo(
        f"Stored {report.stored:,} events in {report.seconds:.1f} s; "
        f"{report.duplicates:,} were stored already, {report.rejected:,} were refused."
    )


def compact(
    workspace: Workspace = "",
    thorough: Annotated[bool, typer.Option(help="Merge everything, however well it lies.")] = False,
    as_json: AsJson = False,
) -> None:
    """Merge small files, and take erased people out of all. The worker does it by itself.

    Example: uptake lake compact --thorough
    """
    with _open() as lake:
        report = lake.compact(workspace or load_settings().workspace, thorough=thorough)
    if as_json:
        _print(asdict(report))
        return
    typer.echo(
        f"{report.files_before:,} files of {report.bytes_before / 1e6:,.1f} MB became "
        f"{report.files_after:,} of {report.bytes_after / 1e6:,.1f} MB; "
        f"{report.people_purged} erased people are out of them."
    )


def erase_person(
    person: Annotated[str, typer.Argument(help="The person's identifier, as events carry it.")],
    workspace: Workspace = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase ONLY THE EVENTS of a person, for good, and refuse new ones.

    NOT their name, team and role in the database: for everything run `uptake erase-person`.

    Example: uptake lake erase-person p.0815 --yes
    """
    if not yes:
        typer.confirm(f"Erase only the events of {person!r}, for good?", abort=True, err=True)
    with _open() as lake:
        receipt = lake.erase_person(workspace or load_settings().workspace, person)
    if as_json:
        _print(asdict(receipt))
        return
    typer.echo(f"Erased {receipt.events:,} events; receipt {receipt.receipt_id}.")
    typer.echo(ONLY_EVENTS)
    for sentence in receipt.remains:
        typer.echo(f"  {sentence}")


def retention(
    months: Annotated[int, typer.Argument(help="Months to keep, the present one included.")],
    workspace: Workspace = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Drop whole months of events that are older than this, for good.

    Example: uptake lake retention 24
    """
    if not yes:
        typer.confirm(f"Drop all but the newest {months} months for good?", abort=True, err=True)
    with _open() as lake:
        name = workspace or load_settings().workspace
        report = lake.apply_retention(name, months, datetime.now(UTC).date())
    if as_json:
        _print(asdict(report))
        return
    typer.echo(f"Dropped {report.events:,} events; kept those from {report.first_day} on.")


def tail(
    count: Annotated[int, typer.Argument(min=1, help="How many.")] = 20,
    workspace: Workspace = "",
    as_json: AsJson = False,
) -> None:
    """Show the newest events that wait in the inbox, newest first.

    Example: uptake lake tail 5
    """
    with _open() as lake:
        events = lake.tail(workspace or load_settings().workspace, count).to_pylist()
    if as_json:
        _print(events)
        return
    if not events:
        typer.echo("No events wait in the inbox.", err=True)
    for event in events:
        account, what = event["account"] or "-", event["action"]
        typer.echo(
            f"{event['occurred_at']:%Y-%m-%d %H:%M:%S}  {account}  {event['person']}  {what}"
        )


def _open() -> Lake:
    from uptake.store import Lake  # DuckDB takes a while to load

    settings = load_settings()
    file = Path(settings.lake_url.removeprefix("sqlite:///"))
    if settings.lake_url.startswith("sqlite:///") and not file.exists():
        raise UptakeError(f"There is no lake at {file}: run `uptake migrate` first.")
    return Lake.open(settings.lake_dir, settings.lake_url)


def _sentences(found: LakeStatus) -> list[str]:
    fresh, megabytes = found.freshness, 1 / 1_000_000
    size = (found.event_bytes + found.rollup_bytes + found.index_bytes) * megabytes
    held = f"{found.events:,} events in {found.files:,} files, {size:,.1f} MB"
    lines = [
        f"{found.workspace}: {held}, version {found.version}, days in {found.timezone}.",
        f"{found.inbox.events:,} events of {found.inbox.batches:,} batches wait to be loaded.",
    ]
    if fresh.p99_ms is not None:
        lines.append(
            f"Queryable {fresh.median_ms:,} ms (median) and {fresh.p99_ms:,} ms (99th percentile) "
            f"after acknowledgement; worst of {fresh.loads} loads {fresh.worst_p99_ms:,} ms."
        )
    if found.unreadable_batches:
        lines.append(f"{found.unreadable_batches} damaged batches are set aside: check the disk.")
    return lines


def _print(facts: object) -> None:
    typer.echo(json.dumps(facts, default=str))
