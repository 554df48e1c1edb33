"""The worker process: loads the inbox in its main thread, runs jobs and chores beside it.

Asked to stop (SIGTERM or SIGINT) it finishes the load and the job at hand. Asked a second time it
stops at once, which loses nothing: loads are exactly once and jobs can run twice.
"""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from types import FrameType

import structlog
from huey import crontab
from huey.consumer import Consumer

from uptake.config import Settings
from uptake.foundation.housekeeping import keep_house
from uptake.foundation.jobs import queue
from uptake.foundation.lake import ensure_lake_workspaces
from uptake.foundation.priority import WORKER, step_back
from uptake.store import Lake, Loader
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

LONGEST_PAUSE_SECONDS = 30.0
HOUSEKEEPING_MINUTES = "*/5"
JOBS_AT_ONCE = 2
"""Imports run one at a time and may take long; the other thread does what recurs meanwhile."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

housekeeping_job = queue.periodic_task(crontab(minute=HOUSEKEEPING_MINUTES))(keep_house)


@dataclass(slots=True)
class LoaderLoop:
    """Loads the inbox until asked to stop; a failure is logged and tried again, ever later."""

    loader: Loader
    interval: float
    stop: threading.Event
    failures: int = 0

    def run(self) -> None:
        """Load until stopped; a load once begun is finished."""
        while not self.stop.is_set():
            if not self.load_once():
                self.stop.wait(self.pause())

    def load_once(self) -> bool:
        """Load one part of the inbox; says whether there was anything to do."""
        try:
            report = self.loader.run_once()
        except UptakeError as problem:
            self.failures += 1
            log.error("loader.failed", problem=str(problem), failures=self.failures)
            return False
        except Exception:
            self.failures += 1
            log.exception("loader.crashed", failures=self.failures)
            return False
        self.failures = 0
        if not report.batches:
            return False
        log.info(
            "loader.loaded",
            stored=report.stored,
            duplicates=report.duplicates,
            rejected=report.rejected,
            seconds=round(report.seconds, 3),
        )
        return True

    def pause(self) -> float:
        """Seconds until the next look into the inbox."""
        doubled: float = self.interval * 2 ** min(self.failures, 10)
        return min(doubled, LONGEST_PAUSE_SECONDS) if self.failures else self.interval


def run_worker(settings: Settings, lake: Lake) -> None:
    """Work until a signal says stop; must be called in the main thread."""
    step_back(WORKER)
    ensure_lake_workspaces(lake)
    stop = threading.Event()
    consumer = queue.create_consumer(workers=JOBS_AT_ONCE, periodic=True, check_worker_health=False)
    _start(consumer, stop, interval_seconds=settings.loader_interval_seconds)
    loader = Loader(lake)
    try:
        LoaderLoop(loader, settings.loader_interval_seconds, stop).run()
    finally:
        consumer.stop(graceful=True)
        loader.close()
        log.info("worker.stopped")


def _start(consumer: Consumer, stop: threading.Event, *, interval_seconds: float) -> None:
    """Start the threads of jobs; a signal that comes meanwhile waits until it is ours to answer."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    log.info("worker.started", interval_seconds=interval_seconds)  # before any job says anything
    consumer.start()
    _stop_on_signals(stop)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop_on_signals(stop: threading.Event) -> None:
    def ask(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in STOP_SIGNALS:
        signal.signal(number, ask)
