"""Workers killed at every step, and two at once: nothing is ever sent twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.cast import gather_cast
from tests.foundation.delivery.putting import mailed
from tests.foundation.delivery.servers import PATIENCE_SECONDS, MailSink, mail_sink

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
SCRIPT = Path(__file__).with_name("worker_stage.py")
MAILS = 12


class Stage:
    """One process that forks workers, and the database that all of them see."""

    def __init__(self, process: subprocess.Popen[str], database: Path) -> None:
        self._process = process
        self.database = database

    def ask(self, question: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def run(self, role: str) -> int:
        return self.ask(f"wait {self.ask(role)}")

    def kill(self, worker: int) -> int:
        os.kill(worker, signal.SIGKILL)
        return self.ask(f"wait {worker}")

    def states(self) -> Counter[str]:
        with closing(sqlite3.connect(self.database)) as kept:
            rows = kept.execute("SELECT state FROM delivery_delivery")
            return Counter(state for (state,) in rows)


@pytest.fixture(scope="module")
def server() -> Iterator[MailSink]:
    with mail_sink() as taken:
        yield taken


@pytest.fixture(scope="module")
def workers(server: MailSink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("workers")
    told = {
        "UPTAKE_DATA_DIR": str(folder),
        "UPTAKE_MAIL_URL": server.url,
        "UPTAKE_LOG_LEVEL": "error",
    }
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | told,
    )
    try:
        yield Stage(process, folder / "uptake.sqlite3")
    finally:
        server.let_go.set()
        process.communicate()


@pytest.fixture
def sink(server: MailSink) -> MailSink:
    server.texts.clear()
    server.reached.clear()
    server.let_go.clear()
    return server


@pytest.fixture
def stage(workers: Stage, sink: MailSink) -> Stage:
    """The workers over a database with a few mails, none of them sent."""
    workspace = gather_cast().workspace
    for number in range(MAILS):
        mailed(workspace, f"k{number}")
    for old in workers.database.parent.glob("uptake.sqlite3*"):
        old.unlink()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(workers.database)])
    with closing(sqlite3.connect(workers.database)) as made:
        made.execute("PRAGMA journal_mode=WAL")  # as every installation has it from its first day
    return workers


def sent(sink: MailSink) -> Counter[str]:
    return Counter(mail["Message-ID"] for mail in sink.mails)


def kill_at(stage: Stage, sink: MailSink, step: str) -> None:
    sink.hold = step
    worker = stage.ask("deliver")
    assert sink.reached.wait(PATIENCE_SECONDS)
    assert stage.kill(worker) == -signal.SIGKILL
    sink.hold = ""
    sink.let_go.set()


def test_killed_before_it_leaves_each_is_sent_once(stage: Stage, sink: MailSink) -> None:
    kill_at(stage, sink, "RCPT")
    assert stage.states() == {"claimed": 1, "queued": MAILS - 1}

    assert stage.run("deliver") == 0
    assert stage.states() == {"claimed": 1, "sent": MAILS - 1}
    assert stage.run("later") == 0

    assert stage.states() == {"sent": MAILS}
    assert set(sent(sink).values()) == {1}
    assert len(sent(sink)) == MAILS


def test_killed_while_it_leaves_it_is_shown_as_unknown_and_not_sent_again(
    stage: Stage, sink: MailSink
) -> None:
    kill_at(stage, sink, "TEXT")

    assert stage.run("deliver") == 0
    assert stage.run("later") == 0

    assert stage.states() == {"unknown": 1, "sent": MAILS - 1}
    assert set(sent(sink).values()) == {1}


def test_two_workers_at_once_send_each_once(stage: Stage, sink: MailSink) -> None:
    workers = [stage.ask("deliver") for _ in range(2)]

    ended = [stage.ask(f"wait {worker}") for worker in workers]

    assert ended == [0, 0]
    assert stage.states() == {"sent": MAILS}
    assert set(sent(sink).values()) == {1}
    assert len(sent(sink)) == MAILS
