"""What the worker does for imports: works them off one by one, looks into folders, tidies up.

Every process signs these jobs up; what they need is loaded by the one that runs them.
"""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def carry_on() -> int:
    """Do whatever is due for imports; returns for how many it was done."""
    from uptake.capabilities.imports import queueing

    return queueing.carry_on()


def each_minute() -> None:
    """Take up what a worker that died has left, and what has come into folders."""
    from uptake.capabilities.imports import queueing, watching

    watching.look_into_folders()
    queueing.carry_on()


def tidy() -> None:
    """Remove what imports leave behind once it is older than it is kept."""
    from uptake.capabilities.imports import tidying

    tidying.tidy()


carry_on_job = queue.task()(carry_on)
each_minute_job = queue.periodic_task(crontab(minute="*"))(each_minute)
tidy_job = queue.periodic_task(crontab(minute="17"))(tidy)


def wake() -> None:
    """Tell the worker that there is something to do."""
    carry_on_job()


queue.on_startup()(wake)
