"""What the worker does for behaviours: counts anew what has become old."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue
from uptake.foundation.priority import behind_everything


def renew_behaviours() -> int:
    """Compute the figures that are due; returns in how many workspaces."""
    from uptake.capabilities.behaviours import keeping

    return behind_everything(keeping.renew_due)


renew_behaviours_job = queue.periodic_task(crontab(minute="*"))(renew_behaviours)
