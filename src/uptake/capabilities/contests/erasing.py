"""Erasing a person reaches contests: what is kept of those they were in is computed anew."""

from __future__ import annotations

from uptake.capabilities.contests.models import Contest, KeptFigures, Place, Status
from uptake.capabilities.customers.erasure import also_erases
from uptake.foundation.models import Workspace


@also_erases
def forget_figures(workspace: Workspace, person: str) -> int:
    """Delete the figures of contests the person has a place in; the worker makes them anew.

    Their place and whether they opted out go with their row.
    """
    places = Place.objects.filter(person__external_id=person, person__workspace=workspace)
    contests = Contest.objects.filter(pk__in=places.values("entry__contest"))
    contests.filter(status=Status.MEASURED).update(status=Status.ENDED)
    return KeptFigures.objects.filter(contest__in=contests).delete()[0]
