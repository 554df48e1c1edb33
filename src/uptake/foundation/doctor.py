"""Examines an installation: each finding says how it is and, if not well, what to do."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones

from django.db import connection
from django.utils.timezone import now

from uptake.config import Settings, unknown_variables, without_password
from uptake.foundation.findings import Finding, Level
from uptake.foundation.lake import open_lake
from uptake.foundation.migration import pending_migrations
from uptake.foundation.models import Activity, Workspace
from uptake.store import Lake, LakeStatus

MIB = 1024 * 1024
LEAST_FREE_MIB = 100
TOLERATED_SECONDS = 2.0
WRONG_SECONDS = 60.0
LONG_WAIT_SECONDS = 600.0

Examination = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> list[Finding]:
    """Run every examination; one that breaks is a finding itself and stops no other."""
    findings: list[Finding] = []
    for subject, examination in EXAMINATIONS.items():
        try:
            findings += examination(settings)
        except Exception as problem:  # whatever is wrong is what people want to know
            advice = _ADVICE.get(subject, "Read the sentence above and the log.")
            findings.append(Finding(Level.FAIL, subject, _one_line(problem), advice))
    return findings


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__


def _settings(_settings: Settings) -> Iterator[Finding]:
    for name in unknown_variables(os.environ):
        yield Finding(
            Level.WARN, "settings", f"{name} is no setting", "See `uptake settings` for the names."
        )
    yield Finding(Level.OK, "settings", "every value can be used")


def _folder(settings: Settings) -> Iterator[Finding]:
    with tempfile.NamedTemporaryFile(dir=settings.data_dir, prefix=".doctor-") as probe:
        probe.write(b"probe")
        probe.flush()
        os.fsync(probe.fileno())
        off = abs(Path(probe.name).stat().st_mtime - time.time())
    yield Finding(Level.OK, "data folder", f"{settings.data_dir} can be written")
    yield _clock("clock of the disk", off, "Set the clocks of this machine and its file server.")
    yield from _secret(settings)


def _secret(settings: Settings) -> Iterator[Finding]:
    if settings.secret_key is not None or not settings.secret_file.exists():
        return
    if settings.secret_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(
            Level.WARN,
            "secret",
            f"others can read {settings.secret_file}",
            f"chmod 600 {settings.secret_file}",
        )


def _clock(subject: str, off: float, advice: str) -> Finding:
    if off <= TOLERATED_SECONDS:
        return Finding(Level.OK, subject, "agrees with this machine's")
    level = Level.FAIL if off > WRONG_SECONDS else Level.WARN
    return Finding(level, subject, f"{off:.0f} seconds away from this machine's", advice)


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.data_dir).free // MIB
    says = f"{free} MiB free under {settings.data_dir}"
    advice = "Free space, shorten retention (`uptake lake status` says what is used)."
    if free < LEAST_FREE_MIB:
        yield Finding(Level.FAIL, "disk", says, advice)
    elif free < settings.minimum_free_mib:
        yield Finding(Level.WARN, "disk", says, advice)
    else:
        yield Finding(Level.OK, "disk", says)


def _database(settings: Settings) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    shown = without_password(settings.system_database_url)
    yield Finding(Level.OK, "database", f"{shown} answers")
    pending = pending_migrations()
    if pending:
        missing = f"{len(pending)} migrations are missing, first {pending[0]}"
        yield Finding(Level.FAIL, "migrations", missing, "Run `uptake migrate`.")
        return
    yield Finding(Level.OK, "migrations", "all applied")
    yield from _database_clock()
    yield from _timezones()


def _database_clock() -> Iterator[Finding]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (there,) = cursor.fetchone()
        off = abs((there - now()).total_seconds())
        yield _clock("clock of the database", off, "Set the clocks of both machines (NTP).")
    last = Activity.objects.order_by("-at").values_list("at", flat=True).first()
    ahead = (last - now()).total_seconds() if last else 0.0
    yield _clock("clock and records", max(ahead, 0.0), "The clock went back; set it (NTP).")


def _timezones() -> Iterator[Finding]:
    known = available_timezones()
    wrong = [space for space in Workspace.objects.all() if space.timezone not in known]
    for space in wrong:
        says = f"workspace {space} has the unknown time zone {space.timezone!r}"
        yield Finding(Level.FAIL, "time zones", says, "Install the package tzdata.")
    if not wrong:
        yield Finding(Level.OK, "time zones", "all known")


def _lake(settings: Settings) -> Iterator[Finding]:
    file = Path(settings.lake_url.removeprefix("sqlite:///"))
    if settings.lake_url.startswith("sqlite:///") and not file.exists():
        yield Finding(Level.FAIL, "lake database", f"{file} is missing", "Run `uptake migrate`.")
        return
    with open_lake(settings) as lake:
        shown = without_password(settings.lake_url)
        yield Finding(Level.OK, "lake database", f"{shown} answers")
        for workspace in lake.workspaces():
            yield from _inbox(lake.status(workspace))
            yield _consistency(lake, workspace)


def _inbox(status: LakeStatus) -> Iterator[Finding]:
    subject = f"inbox of {status.workspace}"
    oldest = status.inbox.oldest_ms
    waited = 0.0 if oldest is None else datetime.now(UTC).timestamp() - oldest / 1000
    says = f"{status.inbox.events} events wait, the oldest for {waited:.0f} seconds"
    if waited > LONG_WAIT_SECONDS:
        yield Finding(Level.WARN, subject, says, "Is `uptake worker` running? See its log.")
    else:
        yield Finding(Level.OK, subject, says)
    if status.unreadable_batches:
        damaged = f"{status.unreadable_batches} batches are damaged and set aside"
        yield Finding(Level.WARN, subject, damaged, "Check the disk; send those events again.")


def _consistency(lake: Lake, workspace: str) -> Finding:
    subject = f"files of {workspace}"
    advice = "Check the disk, then restore the last backup with `uptake restore`."
    try:
        found = lake.check(workspace)
    except Exception as broken:  # a file may be too damaged to be looked at
        return Finding(Level.FAIL, subject, _one_line(broken), advice)
    if not found:
        return Finding(Level.OK, subject, "every registered file is there and as it was written")
    return Finding(
        Level.FAIL,
        subject,
        f"{len(found)} inconsistencies, first: {found[0].subject}: {found[0].problem}",
        advice,
    )


EXAMINATIONS: dict[str, Examination] = {
    "settings": _settings,
    "data folder": _folder,
    "disk": _disk,
    "database": _database,
    "lake": _lake,
}
_ADVICE = {
    "data folder": "Make the data folder writable for the user that runs Uptake.",
    "disk": "Make the data folder readable for the user that runs Uptake.",
    "database": "Start the database or correct UPTAKE_DATABASE_URL.",
    "lake": "Start the lake's database or correct UPTAKE_LAKE_DATABASE_URL.",
}
