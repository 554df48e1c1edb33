from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from uptake.foundation.worker import LONGEST_PAUSE_SECONDS, LoaderLoop
from uptake.store import LoadReport
from uptake.store.errors import LakeFull


@dataclass
class PlayedLoader:
    """Gives one prepared answer after the other, then asks the loop to stop."""

    stop: threading.Event
    answers: list[LoadReport | Exception]
    runs: int = 0
    pauses: list[float] = field(default_factory=list)

    def run_once(self) -> LoadReport:
        self.runs += 1
        answer = self.answers.pop(0)
        if not self.answers:
            self.stop.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _loop(*answers: LoadReport | Exception, interval: float = 0.001) -> LoaderLoop:
    stop = threading.Event()
    loader = PlayedLoader(stop, list(answers))
    return LoaderLoop(loader, interval, stop)  # type: ignore[arg-type]  # played


def test_a_full_disk_is_waited_out_without_a_restart() -> None:
    loop = _loop(LakeFull(), LakeFull(), LoadReport(stored=5, batches=1), LoadReport())

    loop.run()

    assert loop.failures == 0


def test_an_unexpected_failure_does_not_end_the_loop() -> None:
    loop = _loop(ZeroDivisionError(), LoadReport())

    loop.run()

    assert loop.loader.runs == 2  # type: ignore[attr-defined]  # played


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 1.0), (1, 2.0), (3, 8.0), (9, LONGEST_PAUSE_SECONDS)]
)
def test_the_more_failures_the_longer_the_pause(failures: int, seconds: float) -> None:
    loop = _loop(LoadReport(), interval=1.0)
    loop.failures = failures

    assert loop.pause() == seconds


def test_a_load_is_followed_by_the_next_at_once() -> None:
    loop = _loop(LoadReport(batches=1), LoadReport(batches=1), LoadReport(), interval=600.0)

    loop.run()

    assert loop.loader.runs == 3  # type: ignore[attr-defined]  # played
