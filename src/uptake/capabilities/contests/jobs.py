"""What the worker does for contests: every hour, whatever is due."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue
from uptake.foundation.priority import behind_everything


def run_contests() -> int:
    """Start, end and measure contests; returns how many had figures computed."""
    from uptake.capabilities.contests import running

    return behind_everything(running.run_all)


run_contests_job = queue.periodic_task(crontab(minute="25"))(run_contests)
