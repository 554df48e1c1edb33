"""``uptake import events|people|accounts|contracts|products FILE``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.foundation.boot import boot

if TYPE_CHECKING:
    from uptake.cli.import_runs import ImportOutcome

imports = typer.Typer(
    help="Bring in what another system exports. The same file twice changes nothing.",
    no_args_is_help=True,
)

Words = Annotated[
    list[str], typer.Argument(metavar="FILE", help="CSV, TSV, JSON Lines, Parquet or Excel.")
]
Pairs = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="NAME=COLUMN ...", help="Say which column is which."),
]
Saved = Annotated[Path | None, typer.Option("--mapping", help="Use a saved mapping.")]
Save = Annotated[Path | None, typer.Option("--save-mapping", help="Keep the mapping used.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]
Rejects = Annotated[Path | None, typer.Option(help="Where rejected rows go (FILE.rejects.csv).")]
Workspace = Annotated[str | None, typer.Option(help="Workspace to import into.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding, if the guess is wrong.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Source = Annotated[
    str, typer.Option(help="The system the events come from; the same in each of its files.")
]
Timezone = Annotated[
    str | None, typer.Option(help="Zone of times without one, such as Europe/Berlin.")
]
Origin = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day 0 of day numbers.")
]


FIELDS_IN_WORDS = {
    "people": "id, name, email, team, role, manager, start and end date, location, account, "
    "days a week, leave",
    "accounts": "id, name, parent, segment, owner",
    "contracts": "id, account, product, seats, price, period, start, end, notice, decision",
    "products": "product, module, action, whether it is a value action, description",
}


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What the person at the command line decided."""

    words: list[str]
    pairs: list[str]
    mapping: Path | None
    save_mapping: Path | None
    rejects: Path | None
    workspace: str | None
    encoding: str | None
    dry_run: bool


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for kind in FIELDS_IN_WORDS:
        epilog = f"Example: uptake import {kind} {kind}.csv --dry-run"
        imports.command(kind, epilog=epilog)(record_command(kind))
    app.add_typer(imports, name="import")


@imports.command(epilog="Example: uptake import events usage.csv --map person=user time=at")
def events(
    file: Words,
    pairs: Pairs = None,
    mapping: Saved = None,
    save_mapping: Save = None,
    rejects: Rejects = None,
    workspace: Workspace = None,
    encoding: Encoding = None,
    source: Source = "file",
    timezone: Timezone = None,
    origin: Origin = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import who did what when. Columns are guessed and shown; --map corrects the guess."""
    choices = ImportChoices(
        file, pairs or [], mapping, save_mapping, rejects, workspace, encoding, dry_run
    )
    day = origin.date() if origin else None
    _tell(_runs().import_events(choices, source, timezone, day), as_json=as_json)


@imports.command("list", epilog="Example: uptake import list --json")
def history(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List the imports of a workspace, newest first, however they were started."""
    runs = _runs()
    rows = runs.history(workspace)
    if as_json:
        typer.echo(json.dumps([runs.described(job) for job in rows], ensure_ascii=False))
        return
    for job in rows:
        typer.echo(runs.in_words(job))


@imports.command(epilog="Example: uptake import undo 17 --yes")
def undo(
    number: Annotated[int, typer.Argument(help="Number of the import, as `list` shows it.")],
    workspace: Workspace = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a whole import back: its events go, its records are again what they were before."""
    if not yes:
        typer.confirm(f"Take back everything that import {number} brought?", abort=True, err=True)
    runs = _runs()
    job = runs.undo(number, workspace)
    if as_json:
        typer.echo(json.dumps(runs.described(job), ensure_ascii=False))
        return
    typer.echo(f"Import {number} of {job.file_name} is undone.")
    for kind, name, reason in job.kept:
        typer.echo(f"  left as it is: {name} of {kind} {reason}")


def record_command(kind: str) -> Callable[..., None]:
    """One command for a kind of record; all of them have the same options."""

    def command(
        file: Words,
        pairs: Pairs = None,
        mapping: Saved = None,
        save_mapping: Save = None,
        rejects: Rejects = None,
        workspace: Workspace = None,
        encoding: Encoding = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        runs = _runs()
        choices = ImportChoices(
            file, pairs or [], mapping, save_mapping, rejects, workspace, encoding, dry_run
        )
        _tell(runs.import_records(runs.RecordKind(kind), choices), as_json=as_json)

    command.__doc__ = f"Import {kind}: {FIELDS_IN_WORDS[kind]}."
    return command


def _runs() -> ModuleType:
    """The module that does the work; it needs Django and DuckDB, which take a while to load."""
    boot()
    return import_module("uptake.cli.import_runs")


def _tell(outcome: ImportOutcome, *, as_json: bool) -> None:
    typer.echo(json.dumps(outcome.as_json(), ensure_ascii=False) if as_json else outcome.in_words)
