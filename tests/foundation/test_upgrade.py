"""An installation with data, made before there were pages, moves on without losing any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

FIRST_RELEASE = [("foundation", "0002_activity_is_append_only"), ("customers", "0001_initial")]


@pytest.fixture
def empty_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    """A database in which nothing was made yet, in place of the one of all tests."""
    ours, name = connection.connection, connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.connection = None
        connection.settings_dict["NAME"] = NEW[connection.vendor](tmp_path)
        try:
            yield
        finally:
            connection.close()
            connection.connection, connection.settings_dict["NAME"] = ours, name


def _new_database(folder: Path) -> str:
    """On the server of the tests, which is gone with them."""
    name = f"old_{folder.name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    return name


NEW = {"sqlite": lambda folder: str(folder / "old.sqlite3"), "postgresql": _new_database}


@pytest.mark.usefixtures("empty_database")
def test_members_of_the_first_release_see_everything_as_before() -> None:
    before = _at(FIRST_RELEASE)
    user = before.get_model("foundation", "User").objects.create(email="olga@example.org")
    workspace = before.get_model("foundation", "Workspace").objects.create(slug="old", name="Old")
    member = before.get_model("foundation", "Membership")
    member.objects.create(user=user, workspace=workspace, role="viewer")

    after = _at(MigrationExecutor(connection).loader.graph.leaf_nodes())

    kept = after.get_model("foundation", "Membership").objects.get(workspace__slug="old")
    assert (kept.user.email, kept.role, kept.account) == ("olga@example.org", "viewer", "")
    assert kept.user.theme == ""


def _at(nodes: list[tuple[str, str]]):  # type: ignore[no-untyped-def]  # Django's own StateApps
    executor = MigrationExecutor(connection)
    executor.migrate(nodes)
    return MigrationExecutor(connection).loader.project_state(nodes).apps
