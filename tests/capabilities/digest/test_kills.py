"""Workers killed while they send digests: each manager gets theirs once, or it is seen."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from tests import factories
from tests.cast import gather_cast
from tests.foundation.delivery.servers import MailSink
from tests.foundation.delivery.test_kills import Stage, kill_at, sent
from tests.foundation.delivery.test_kills import server as server
from tests.foundation.delivery.test_kills import sink as sink
from tests.foundation.delivery.test_kills import workers as workers
from uptake.capabilities.digest import sending
from uptake.capabilities.digest.composing import Composed, Section
from uptake.config import load_settings

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
LEADERS = 4
SAID = Composed((Section("Questions that wait for you", ("Somebody waits",), "1 waits"),))


@pytest.fixture
def stage(workers: Stage, sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The workers over a database in which digests of some managers wait, decided twice."""
    from django.utils.timezone import now

    from uptake.foundation.access import Role

    workspace = gather_cast().workspace
    monkeypatch.setenv("UPTAKE_MAIL_URL", "smtp://127.0.0.1:1")
    load_settings.cache_clear()
    monkeypatch.setattr(sending, "compose", lambda *_args, **_named: SAID)
    monkeypatch.setattr(sending, "_has_come", lambda *_args: True)
    monkeypatch.setattr(sending, "is_quiet", lambda *_args: False)
    monkeypatch.setattr(sending, "is_at_work", lambda *_args: True)
    for number in range(LEADERS):
        user = factories.user(f"lead{number}")
        factories.membership(user, workspace, Role.MANAGER)
        lead = factories.person(workspace, f"lead{number}", user=user)
        factories.person(workspace, f"led{number}", manager=lead)
    first, again = (sending.send_digests(workspace, now()) for _ in range(2))
    assert (first, again) == (LEADERS, 0)
    load_settings.cache_clear()
    for old in workers.database.parent.glob("uptake.sqlite3*"):
        old.unlink()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(workers.database)])
    with closing(sqlite3.connect(workers.database)) as made:
        made.execute("PRAGMA journal_mode=WAL")
    return workers


def test_killed_before_it_leaves_each_digest_is_sent_once(stage: Stage, sink: MailSink) -> None:
    kill_at(stage, sink, "RCPT")

    assert stage.run("deliver") == 0
    assert stage.run("later") == 0

    assert stage.states() == {"sent": LEADERS}
    assert sorted(sent(sink).values()) == [1] * LEADERS


def test_killed_while_it_leaves_a_digest_is_shown_as_unknown_and_not_sent_again(
    stage: Stage, sink: MailSink
) -> None:
    kill_at(stage, sink, "TEXT")

    assert stage.run("deliver") == 0
    assert stage.run("later") == 0

    assert stage.states() == {"unknown": 1, "sent": LEADERS - 1}
    assert set(sent(sink).values()) == {1}
