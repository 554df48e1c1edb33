"""What the worker does for surveys, every hour: closes and begins waves and tells people."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def ask_hourly() -> int:
    """Close what is over, begin what is due, tell whoever was not; returns how many were told."""
    from uptake.capabilities.assessments.asking import begin_due_waves, tell_due
    from uptake.capabilities.assessments.tallying import close_over_waves

    close_over_waves()
    begin_due_waves()
    return tell_due()


ask_job = queue.periodic_task(crontab(minute="25"))(ask_hourly)
