"""Findings: what stands out, ranked by the share of people or events that each touches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from uptake.capabilities.measure.picture import (
    Concentration,
    FoundThing,
    GroupPicture,
    WeekPattern,
)
from uptake.capabilities.measure.readings import Counts, GroupUse, PeopleUse
from uptake.methods.adoption.states import AdoptionState
from uptake.metrics.measurement import MINIMUM_PEOPLE, Measurement, Window
from uptake.ui import words

MOST = 5
"""Findings in a report."""

KEY_PERSON_SHARE = 0.5
"""A group leans on one person who does at least this share of its events."""

CONCENTRATED = 0.5
"""Work is concentrated when the busiest tenth of people do at least this share."""

OFTEN = 0.1
"""A pattern is worth a finding when it touches at least this share."""

_EPOCH_DAY = np.datetime64(0, "D")


@dataclass(frozen=True, slots=True)
class Material:
    """What findings are looked for in; ``belonging`` are the people in scope of the window."""

    window: Window
    trusted: Window
    people: PeopleUse
    in_scope: int
    belonging: Counts
    groups: Sequence[GroupPicture]
    group_use: GroupUse | None
    concentration: Concentration | None
    pattern: WeekPattern | None
    free_days: tuple[int, ...]
    overall: Sequence[Measurement]


def look(material: Material) -> tuple[FoundThing, ...]:
    """Return the findings that touch most, the largest share first."""
    if material.in_scope < MINIMUM_PEOPLE:
        return ()
    found = [thing for candidate in _CANDIDATES if (thing := candidate(material))]
    ranked = sorted((_ranked(thing, material) for thing in found), key=lambda thing: -thing.reach)
    return tuple(thing for thing in ranked if thing.size >= MINIMUM_PEOPLE)[:MOST]


def _ranked(thing: FoundThing, material: Material) -> FoundThing:
    """Put the size of a finding in relation to everybody, or to everything done."""
    everything = {
        "events": int(material.people.events.sum()),
        "records": int(material.people.events.sum()),
        "memberships of groups": thing.whole,
    }.get(thing.unit, material.in_scope)
    return replace(thing, reach=min(thing.size / everything, 1.0) if everything else 0.0)


def _stopped(material: Material) -> FoundThing | None:
    """People seen before, and still belonging, who did nothing in the window."""
    people = material.people
    idle = (people.days == 0) & np.isin(people.person, material.belonging)
    seen_once = int(np.count_nonzero(people.days_ever[idle] == 1))
    size = int(np.count_nonzero(idle))
    if size < OFTEN * material.in_scope:
        return None
    return FoundThing(
        key="stopped",
        sentence=(
            f"{words.people(size)} worked in the system before, but not in the "
            f"{material.window.days} days to {material.window.last}."
        ),
        size=size,
        whole=material.in_scope,
        unit="people",
        evidence=(
            f"Seen on a single day only: {words.count(seen_once)}; back at least once before they "
            f"stopped: {words.count(size - seen_once)}."
        ),
        next_step="whether they left, changed roles, or found another way to do the work",
    )


def _once(material: Material) -> FoundThing | None:
    """People who came on a single day of the window."""
    active = material.people.days[material.people.days > 0]
    size = int(np.count_nonzero(active == 1))
    if not len(active) or size < OFTEN * len(active):
        return None
    return FoundThing(
        key="single_day",
        sentence=f"{words.people(size)} of those active came on a single day of the window.",
        size=size,
        whole=len(active),
        unit="active people",
        evidence=(
            f"The median active person came on {words.plural(float(np.median(active)), 'day')}; "
            f"the busiest quarter on {np.quantile(active, 0.75):.0f} days or more."
        ),
        next_step="whether one day in four weeks is what their work asks for",
    )


def _concentrated(material: Material) -> FoundThing | None:
    """Much of the work is done by few."""
    spread = material.concentration
    if spread is None or spread.top_share < CONCENTRATED:
        return None
    return FoundThing(
        key="concentration",
        sentence=(
            f"The busiest tenth ({words.people(spread.top_people)}) did "
            f"{words.percent(spread.top_share)} of the work."
        ),
        size=round(spread.top_share * spread.events),
        whole=spread.events,
        unit="events",
        evidence=(
            f"Half of all events came from {words.people(spread.half_people)} of "
            f"{words.count(spread.people)}."
        ),
        next_step="what happens when one of them is away, and why the others do so little",
    )


def _failing(material: Material) -> FoundThing | None:
    """People who belong to groups in a failure state."""
    shown = [group for group in material.groups if not group.suppressed]
    failing = [group for group in shown if group.classification.state.is_failure]
    if not failing:
        return None
    worst = sorted(failing, key=lambda group: -group.people)
    counted = {
        state: sum(group.classification.state is state for group in failing)
        for state in AdoptionState
    }
    states = [f"{n} {state.plain}" for state, n in counted.items() if n]
    names = words.listed([f"{g.group} ({g.active:,} of {g.people:,})" for g in worst])
    return FoundThing(
        key="failing_groups",
        sentence=(
            f"{words.plural(len(failing), 'group')} of {len(shown)} with five people or more "
            f"{'is' if len(failing) == 1 else 'are'} in a failure state: {words.listed(states)}."
        ),
        size=sum(group.people for group in failing),
        whole=sum(group.people for group in shown),
        unit="memberships of groups",
        evidence=f"Largest, active of people in scope: {names}.",
        next_step="what these groups have in common: location, manager, task, start date",
    )


def _key_person(material: Material) -> FoundThing | None:
    """Groups of five or more in which one person does most of the work."""
    use = material.group_use
    if use is None or not len(use.events):
        return None
    names = np.asarray(use.group)
    leaning: list[tuple[str, float, int]] = []
    for group in material.groups:
        events = use.events[names == group.group]
        if group.suppressed or len(events) < MINIMUM_PEOPLE:
            continue
        if (share := float(events.max() / events.sum())) >= KEY_PERSON_SHARE:
            leaning.append((group.group, share, int(events.sum())))
    if not leaning:
        return None
    leaning.sort(key=lambda row: -row[2])
    told = words.listed([f"{name} ({words.percent(share)})" for name, share, _ in leaning])
    return FoundThing(
        key="key_person",
        sentence=(
            f"{words.plural(len(leaning), 'group')} of five active people or more "
            f"{'leans' if len(leaning) == 1 else 'lean'} on one person for at least half of "
            "the work."
        ),
        size=sum(events for _, _, events in leaning),
        whole=int(use.events.sum()),
        unit="events",
        evidence=f"Share of the busiest person: {told}.",
        next_step="whether the work is meant to be shared, and who stands in",
    )


def _newcomers(material: Material) -> FoundThing | None:
    """Newcomers who were seen on one day and never came back."""
    people = material.people
    start = _day(material.trusted.first) + 28
    end = _day(material.trusted.last) - 27
    new = (people.first >= start) & (people.first <= end)
    whole = int(np.count_nonzero(new))
    size = int(np.count_nonzero(people.days_ever[new] == 1))
    if whole < MINIMUM_PEOPLE or size < OFTEN * whole:
        return None
    return FoundThing(
        key="newcomers_lost",
        sentence=f"{words.people(size)} first seen at least four weeks ago never came back.",
        size=size,
        whole=whole,
        unit="newcomers",
        evidence=(
            "Newcomers are people first seen after the first four weeks that can be judged and at "
            "least four weeks before its end."
        ),
        next_step="whether they needed the system once, or met something that stopped them",
    )


def _days_off(material: Material) -> FoundThing | None:
    """Work on weekdays that are not working days."""
    pattern = material.pattern
    if pattern is None or not material.free_days:
        return None
    size = sum(sum(pattern.counts[day]) for day in material.free_days)
    if size < OFTEN * pattern.total:
        return None
    return FoundThing(
        key="days_off",
        sentence=f"{words.percent(size / pattern.total)} of the work is done on days off.",
        size=size,
        whole=pattern.total,
        unit="events",
        evidence="Days off are weekdays on which little is done, read off the data.",
        next_step="whether that is planned duty, another time zone, or work nobody sees",
    )


def _shortfalls(key: str, sentence: str, next_step: str) -> Callable[[Material], FoundThing | None]:
    """Return a candidate for records that miss a standard measured by the ratio ``key``."""

    def candidate(material: Material) -> FoundThing | None:
        number = next((m for m in material.overall if m.key == key and m.is_measured), None)
        if number is None or not number.denominator or number.numerator is None:
            return None
        size = round(number.denominator - number.numerator)
        if size < OFTEN * number.denominator:
            return None
        share = words.percent(size / number.denominator)
        return FoundThing(
            key=key,
            sentence=sentence.format(share=share),
            size=size,
            whole=round(number.denominator),
            unit="records",
            evidence=f"{words.count(size)} of {words.count(number.denominator)} records.",
            next_step=next_step,
        )

    return candidate


def _day(day: object) -> int:
    return int((np.datetime64(day, "D") - _EPOCH_DAY).astype(int))  # type: ignore[call-overload]  # a date is what it wants


_CANDIDATES: tuple[Callable[[Material], FoundThing | None], ...] = (
    _stopped,
    _once,
    _concentrated,
    _failing,
    _key_person,
    _newcomers,
    _days_off,
    _shortfalls(
        "timeliness",
        "{share} of records were not written within the agreed time.",
        "which groups write late, and what the delay costs those who read the records",
    ),
    _shortfalls(
        "first_time_right",
        "{share} of records had to be corrected.",
        "which fields are corrected, and whether the form makes them hard to get right",
    ),
)
