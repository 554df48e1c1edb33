"""When the work of a process is done: its own hours, on the working days of its workspace."""

from __future__ import annotations

from uptake.capabilities.process.business_hours import BusinessHours, parsed_hours
from uptake.capabilities.process.models import Process
from uptake.foundation.errors import Invalid
from uptake.foundation.holidays import place_of
from uptake.store.errors import UptakeError


def hours_of(process: Process) -> BusinessHours | None:
    """Return when work is done; None where nobody said.

    Holidays, the weekend and clocks are those of the workspace unless the process has its own.
    """
    if not process.hours:
        return None
    here = process.workspace
    return parsed_hours(
        process.hours,
        zone=process.timezone or here.timezone,
        place=process.country or here.country,
    )


def checked_hours(hours: str, *, country: str, timezone: str) -> tuple[str, str, str]:
    """Return hours, country and time zone as they are kept; all empty: nobody says.

    Raises:
        Invalid: one of them cannot be read, or hours are missing beside the others.
    """
    place, zone = place_of(country), timezone.strip()
    if not hours.strip():
        if place or zone:
            raise Invalid("Say the hours too, such as 09:00-17:00; without them nothing is open.")
        return "", "", ""
    try:
        found = parsed_hours(hours, zone=zone or None, place=place or None)
    except UptakeError as problem:
        raise Invalid(str(problem)) from problem
    return f"{found.opens:%H:%M}-{found.closes:%H:%M}", place, zone


def terms_of(process: Process) -> tuple[str, ...]:
    """Return everything that business time depends on."""
    if not process.hours:
        return ()
    here = process.workspace
    return process.hours, process.country or here.country, process.timezone or here.timezone
