"""``uptake report FILE``: a file of events in, an adoption report out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from uptake.capabilities.measure.from_file import FileChoices
    from uptake.capabilities.measure.picture import AdoptionPicture
    from uptake.formats import Mapping

    Progress = Callable[[str, float | None], None]

EPILOG = (
    "Examples: uptake report usage.csv  |  uptake report log.csv.gz --map person=sys_updated_by "
    "time=sys_updated_at team=assignment_group  |  uptake report usage.parquet --json"
)


FORMATS = frozenset(
    {
        *(".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xls"),
        *(".gz", ".zst"),
    }
)
"""Endings that say how a file is written."""


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("report", epilog=EPILOG)(report)


def report(
    words: Annotated[
        list[str], typer.Argument(metavar="FILE", help="CSV, TSV, JSON Lines, Parquet or Excel.")
    ],
    roles: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="ROLE=COLUMN ...", help="Say which column is which."),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="Use a saved mapping.")] = None,
    save_mapping: Annotated[Path | None, typer.Option(help="Keep the mapping used.")] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="PDF to write.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of times without one, such as Europe/Berlin.")
    ] = None,
    origin: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day 0 of day numbers.")
    ] = None,
) -> None:
    """Report who uses a system, how, when, how well and how often, from one file of events.

    Nothing needs to be set up. Columns are guessed and shown; --map corrects the guess with roles
    person, time, action, account, team, module, object, recorded, case, quality and duration.
    """
    from uptake.capabilities.measure.from_file import FileChoices, spoken_roles

    with plain_errors():
        file, pairs = _file_and_pairs(words)
        choices = FileChoices(
            roles=spoken_roles([*(roles or []), *pairs]),
            mapping=mapping,
            save_mapping=save_mapping,
            rejects=Path(f"{_plain_name(file)}.rejects.csv"),
            timezone=timezone,
            origin=origin.date() if origin else None,
        )
        picture = _read(file, choices)
        page = html or (None if as_json or pdf else Path(f"{_plain_name(file)}.report.html"))
        _write(picture, page, pdf, as_json=as_json)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a person can mend into one sentence on stderr and exit code 2."""
    from uptake.store.errors import UptakeError

    try:
        yield
    except UptakeError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(2) from error


def _file_and_pairs(words: list[str]) -> tuple[Path, list[str]]:
    from uptake.capabilities.measure.from_file import is_pair
    from uptake.store.errors import UptakeError

    files = [word for word in words if not is_pair(word)]
    if len(files) != 1:
        raise UptakeError("Name exactly one file: uptake report FILE.")
    return Path(files[0]), [word for word in words if is_pair(word)]


def _plain_name(file: Path) -> str:
    """The file's name without what says how it is written: usage.csv.gz is usage."""
    name = Path(file.name)
    while name.suffix.lower() in FORMATS:
        name = name.with_suffix("")
    return name.name


def _read(file: Path, choices: FileChoices) -> AdoptionPicture:
    from uptake.capabilities.measure.from_file import picture_of_file

    with _progress() as progress:
        picture = picture_of_file(file, choices, show=_show_mapping, progress=progress)
    if picture.summary.rejected:
        typer.echo(
            f"{picture.summary.rejected:,} of {picture.source.rows:,} rows could not be used: "
            f"see {choices.rejects}.",
            err=True,
        )
    return picture


def _show_mapping(mapping: Mapping) -> None:
    """Print what each column was taken for, with three values of it, on stderr."""
    typer.echo("Columns are read as:", err=True)
    for role in mapping.roles:
        samples = ", ".join(role.samples[:3])
        typer.echo(f"  {role.role.value:<10} {role.spelled:<24} {samples}", err=True)
    for warning in mapping.warnings:
        typer.echo(f"  ! {warning}", err=True)
    typer.echo("Not right? Say --map role=column.", err=True)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Show a bar on stderr when somebody is watching it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Opening", total=1.0)

        def tell(what: str, share: float | None) -> None:
            bar.update(task, description=what, completed=share or 0.0, total=share and 1.0)

        yield tell


def _write(picture: AdoptionPicture, page: Path | None, pdf: Path | None, *, as_json: bool) -> None:
    from uptake.capabilities.measure.report import to_html, to_json, to_pdf

    if page:
        page.write_text(to_html(picture), encoding="utf-8")
        typer.echo(f"Wrote {page}", err=True)
    if pdf:
        pdf.write_bytes(to_pdf(picture))
        typer.echo(f"Wrote {pdf}", err=True)
    if as_json:
        typer.echo(json.dumps(to_json(picture), ensure_ascii=False, indent=1))
