"""Backup and restore of a whole installation: database rows, the lake, the secret.

A backup is a folder, or one ``.tar`` file of it, with a manifest that names the version, every
migration and the checksum of every file. It is taken while others go on working, from one moment
of the database and then one of the lake. It can be restored into either kind of database.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.timezone import now

from uptake import __version__
from uptake.config import Settings
from uptake.foundation.delivery.outbox import hold_back
from uptake.foundation.lake import open_lake
from uptake.foundation.migration import create_tables, require_migrated
from uptake.foundation.rows import count_rows, export_rows, import_rows
from uptake.store import Lake
from uptake.store.errors import UptakeError

FORMAT = 1
MANIFEST = "manifest.json"
ROWS = "database.jsonl.zst"
LAKE = "lake"
SECRET = "secret"  # noqa: S105 - the name of a file
ARCHIVE = ".tar"
OF_THE_ROWS_BEFORE = ("kept", "uploads")
"""Folders of the data folder that go when rows are replaced: prepared figures, and uploads.

Both are named after rows, so that what is left of others would be taken for what was restored.
"""
KEPT_WHEN_EMPTY = frozenset(
    {
        "contenttypes.ContentType",
        "auth.Permission",
        "foundation.Workspace",
        "foundation.Activity",
        "foundation.JobRun",
    }
)
"""Tables in which ``uptake migrate`` leaves rows."""


class BackupUnusable(UptakeError):
    """A backup cannot be written to, or restored from, the place that was named."""


class TargetNotEmpty(UptakeError):
    """Restoring would replace what is there."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is made of; ``files`` holds SHA-256 by path, ``rows`` counts by table."""

    format: int
    version: str
    created_at: str
    migrations: tuple[str, ...]
    rows: dict[str, int]
    events: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written, or restored; then ``erasures_*`` say what became of newer erasures.

    Carried ones are in force again, lost ones are of people whom the backup of another
    installation gives no way to recognise.
    """

    place: str
    files: int
    bytes: int
    rows: int
    events: int
    erasures_carried: int = 0
    erasures_lost: int = 0


def backup(settings: Settings, target: Path) -> BackupReport:
    """Write a backup to a folder or ``.tar`` file that does not exist yet, and read it back."""
    require_migrated()
    if target.exists():
        raise BackupUnusable(f"{target} exists already; name a place that does not.")
    partial = target.with_name(f".{target.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True, mode=0o700)
    manifest = _fill(settings, partial)
    report = _report(partial, manifest, target)
    verify(partial)
    if target.suffix == ARCHIVE:
        _pack(partial, target)
    else:
        partial.rename(target)
    os.sync()
    return report


def _fill(settings: Settings, folder: Path) -> Manifest:
    rows = export_rows(folder / ROWS)
    with open_lake(settings) as lake:
        events = lake.backup(folder / LAKE).events
    if settings.secret_key is None and settings.secret_file.exists():
        shutil.copy2(settings.secret_file, folder / SECRET)
    manifest = Manifest(
        format=FORMAT,
        version=__version__,
        created_at=now().isoformat(),
        migrations=_known_migrations(),
        rows=rows,
        events=events,
        files={str(path.relative_to(folder)): _checksum(path) for path in _files(folder)},
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    return manifest


def _report(folder: Path, manifest: Manifest, place: Path) -> BackupReport:
    return BackupReport(
        place=str(place),
        files=len(manifest.files),
        bytes=sum(path.stat().st_size for path in _files(folder)),
        rows=sum(manifest.rows.values()),
        events=sum(manifest.events.values()),
    )


def _pack(folder: Path, target: Path) -> None:
    packed = target.with_name(f".{target.name}.packing")
    with tarfile.open(packed, "w") as archive:
        archive.add(folder, arcname=".")
    packed.chmod(0o600)
    packed.rename(target)
    shutil.rmtree(folder)


def verify(folder: Path) -> Manifest:
    """Read every file of a backup and compare its checksum.

    Raises:
        BackupUnusable: something is missing, damaged, or was added.
    """
    manifest = _read_manifest(folder)
    present = {str(path.relative_to(folder)): path for path in _files(folder)}
    present.pop(MANIFEST)
    missing = sorted(set(manifest.files) - set(present))
    if missing:
        raise BackupUnusable(f"The backup lacks {missing[0]}; use another backup.")
    for name, checksum in manifest.files.items():
        if _checksum(present[name]) != checksum:
            raise BackupUnusable(f"{name} of the backup is damaged; use another backup.")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as unreadable:
        raise BackupUnusable(
            f"{folder} holds no backup that can be read; name what `uptake backup` wrote."
        ) from unreadable
    if content.get("format") != FORMAT:
        raise BackupUnusable("This backup is of another format; restore it with its own version.")
    return Manifest(**content | {"migrations": tuple(content["migrations"])})


def restore(settings: Settings, source: Path, *, force: bool = False) -> BackupReport:
    """Put a backup in place of an empty installation; ``force`` replaces one that is not.

    Nothing else may run on the installation meanwhile. Interrupted, it is run again with force.
    """
    with _unpacked(settings, source) as folder:
        manifest = verify(folder)
        _require_same_tables(manifest)
        create_tables(settings)
        if not force:
            _require_room(settings)
        for name in OF_THE_ROWS_BEFORE:
            shutil.rmtree(settings.data_dir / name, ignore_errors=True)
        lake = Lake.restore(folder / LAKE, settings.lake_dir, settings.lake_url, replace=force)
        import_rows(folder / ROWS)
        if settings.secret_key is None and (folder / SECRET).exists():
            shutil.copy2(folder / SECRET, settings.secret_file)
        _compare(settings, manifest)
        hold_back(now())
        return replace(
            _report(folder, manifest, source),
            erasures_carried=lake.erasures_carried,
            erasures_lost=lake.erasures_lost,
        )


@contextmanager
def _unpacked(settings: Settings, source: Path) -> Iterator[Path]:
    if not source.exists():
        raise BackupUnusable(f"There is nothing at {source}; name what `uptake backup` wrote.")
    if source.is_dir():
        yield source
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as scratch:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(scratch, filter="data")
        except (tarfile.TarError, EOFError) as unreadable:
            raise BackupUnusable(f"{source} is no archive that can be read.") from unreadable
        yield Path(scratch)


def _require_same_tables(manifest: Manifest) -> None:
    if set(manifest.migrations) != set(_known_migrations()):
        raise BackupUnusable(
            f"This backup was made by Uptake {manifest.version}, whose tables differ: "
            "install that version, restore there, then upgrade and run `uptake migrate`."
        )


def _known_migrations() -> tuple[str, ...]:
    names = MigrationLoader(connection).disk_migrations
    return tuple(sorted(f"{app}.{name}" for app, name in names))


def _require_room(settings: Settings) -> None:
    filled = sorted(
        table for table, rows in count_rows().items() if rows and table not in KEPT_WHEN_EMPTY
    )
    with open_lake(settings) as lake:
        filled += [f"events of {name}" for name in lake.workspaces() if _has_events(lake, name)]
    if filled:
        raise TargetNotEmpty(
            f"There is data here already ({', '.join(filled[:3])}); restore into an empty "
            "installation, or replace this one with --force."
        )


def _has_events(lake: Lake, workspace: str) -> bool:
    status = lake.status(workspace)
    return status.events + status.inbox.events > 0


def _compare(settings: Settings, manifest: Manifest) -> None:
    """Hold what was restored against the manifest."""
    wrong = [
        f"{table} has {found} rows instead of {manifest.rows.get(table)}"
        for table, found in count_rows().items()
        if found != manifest.rows.get(table)
    ]
    with open_lake(settings) as lake:
        for workspace, events in manifest.events.items():
            found = lake.status(workspace).events
            if found != events:
                wrong.append(f"{workspace} has {found} events instead of {events}")
            wrong += [f"{fault.subject}: {fault.problem}" for fault in lake.check(workspace)]
    if wrong:
        raise BackupUnusable(
            f"What was restored is not what was backed up ({wrong[0]}); restore again, and from "
            "another backup if this repeats."
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
