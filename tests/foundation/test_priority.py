"""Work that nobody waits for steps back, alone."""

from __future__ import annotations

import os
import threading

import pytest
import structlog

from uptake.foundation import priority
from uptake.foundation.priority import LAST, behind_everything, step_back


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_what_is_prepared_for_later_goes_last_and_nothing_else_does() -> None:
    before = niceness()

    behind = behind_everything(niceness)

    assert (behind, niceness()) == (LAST, before)


def test_what_was_started_there_goes_last_too() -> None:
    found: list[int] = []

    def work() -> None:
        helper = threading.Thread(target=lambda: found.append(niceness()))
        helper.start()
        helper.join()

    behind_everything(work)

    assert found == [LAST]


def test_what_it_logs_still_says_for_whom() -> None:
    with structlog.contextvars.bound_contextvars(job="renew"):
        told = behind_everything(structlog.contextvars.get_contextvars)

    assert told["job"] == "renew"


def test_a_failure_reaches_who_asked() -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        behind_everything(fail)


def test_where_priorities_are_refused_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_which: int, _who: int, _niceness: int) -> None:
        raise PermissionError

    monkeypatch.setattr(priority.os, "setpriority", refuse)

    step_back(LAST)

    assert behind_everything(lambda: "done") == "done"
