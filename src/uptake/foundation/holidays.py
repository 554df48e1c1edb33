"""Whose public holidays are free: on them nothing is expected of anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import transaction

from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid
from uptake.foundation.models import Workspace
from uptake.methods.adoption.calendar import WorkingCalendar

COMING = 5
"""Holidays that are shown of those to come."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday by its English name, or the country's where there is no English one."""

    day: date
    name: str


def place_of(said: str) -> str:
    """Return how a country, or a state of one, is kept; empty: nobody knows. Raises ``Invalid``."""
    place = said.strip().upper()
    if place:
        try:
            WorkingCalendar().at(place)
        except ValueError as unknown:
            raise Invalid(str(unknown)) from unknown
    return place


def coming_holidays(place: str, today: date) -> tuple[Holiday, ...]:
    """Return the next public holidays of a place from today on; none of no place.

    Raises:
        Invalid: nobody knows the holidays of such a place.
    """
    country, _, subdivision = place_of(place).partition("-")
    if not country:
        return ()
    import holidays  # takes a moment to import

    days = holidays.country_holidays(
        country,
        subdiv=subdivision or None,
        years=(today.year, today.year + 1),
        language="en_US",
    )
    found = sorted((day, name) for day, name in days.items() if day >= today)
    return tuple(Holiday(day, name) for day, name in found[:COMING])


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Return the code and name of each country whose holidays are known, by name."""
    from holidays import list_supported_countries
    from holidays.registry import COUNTRIES

    known = list_supported_countries(include_aliases=False)
    named = (
        (entry[1], re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entry[0])) for entry in COUNTRIES.values()
    )
    return tuple(sorted((pair for pair in named if pair[0] in known), key=lambda pair: pair[1]))


@transaction.atomic
def set_country(actor: Actor, country: str) -> Workspace:
    """Say where the people of a workspace work (``DE``, or ``DE-BY``); empty: nobody knows."""
    actor.require(Permission.WORKSPACE_MANAGE)
    place = place_of(country)
    workspace = Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    before = workspace.country
    workspace.country = place
    workspace.save(update_fields=["country"])
    activity.record(actor, "workspace.country_set", workspace, before=before, after=place)
    return workspace
