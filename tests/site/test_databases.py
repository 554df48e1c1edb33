from __future__ import annotations

import pytest

from uptake.config import SettingsInvalid
from uptake.site.databases import database_of


def test_a_sqlite_url_names_a_file() -> None:
    described = database_of("sqlite:////srv/uptake/uptake.sqlite3")

    assert described["NAME"] == "/srv/uptake/uptake.sqlite3"
    assert described["OPTIONS"]["transaction_mode"] == "IMMEDIATE"  # type: ignore[index]  # object


def test_a_postgresql_url_is_taken_apart() -> None:
    described = database_of(
        "postgresql://up%40take:s%3Acret@db.example.org:5433/up?sslmode=require"
    )

    assert described["USER"] == "up@take"
    assert described["PASSWORD"] == "s:cret"
    assert (described["HOST"], described["PORT"]) == ("db.example.org", "5433")
    assert described["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_folder_may_be_the_host() -> None:
    described = database_of("postgresql:///uptake?host=/run/postgresql")

    assert (described["HOST"], described["NAME"]) == ("/run/postgresql", "uptake")


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="UPTAKE_DATABASE_URL"):
        database_of("mysql://localhost/uptake")
