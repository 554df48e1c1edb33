"""``uptake records check FILE``: a file of records in, an answer about their quality out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.settings import load_settings
from uptake.cli.terminal import progress_bar
from uptake.cli.writable import check_writable
from uptake.formats.whole_files import write_whole
from uptake.foundation.boot import boot
from uptake.store.errors import UptakeError

if TYPE_CHECKING:
    from uptake.capabilities.records.picture import RecordPicture
    from uptake.capabilities.records.standard import Standard
    from uptake.foundation.actor import Actor

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[str, typer.Option(help="Workspace; UPTAKE_WORKSPACE if none is named.")]

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
    records.command("list")(list_standards)
    records.command("show")(show_standard)
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
    pdf: Annotated[Path | None, typer.Option(help="PDF to write.")] = None,
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
    from uptake.capabilities.records.report import to_json, to_words
    from uptake.capabilities.records.standard import RecordRole
    from uptake.formats.spoken import file_and_pairs, spoken_pairs

    file, pairs = file_and_pairs(words, "uptake records check")
    for target in filter(None, (html, pdf, rejects, save_standard)):
        check_writable(target, example="records")
    spoken = spoken_pairs([*(roles or []), *pairs], list(RecordRole))
    choices = RecordChoices(standard, save_standard, spoken, rejects)
    with progress_bar() as progress:
        picture = records_of_file(file, choices, show=_show, progress=progress)
    _write(picture, html, pdf)
    shown = json.dumps(to_json(picture), ensure_ascii=False, indent=1)
    typer.echo(shown if as_json else to_words(picture))
    if picture.is_met is False:
        raise typer.Exit(1)


def _write(picture: RecordPicture, html: Path | None, pdf: Path | None) -> None:
    from uptake.capabilities.records.report import to_html, to_pdf

    if html:
        write_whole(html, to_html(picture))
        typer.echo(f"Wrote {html}", err=True)
    if pdf:
        write_whole(pdf, to_pdf(picture))
        typer.echo(f"Wrote {pdf}", err=True)


def list_standards(workspace: Workspace = "", as_json: AsJson = False) -> None:
    """List the data standards of a workspace with how records stand.

    Example: uptake records list --json
    """
    actor = _system(workspace)
    from uptake.capabilities.records.api_shapes import StandardShape
    from uptake.capabilities.records.queries import standards_with_judgements
    from uptake.capabilities.records.telling import row_of

    rows = [StandardShape.of(row_of(standard)) for standard in standards_with_judgements(actor)]
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=False))
        return
    for row in rows:
        fit = f"{row.fit:,} of {row.judged:,} fit" if row.fit is not None else "no number"
        typer.echo(f"{row.id:>4}  {row.state:<18} {fit:<26} {row.name}")


def show_standard(
    key: Annotated[int, typer.Argument(help="Number of the standard; see the list.")],
    workspace: Workspace = "",
    as_json: AsJson = False,
) -> None:
    """Show how records stand by a standard of a workspace; exit code 1 if it is missed.

    Example: uptake records show 3 --json
    """
    actor = _system(workspace)
    from uptake.capabilities.records.queries import access_standard, newest_judgement

    standard = access_standard(actor, key)
    found = newest_judgement(standard)
    if found is None:
        raise UptakeError("Nothing has been judged by this standard yet; try again in a minute.")
    if as_json:
        typer.echo(json.dumps(found.numbers, ensure_ascii=False, indent=1))
    else:
        said = [found.page["sentence"], found.page["support"]] if found.page else [found.problem]
        typer.echo("\n".join(said))
    if found.is_met is False:
        raise typer.Exit(1)


def _system(workspace: str) -> Actor:
    boot()
    from uptake.foundation.migration import require_migrated
    from uptake.foundation.queries import system_actor

    require_migrated()
    return system_actor(workspace or load_settings().workspace, name="command line")


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


def _show(standard: Standard) -> None:
    """Print the standard's name and which column plays which role, on stderr."""
    count = len(standard.fields)
    fields = f"{count} field{'' if count == 1 else 's'}"
    typer.echo(f"Standard: {standard.name}, {fields}", err=True)
    for role, column in standard.columns.items():
        typer.echo(f"  {role.value:<10} {column}", err=True)
    typer.echo("Not right? Say --map role=column.", err=True)
