"""``uptake report FILE``: a file of events in, an adoption report out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.terminal import progress_bar
from uptake.cli.writable import check_writable
from uptake.formats.whole_files import write_whole
from uptake.store.errors import UptakeError

if TYPE_CHECKING:
    from uptake.capabilities.measure.from_file import FileChoices
    from uptake.capabilities.measure.picture import AdoptionPicture
    from uptake.formats import Mapping

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
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day 0 of day numbers.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Where people work, for its holidays: DE, or DE-BY.")
    ] = None,
) -> None:
    """Report who uses a system, how, when, how well and how often, from one file of events.

    Nothing needs to be set up. Columns are guessed and shown; --map corrects the guess with roles
    person, time, action, account, team, module, object, recorded, case, quality and duration.
    """
    from uptake.capabilities.measure.from_file import FileChoices
    from uptake.formats import Role
    from uptake.formats.spoken import file_and_pairs, spoken_pairs

    file, pairs = file_and_pairs(words, "uptake report")
    page = html or (None if as_json or pdf else Path(f"{_plain_name(file)}.report.html"))
    for target in filter(None, (page, pdf, save_mapping)):
        check_writable(target, example="report")
    _check_place(timezone, country)
    choices = FileChoices(
        roles=spoken_pairs([*(roles or []), *pairs], list(Role)),
        mapping=mapping,
        save_mapping=save_mapping,
        rejects=Path(f"{_plain_name(file)}.rejects.csv"),
        timezone=timezone,
        origin=None if origin is None else _day(origin),
        country=country,
    )
    picture = _read(file, choices)
    _write(picture, page, pdf, as_json=as_json)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UptakeError(f"--origin {text!r} is no date: write it as 2024-01-08.") from None


def _check_place(timezone: str | None, country: str | None) -> None:
    """Refuse a time zone or a country that nobody knows."""
    from uptake.methods.adoption.calendar import WorkingCalendar
    from uptake.store.localtime import zone_of

    if timezone is not None:
        zone_of(timezone)
    if country is not None:
        try:
            WorkingCalendar().at(country or "?")
        except ValueError as unknown:
            raise UptakeError(str(unknown)) from unknown


def _plain_name(file: Path) -> str:
    """The file's name without what says how it is written: usage.csv.gz is usage."""
    name = Path(file.name)
    while name.suffix.lower() in FORMATS:
        name = name.with_suffix("")
    return name.name


def _read(file: Path, choices: FileChoices) -> AdoptionPicture:
    from uptake.capabilities.measure.from_file import picture_of_file

    with progress_bar() as progress:
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


def _write(picture: AdoptionPicture, page: Path | None, pdf: Path | None, *, as_json: bool) -> None:
    from uptake.capabilities.measure.report import to_html, to_json, to_pdf

    if page:
        write_whole(page, to_html(picture))
        typer.echo(f"Wrote {page}", err=True)
    if pdf:
        write_whole(pdf, to_pdf(picture))
        typer.echo(f"Wrote {pdf}", err=True)
    if as_json:
        typer.echo(json.dumps(to_json(picture), ensure_ascii=False, indent=1))
