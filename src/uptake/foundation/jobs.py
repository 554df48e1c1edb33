"""The job queue: work that starts after a commit or by the clock, run by ``uptake worker``.

On SQLite the queue has a file of its own, so that its polling never waits for the data; on
PostgreSQL it lives beside the data. A job takes ids, bounds itself and can run twice;
what came of it is said by rows, so no results are kept here.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.db import close_old_connections
from huey import Huey, PostgresHuey, SqliteHuey

from uptake.config import Settings, load_settings

QUEUE_NAME = "uptake"
WAIT_SECONDS = 20


def open_queue(settings: Settings) -> Huey:
    """Return a queue without touching the disk; its tables are made by ``create_tables``."""
    queue = _queue(settings)
    queue.pre_execute()(_begin)
    queue.post_execute()(_end)
    return queue


def create_tables() -> None:
    """Make the queue's tables; does nothing to those that are there."""
    queue.storage.initialize_schema()


def _queue(settings: Settings) -> Huey:
    url = settings.system_database_url
    if url.startswith("postgresql://"):
        return PostgresHuey(QUEUE_NAME, results=False, dsn=url, create_tables=False)
    return SqliteHuey(
        QUEUE_NAME,
        results=False,
        filename=str(settings.data_dir / "jobs.sqlite3"),
        fsync=True,
        timeout=WAIT_SECONDS,
        create_tables=False,
    )


def _begin(task: Any) -> None:  # huey's tasks carry no types
    structlog.contextvars.bind_contextvars(job_id=task.id, job=task.name)
    close_old_connections()


def _end(_task: Any, _value: Any, _error: Any) -> None:  # huey's tasks carry no types
    close_old_connections()
    structlog.contextvars.unbind_contextvars("job_id", "job")


queue: Huey = open_queue(load_settings())
"""The queue of this process; jobs sign up with its decorators."""
