"""What the worker does for reminders: every hour, whoever is due."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def remind_hourly() -> int:
    """Remind whoever is due; returns how many messages were put out."""
    from uptake.capabilities.reminders.sending import remind_all

    return remind_all()


remind_job = queue.periodic_task(crontab(minute="5"))(remind_hourly)
