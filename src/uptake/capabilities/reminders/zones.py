"""In which time zone a person lives: as they said, else by their location, else the workspace's."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.models import OwnReminders
from uptake.capabilities.reminders.queries import wishes_by_person
from uptake.foundation.models import Workspace


def zone_of(person: Person, wishes: OwnReminders | None, workspace: Workspace) -> ZoneInfo:
    """Return the time zone of a person."""
    said = wishes.timezone if wishes else ""
    return ZoneInfo(said or zone_of_place(person.location) or workspace.timezone)


def zones_of(people: Iterable[Person], workspace: Workspace) -> dict[int, ZoneInfo]:
    """Return the time zones of many people by their number."""
    known = {each.pk: each for each in people}
    wishes = wishes_by_person(known.values())
    return {key: zone_of(each, wishes.get(key), workspace) for key, each in known.items()}


def zone_of_place(location: str) -> str:
    """Return the zone that a location names: a zone itself, or the city of one ("Paris, FR").

    Empty where it names none; a city that belongs to two zones names none.
    """
    name = location.strip()
    if "/" in name and name in available_timezones():
        return name
    city = name.partition(",")[0].strip().casefold().replace(" ", "_")
    return _zones_by_city().get(city, "")


@cache
def _zones_by_city() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for zone in available_timezones():
        area, _, city = zone.rpartition("/")
        if area and area.partition("/")[0] not in ("Etc", "posix", "right", "SystemV", "US"):
            found.setdefault(city.casefold(), set()).add(zone)
    return {city: min(zones) for city, zones in found.items() if len(zones) == 1}
