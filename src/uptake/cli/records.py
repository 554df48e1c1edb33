"""``uptake records check FILE``: a file of records in, an answer about their quality out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.terminal import progress_bar
from uptake.store.errors import UptakeError

if TYPE_CHECKING:
    from uptake.capabilities.records.standard import Standard

EPILOG = (
    "Examples: uptake records check contacts.csv  |  uptake records check contacts.csv "
    "--save-standard contacts.yaml  |  uptake records check contacts.csv --standard contacts.yaml "
    "--html quality.html  |  uptake records check log.csv.gz --map record=number "
    "author=updated_by at=updated_at"
)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    records = typer.Typer(help="See how good records are.", no_args_is_help=True)
    records.command("check", epilog=EPILOG)(check)
    records.command("standards")(standards)
    app.add_typer(records, name="records")


def check(
    words: Annotated[
        list[str], typer.Argument(metavar="FILE", help="CSV, TSV, JSON Lines, Parquet or Excel.")
    ],
    standard: Annotated[
        str | None, typer.Option(metavar="FILE|NAME", help="What records must hold, as YAML.")
    ] = None,
    roles: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="ROLE=COLUMN ...", help="Say which column is which."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="CSV to write: each unfit record and what it misses.")
    ] = None,
    save_standard: Annotated[Path | None, typer.Option(help="Keep the standard used.")] = None,
) -> None:
    """Check records against a data standard; without one, propose it from the data.

    Roles of columns: record, author, at, entered, occurred and group. Ends with 0 when the
    standard is met or only proposed, 1 when it is missed, 2 when the file cannot be used.
    """
    from uptake.capabilities.records.from_file import RecordChoices, records_of_file
    from uptake.capabilities.records.report import to_html, to_json, to_words
    from uptake.capabilities.records.standard import RecordRole
    from uptake.formats.spoken import file_and_pairs, spoken_pairs

    file, pairs = file_and_pairs(words, "uptake records check")
    for target in filter(None, (html, rejects, save_standard)):
        _check_writable(target)
    spoken = spoken_pairs([*(roles or []), *pairs], list(RecordRole))
    choices = RecordChoices(standard, save_standard, spoken, rejects)
    with progress_bar() as progress:
        picture = records_of_file(file, choices, show=_show, progress=progress)
    if html:
        html.write_text(to_html(picture), encoding="utf-8")
        typer.echo(f"Wrote {html}", err=True)
    shown = json.dumps(to_json(picture), ensure_ascii=False, indent=1)
    typer.echo(shown if as_json else to_words(picture))
    if picture.is_met is False:
        raise typer.Exit(1)


def standards(
    name: Annotated[str | None, typer.Argument(help="Print this one as YAML.")] = None,
) -> None:
    """List the data standards that come with Uptake, or print one to begin from."""
    from uptake.capabilities.records.conditions import nearest
    from uptake.capabilities.records.samples import sample_names, sample_standard, sample_text

    if name is None:
        for known in sample_names():
            typer.echo(f"{known:<34} {sample_standard(known).name}")
    elif name in sample_names():
        typer.echo(sample_text(name), nl=False)
    else:
        raise UptakeError(f"{name!r} is not one of them: {nearest(name, sample_names())}")


def _check_writable(target: Path) -> None:
    """Say before the work, not after it, that its outcome has no place."""
    if target.is_dir():
        raise UptakeError(f"{target} is a folder: name a file in it, such as {target / 'records'}.")
    if not target.parent.is_dir():
        raise UptakeError(f"There is no folder {target.parent}: make it, or name another place.")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise UptakeError(f"{target} may not be written: name another place.")


def _show(standard: Standard) -> None:
    """Print the standard's name and which column plays which role, on stderr."""
    count = len(standard.fields)
    fields = f"{count} field{'' if count == 1 else 's'}"
    typer.echo(f"Standard: {standard.name}, {fields}", err=True)
    for role, column in standard.columns.items():
        typer.echo(f"  {role.value:<10} {column}", err=True)
    typer.echo("Not right? Say --map role=column.", err=True)
