"""``uptake process FILE``: a log of cases in; how work runs, and how far it strays, out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.one_answer import load_for_one_answer
from uptake.cli.writable import check_writable, check_writable_folder
from uptake.formats.whole_files import write_whole

if TYPE_CHECKING:
    from uptake.capabilities.process.from_file import LogChoices
    from uptake.capabilities.process.picture import ProcessPicture

EPILOG = (
    "Examples: uptake process log.xes.gz  |  uptake process log.xes --model intended.bpmn --html "
    "process.html  |  uptake process tickets.csv --map case=number activity=state "
    "resource=assigned_to group=team  |  uptake process log.xes --save-model intended.yaml  |  "
    "uptake process tickets.csv --split 2025-03-31 --mix product  |  uptake process log.xes "
    "--model intended.yaml --since 2025-07-01"
)


Words = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="XES, OCEL, CSV, TSV, JSON Lines, Parquet or Excel."),
]
Model = Annotated[Path | None, typer.Option(help="The intended way: YAML, BPMN 2.0 or PNML.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="ROLE=COLUMN ...", help="Say which column is which."),
]
ObjectType = Annotated[
    str | None, typer.Option(help="Of an object-centric log: whose lives are the cases.")
]
Timezone = Annotated[
    str | None, typer.Option(help="Zone of times without one, such as Europe/Berlin.")
]
Hours = Annotated[
    str | None, typer.Option(metavar="09:00-17:00", help="When work is done: business time too.")
]
Country = Annotated[
    str | None, typer.Option(help="Where, for its holidays: DE, or DE-BY; with --hours.")
]
Split = Annotated[
    str | None,
    typer.Option(metavar="2025-03-31", help="First day of after: cases before it beside the rest."),
]
Mix = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN", help="What makes cases alike, such as product; with --split."),
]
Since = Annotated[
    str | None,
    typer.Option(metavar="2025-07-01", help="Drift of roles: first day of the later span."),
]
Until = Annotated[
    str | None, typer.Option(metavar="2025-09-30", help="Drift of roles: its last day.")
]
Reference = Annotated[
    str | None,
    typer.Option(
        metavar="2025-01-01..2025-03-31", help="Drift of roles: the days that it is held against."
    ),
]
Page = Annotated[Path | None, typer.Option(help="Page to write.")]
Pdf = Annotated[Path | None, typer.Option(help="PDF to write.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")]
SaveModel = Annotated[
    Path | None, typer.Option(help="Keep the model used or proposed: .yaml, .bpmn or .pnml.")
]
Rejects = Annotated[
    Path | None, typer.Option(help="CSV to write: rows not used, and each case that strays.")
]
Tables = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        metavar="FOLDER",
        help="Folder to write tables to: ways, deviations, hands, handovers, drift.",
    ),
]
Names = Annotated[bool, typer.Option("--names", help="Name people; without it they are numbered.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("process", epilog=EPILOG)(process)


def process(
    words: Words,
    model: Model = None,
    roles: Roles = None,
    object_type: ObjectType = None,
    timezone: Timezone = None,
    html: Page = None,
    pdf: Pdf = None,
    as_json: AsJson = False,
    save_model: SaveModel = None,
    rejects: Rejects = None,
    tables: Tables = None,
    names: Names = False,
    hours: Hours = None,
    country: Country = None,
    split: Split = None,
    mix: Mix = None,
    since: Since = None,
    until: Until = None,
    reference: Reference = None,
) -> None:
    """Show how work runs, how far it strays from the intended way, and whose hands it is in.

    Roles: case, activity, completed, started, resource, role, group, organisation.
    Ends with 0; with 1 when more cases stray than the model tolerates, which one
    that is only proposed never says; with 2 when a file cannot be used.
    """
    load_for_one_answer()
    from uptake.capabilities.process.from_file import LogChoices

    file, pairs = _file_and_pairs(words)
    _check_targets(html, pdf, save_model, rejects, folder=tables)
    choices = LogChoices(
        columns=_columns([*(roles or []), *pairs]),
        model=model,
        object_type=object_type,
        timezone=timezone,
        save_model=save_model,
        rejects=rejects,
        names=names,
        hours=hours,
        country=country,
        split=split,
        mix=tuple(mix or ()),
    )
    picture = _read(file, replace(choices, since=since, until=until, reference=reference))
    _write(picture, html, pdf, tables)
    (_print_json if as_json else _print_words)(picture)
    if picture.is_met is False:
        raise typer.Exit(1)


def _check_targets(*targets: Path | None, folder: Path | None) -> None:
    for target in filter(None, targets):
        check_writable(target, example="process")
    if folder:
        check_writable_folder(folder)


def _file_and_pairs(words: list[str]) -> tuple[Path, list[str]]:
    from uptake.formats.spoken import file_and_pairs

    return file_and_pairs(words, "uptake process")


def _columns(texts: list[str]) -> dict[str, str]:
    if not texts:
        return {}
    from uptake.formats.case_roles import ALSO_CALLED, CaseRole
    from uptake.formats.spoken import spoken_pairs

    return spoken_pairs(texts, [*CaseRole, *ALSO_CALLED])


def _read(file: Path, choices: LogChoices) -> ProcessPicture:
    from uptake.capabilities.process.from_file import picture_of_file
    from uptake.cli.terminal import progress_bar

    with progress_bar() as progress:
        picture = picture_of_file(file, choices, progress=progress)
    _told(choices.save_model, choices.rejects)
    return picture


def _told(*paths: Path | None) -> None:
    """Say which files were written on the way."""
    for path in paths:
        if path is not None and path.exists():
            typer.echo(f"Wrote {path}", err=True)


def _write(
    picture: ProcessPicture, html: Path | None, pdf: Path | None, tables: Path | None
) -> None:
    if html:
        from uptake.capabilities.process.report import to_html

        write_whole(html, to_html(picture))
        typer.echo(f"Wrote {html}", err=True)
    if pdf:
        from uptake.capabilities.process.report import to_pdf

        write_whole(pdf, to_pdf(picture))
        typer.echo(f"Wrote {pdf}", err=True)
    if tables:
        from uptake.capabilities.process.table_rows import write_tables

        for path in write_tables(picture, tables):
            typer.echo(f"Wrote {path}", err=True)


def _print_json(picture: ProcessPicture) -> None:
    from uptake.capabilities.process.as_json import to_json
    from uptake.ui.json_text import json_text

    typer.echo(json_text(to_json(picture)))


def _print_words(picture: ProcessPicture) -> None:
    from uptake.cli.process_words import print_words

    print_words(picture)
