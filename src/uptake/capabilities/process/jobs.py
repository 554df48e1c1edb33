"""What the worker does for processes: takes logs in and measures what is due."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def carry_on() -> int:
    """Take in logs that wait, measure where something changed; returns how many of both."""
    from uptake.capabilities.process import working

    return working.carry_on()


def each_minute() -> None:
    """Take up what a worker that died has left, and what arrived as events."""
    carry_on()


carry_on_job = queue.task()(carry_on)
each_minute_job = queue.periodic_task(crontab(minute="*"))(each_minute)


def wake() -> None:
    """Tell the worker that there is something to do."""
    carry_on_job()
