"""What the worker does for the outbox: sends what is due, every minute."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def deliver() -> int:
    """Send what is due; returns how many attempts were made."""
    from uptake.foundation.delivery.sending import deliver_due

    return deliver_due()


deliver_job = queue.periodic_task(crontab(minute="*"))(deliver)
