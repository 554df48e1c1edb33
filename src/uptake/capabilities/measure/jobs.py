"""What the worker does for figures: prepares anew what has become old and somebody reads.

Every process signs the job up; what it needs is loaded by the one that runs it.
"""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue
from uptake.foundation.priority import behind_everything


def renew_figures() -> int:
    """Prepare every answer that is due while nobody else wants the processor; returns how many."""
    from uptake.capabilities.measure import renewing

    return behind_everything(renewing.renew_all)


renew_figures_job = queue.periodic_task(crontab(minute="*"))(renew_figures)
