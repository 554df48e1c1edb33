"""What the worker does for ingestion: carries who is who into the customers' list."""

from __future__ import annotations

import structlog
from huey import crontab

from uptake.foundation.jobs import queue

log = structlog.get_logger(__name__)


def carry_over() -> int:
    """Take over what sources said; returns how many people and accounts were written."""
    from uptake.capabilities.ingestion.applying import apply_identities, workspaces_to_apply
    from uptake.foundation.actor import Actor
    from uptake.foundation.lake import open_lake
    from uptake.foundation.models import Workspace

    written = 0
    for workspace in Workspace.objects.filter(pk__in=workspaces_to_apply()):
        with open_lake() as lake:
            applied = apply_identities(Actor.system(workspace, name="sources"), lake=lake)
        written += applied.accounts + applied.people
        log.info(
            "identities.applied",
            workspace=workspace.slug,
            accounts=applied.accounts,
            people=applied.people,
            joined=applied.joined,
        )
    return written


carry_over_job = queue.periodic_task(crontab(minute="*"))(carry_over)
