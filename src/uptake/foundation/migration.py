"""Brings every database up to date: Django's tables, the queue's, the lake's, and a workspace.

Idempotent, and safe when two processes or machines start it at once: the second waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from filelock import FileLock

from uptake.config import Settings
from uptake.foundation import actions, jobs
from uptake.foundation.errors import NotMigrated
from uptake.foundation.lake import ensure_lake_workspaces, open_lake
from uptake.foundation.models import Workspace

ADVISORY_LOCK = 7_813_204_651
"""A number of our own choosing that every Uptake on a PostgreSQL agrees on."""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What was brought up to date."""

    applied: tuple[str, ...]
    workspace_created: str | None


def migrate(settings: Settings) -> MigrationReport:
    """Create or update every table, then make the workspace that the settings name."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(settings):
        applied = _create_tables()
        created = _create_default_workspace(settings)
        with open_lake(settings) as lake:
            ensure_lake_workspaces(lake)
    return MigrationReport(applied=applied, workspace_created=created)


def create_tables(settings: Settings) -> None:
    """Create or update every table of the system database and leave them as empty as they are."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(settings):
        _create_tables()


def _create_tables() -> tuple[str, ...]:
    applied = pending_migrations()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    jobs.create_tables()
    return applied


def pending_migrations() -> tuple[str, ...]:
    """Return Django's migrations that have not been applied, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def require_migrated() -> None:
    """Refuse to go on with tables that are missing or of an older version."""
    if pending_migrations():
        raise NotMigrated("The database is not up to date; run `uptake migrate` first.")


def _create_default_workspace(settings: Settings) -> str | None:
    if Workspace.objects.filter(slug=settings.workspace).exists():
        return None
    return actions.create_workspace(settings.workspace).slug


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    with FileLock(settings.data_dir / "migrate.lock"):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
