"""Work that people do not wait for steps back: pages and incoming events go first.

Threads of the lowest priority get what others leave of the processors, and all of them where nobody
else wants any. A thread that has stepped back may not step forward again, so each piece of work
gets a thread of its own; the threads of an engine that it starts inherit its place.
"""

from __future__ import annotations

import contextvars
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from django.db import connections

T = TypeVar("T")

WORKER = 5
"""Niceness of the worker: loads and imports wait a little for pages, but are never left behind."""

LAST = 19
"""Niceness of what is prepared for later: only what nobody else wants."""


def step_back(niceness: int) -> None:
    """Give this process, or on Linux this thread, a lower priority; does nothing where refused."""
    with suppress(OSError):
        who = threading.get_native_id() if sys.platform == "linux" else 0
        os.setpriority(os.PRIO_PROCESS, who, niceness)


def behind_everything(work: Callable[[], T]) -> T:
    """Do a piece of work in a thread of the lowest priority and wait for it."""
    context = contextvars.copy_context()
    with ThreadPoolExecutor(1, "behind", initializer=step_back, initargs=(LAST,)) as thread:
        return thread.submit(context.run, _then_disconnect, work).result()


def _then_disconnect(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connections.close_all()
