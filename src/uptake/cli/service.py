"""Commands of whoever runs Uptake: migrate, worker, doctor, settings, backup, restore."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli import members, workspaces
from uptake.cli.settings import load_settings
from uptake.foundation.boot import boot
from uptake.foundation.findings import Finding, Level

if TYPE_CHECKING:
    from uptake.config import Settings
    from uptake.foundation.backup import BackupReport
    from uptake.store.erasure import ErasureReceipt

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (migrate, worker, doctor, backup, restore, settings):
        app.command()(command)
    workspaces.register(app)
    members.register(app)


def migrate(as_json: AsJson = False) -> None:
    """Create every table or bring it up to date. Harmless to repeat, safe to run twice at once.

    Example: uptake migrate
    """
    boot()
    from uptake.foundation.migration import migrate as bring_up_to_date

    report = bring_up_to_date(load_settings())
    if as_json:
        typer.echo(json.dumps(asdict(report)))
        return
    if report.workspace_created:
        typer.echo(f"Created workspace {report.workspace_created}.")
    typer.echo(f"Up to date; {len(report.applied)} migrations applied.")


def worker() -> None:
    """Load what arrives, apply retention, compact files, run jobs; until SIGTERM or Ctrl-C.

    It finishes the load at hand before it stops. Example: UPTAKE_LOG_FORMAT=json uptake worker
    """
    boot()
    from uptake.foundation.lake import open_lake
    from uptake.foundation.migration import require_migrated
    from uptake.foundation.worker import run_worker

    require_migrated()
    with open_lake() as lake:
        run_worker(load_settings(), lake)


def doctor(as_json: AsJson = False) -> None:
    """Examine settings, databases, disk, clocks and the lake's files; exit code 1 if one fails.

    Example: uptake doctor --json
    """
    findings = list(_examined())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            typer.echo(f"{finding.level:<5} {finding.subject}: {finding.says}")
            if finding.advice:
                typer.echo(f"      -> {finding.advice}")
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)


def _examined() -> Iterable[Finding]:
    """The findings; what keeps a process from starting is one of them."""
    from uptake.config import SettingsInvalid

    try:
        boot()
    except SettingsInvalid as invalid:
        return [Finding(Level.FAIL, "settings", str(invalid))]
    except OSError as problem:
        says = f"{problem.filename} cannot be used: {problem.strerror}"
        advice = (
            "Make it a folder that the user that runs Uptake can write, or set UPTAKE_DATA_DIR."
        )
        return [Finding(Level.FAIL, "data folder", says, advice)]
    from uptake.foundation.doctor import examine

    return examine(load_settings())


def backup(
    target: Annotated[Path, typer.Argument(help="New folder, or a new file ending in .tar.")],
    as_json: AsJson = False,
) -> None:
    """Copy everything to a new place while all go on working, and read the copy back.

    It holds personal data and the secret. Example: uptake backup /backups/2026-03-02.tar
    """
    boot()
    from uptake.foundation import backup as backups

    _tell("Backed up to", backups.backup(load_settings(), target), as_json=as_json)


def restore(
    source: Annotated[Path, typer.Argument(help="What `uptake backup` wrote.")],
    force: Annotated[bool, typer.Option(help="Replace what is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in place of an empty installation; stop the worker before.

    Example: uptake restore /backups/2026-03-02.tar
    """
    boot()
    from uptake.foundation import backup as backups

    report = backups.restore(load_settings(), source, force=force)
    erased = _erase_again()
    if as_json:
        again = [receipt.receipt_id for receipt in erased]
        typer.echo(json.dumps(asdict(report) | {"erased_again": again}))
        return
    _tell("Restored and checked", report, as_json=False)
    for sentence in _on_erasures(report, erased):
        typer.echo(sentence)


def _erase_again() -> list[ErasureReceipt]:
    """Erase whom the replaced installation had erased and the backup has brought back."""
    from uptake.capabilities.customers.erasure import erase_again
    from uptake.foundation.actor import Actor
    from uptake.foundation.lake import open_lake
    from uptake.foundation.models import Workspace

    with open_lake() as lake:
        return [
            person.events
            for workspace in Workspace.objects.order_by("slug")
            for person in erase_again(Actor.system(workspace, name="restore"), lake=lake)
        ]


def _on_erasures(report: BackupReport, erased: list[ErasureReceipt]) -> Iterator[str]:
    if report.erasures_carried:
        yield (
            f"People erased here after this backup was made: {report.erasures_carried}. "
            f"In it, and erased again now: {len(erased)}. All of them stay refused."
        )
    for receipt in erased:
        yield f"  erased on {receipt.erased_at:%Y-%m-%d}: receipt {receipt.receipt_id}"
    if report.erasures_lost:
        yield (
            f"People erased here whom this backup of another installation gives no way to "
            f"recognise: {report.erasures_lost}. Erase them again."
        )


def _tell(what: str, report: BackupReport, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(report)))
        return
    typer.echo(
        f"{what} {report.place}: {report.rows:,} rows, {report.events:,} events, "
        f"{report.files:,} files, {report.bytes / 1e6:,.1f} MB."
    )


def settings(as_json: AsJson = False) -> None:
    """Show every setting, its value here, and what it means; secrets are masked.

    Example: UPTAKE_DATA_DIR=/srv/uptake uptake settings
    """
    from uptake.config import PREFIX, Settings, unknown_variables

    chosen = load_settings()
    shown = {PREFIX + name.upper(): _plain(chosen, name) for name in Settings.model_fields}
    if as_json:
        typer.echo(json.dumps(shown))
        return
    for name, value in shown.items():
        description = Settings.model_fields[name.removeprefix(PREFIX).lower()].description
        typer.echo(f"{name}={value}\n    {description}")
    for name in unknown_variables(os.environ):
        typer.echo(f"{name} is no setting; is it misspelled?", err=True)


def _plain(chosen: Settings, name: str) -> str:
    from uptake.config import without_password

    value = getattr(chosen, name)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return without_password(str(value)) if name.endswith("url") else str(value)
