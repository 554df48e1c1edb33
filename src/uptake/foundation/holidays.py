"""Whose public holidays are free: on them nothing is expected of anybody."""

from __future__ import annotations

from django.db import transaction

from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid
from uptake.foundation.models import Workspace
from uptake.methods.adoption.calendar import WorkingCalendar


@transaction.atomic
def set_country(actor: Actor, country: str) -> Workspace:
    """Say where the people of a workspace work (``DE``, or ``DE-BY``); empty: nobody knows."""
    actor.require(Permission.WORKSPACE_MANAGE)
    place = country.strip().upper()
    if place:
        try:
            WorkingCalendar().at(place)
        except ValueError as unknown:
            raise Invalid(str(unknown)) from unknown
    workspace = Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    before = workspace.country
    workspace.country = place
    workspace.save(update_fields=["country"])
    activity.record(actor, "workspace.country_set", workspace, before=before, after=place)
    return workspace
