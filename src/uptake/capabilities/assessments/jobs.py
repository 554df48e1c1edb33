"""What the worker does for surveys, every hour: begins waves that are due and tells people."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def ask_hourly() -> int:
    """Begin what is due and tell whoever was not; returns how many people were told."""
    from uptake.capabilities.assessments.asking import begin_due_waves, tell_due

    begin_due_waves()
    return tell_due()


ask_job = queue.periodic_task(crontab(minute="25"))(ask_hourly)
