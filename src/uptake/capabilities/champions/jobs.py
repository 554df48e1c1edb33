"""What the worker does for champions: every night, whether people near them begin sooner."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue
from uptake.foundation.priority import behind_everything


def measure_near_champions() -> int:
    """Work it out anew; returns of how many behaviours."""
    from uptake.capabilities.champions.near import measure_all

    return behind_everything(measure_all)


near_champions_job = queue.periodic_task(crontab(hour="3", minute="40"))(measure_near_champions)
