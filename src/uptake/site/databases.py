"""Turns a database URL into what Django needs to connect."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from uptake.config import SettingsInvalid

SQLITE_WAIT_SECONDS = 20
CONNECTION_SECONDS = 600
SQLITE_CONNECTION_SECONDS = 30
"""Opening the file and setting it up takes longer than most questions; a file that was put in its
place by a restore is met soon."""

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
"""Readers never wait for the writer (WAL), and what a person was told is done survives a power cut
(FULL: in WAL mode NORMAL may lose the last commits). Events do not pass through this database, so
a sync per commit is not felt."""


def database_of(url: str) -> dict[str, object]:
    """Return Django's description of the database that a URL names."""
    if url.startswith("sqlite:///"):
        return _sqlite(url)
    if url.startswith("postgresql://"):
        return _postgresql(url)
    raise SettingsInvalid(
        "UPTAKE_DATABASE_URL cannot be used: write sqlite:////absolute/path or "
        "postgresql://user:password@host/name."
    )


def _sqlite(url: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": url.removeprefix("sqlite:///"),
        "CONN_MAX_AGE": SQLITE_CONNECTION_SECONDS,
        "OPTIONS": {
            "init_command": SQLITE_PRAGMAS,
            "timeout": SQLITE_WAIT_SECONDS,
            # Taking the write lock first avoids a deadlock of two readers that both want to write.
            "transaction_mode": "IMMEDIATE",
        },
    }


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": True,
    }
