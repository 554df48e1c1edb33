from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from uptake.config import Settings
from uptake.foundation.jobs import open_queue


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings_here(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    is_sqlite = request.param == "sqlite"
    url = "" if is_sqlite else request.getfixturevalue("postgres_url")
    return Settings(data_dir=tmp_path, database_url=url)


def test_a_job_outlives_the_process_that_asked_for_it(settings_here: Settings) -> None:
    done: list[int] = []

    def add(number: int) -> None:
        done.append(number)

    asking, working = open_queue(settings_here), open_queue(settings_here)
    asking.storage.initialize_schema()
    working.task()(add)
    asking.task()(add)(7)
    asking.storage.close()

    working.execute(working.dequeue())

    assert done == [7]
    working.storage.close()


@pytest.mark.django_db  # a job begins and ends by closing connections that are too old
def test_what_a_job_logs_carries_its_id(settings_here: Settings) -> None:
    seen: list[dict[str, object]] = []

    def look() -> None:
        seen.append(dict(structlog.contextvars.get_contextvars()))

    queue = open_queue(settings_here)
    queue.storage.initialize_schema()
    queue.task()(look)()
    job = queue.dequeue()
    queue.execute(job)

    assert seen == [{"job_id": job.id, "job": "look"}]
    assert structlog.contextvars.get_contextvars() == {}
    queue.storage.close()


def test_opening_a_queue_touches_no_disk(tmp_path: Path) -> None:
    open_queue(Settings(data_dir=tmp_path))

    assert list(tmp_path.iterdir()) == []
