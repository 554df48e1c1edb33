"""What the worker does for digests: every hour, whoever's day has come."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def digest_hourly() -> int:
    """Send what is due; returns how many digests were put out."""
    from uptake.capabilities.digest.sending import digest_all

    return digest_all()


digest_job = queue.periodic_task(crontab(minute="10"))(digest_hourly)
