"""The one receiver of a server process, made at its first event."""

from __future__ import annotations

import atexit
import gc
import threading
from collections.abc import Callable

import structlog
from django.db import close_old_connections, connection

from uptake.capabilities.ingestion.processes import open_signal
from uptake.capabilities.ingestion.receiving import Receiver
from uptake.config import Settings
from uptake.foundation.lake import shared_lake

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 1.0


def receiver_of_process(settings: Settings) -> Callable[[], Receiver]:
    """Return what gives the process's receiver; nothing is opened before it is asked for.

    A server may load the application before it forks, so the lake is opened by who serves.
    """
    lock = threading.Lock()
    made: list[Receiver] = []

    def receiver() -> Receiver:
        if not made:
            with lock:
                if not made:
                    made.append(_start(settings))
        return made[0]

    return receiver


def _start(settings: Settings) -> Receiver:
    receiver = Receiver(
        shared_lake(),
        open_signal(),
        events_a_second=settings.ingestion_events_a_second,
    )
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again made answers wait
    stop = threading.Event()
    writer = threading.Thread(
        target=_write_counts, args=(receiver, stop), name="ingestion-counts", daemon=True
    )
    writer.start()

    def finish() -> None:
        stop.set()
        writer.join(timeout=FLUSH_SECONDS * 5)

    atexit.register(finish)
    return receiver


def _write_counts(receiver: Receiver, stop: threading.Event) -> None:
    """Write the counts down every second, and once more at the end."""
    while True:
        ended = stop.wait(FLUSH_SECONDS)
        try:
            receiver.counters.flush()
        except Exception as problem:
            log.warning("ingestion.counts_kept_back", problem=type(problem).__name__)
            close_old_connections()
        if ended:
            connection.close()
            return
