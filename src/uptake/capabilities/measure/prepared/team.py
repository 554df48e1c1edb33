"""Figures of the people whom one manager leads: looked at as one account, wherever they sit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from uptake.capabilities.customers.expectations import led_by, person_by_key
from uptake.capabilities.measure.figures import GroupTables, StateFigure, TeamFigures
from uptake.capabilities.measure.kept import Prepared, encode
from uptake.capabilities.measure.prepared.footing import Footing, footing, inside
from uptake.capabilities.measure.prepared.groups import KEYS, tables_of_led
from uptake.capabilities.measure.prepared.headcount import Headcount
from uptake.capabilities.measure.prepared.stating import HIDDEN, histories, shown
from uptake.capabilities.measure.privacy import protect
from uptake.foundation.models import Workspace
from uptake.metrics.attributes import Member
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.scope import Grain, Grouping

LED = "led"
"""The part of the answer, and the name of the one account in its tables."""

TREND_WEEKS = 26
PERIODS = 6


def prepare_team(workspace: Workspace, about: str) -> Prepared:
    """Return the figures of the people led by the person with this key."""
    leader = person_by_key(workspace, int(about))
    led = led_by(leader) if leader else frozenset()

    def only_led(people: tuple[Member, ...], _segments: Mapping[str, str]) -> tuple[Member, ...]:
        return tuple(_together(member) for member in people if member.person in led)

    with footing(workspace, only_led) as ground:
        people = [replace(m, account=LED) for m in ground.attributes.people if m.person in led]
        if ground.is_empty or not people:
            return Prepared({}, None, ground.settings)
        figures = _figures(ground, Headcount.of(people))
        return Prepared({LED: encode(figures)}, ground.grid.last, ground.settings)


def _together(member: Member) -> Member:
    """A member whose column for managers says that they belong to the people led."""
    return replace(
        member,
        team=inside(LED, member.team),
        role=inside(LED, member.role),
        manager=inside(LED, LED),
        population=member.population or member.role,
    )


def _figures(ground: Footing, heads: Headcount) -> TeamFigures:
    people = heads.by_account(ground.grid).get(LED, 0)
    minimum = ground.minimum_people
    if people < minimum:
        state = StateFigure(None, HIDDEN.format(minimum))
        return TeamFigures(people, state, (), (), GroupTables(()))
    by, window = Grouping.MANAGER, ground.grid
    span = Window.ending(window.last, 7 * TREND_WEEKS)
    numbers = evaluate(KEYS, ground.relations, by=by, window=window, minimum_people=0)
    weeks = measure_over_time(
        "adoption_rate", ground.relations, Grain.WEEK, by=by, window=span, minimum_people=0
    )
    found = histories(ground, ground.relations, by=by, last=window, periods=PERIODS)
    history = next(iter(found.values()))
    return TeamFigures(
        people=people,
        state=shown(history, ground, hidden=False),
        numbers=tuple(_shown(number, people, ground) for number in numbers),
        weeks=tuple(_shown(number, number.people, ground) for number in weeks),
        tables=tables_of_led(ground, heads, LED, Grouping.TEAM, Grouping.ROLE),
    )


def _shown(number: Measurement, people: int | None, ground: Footing) -> Measurement:
    few = people is not None and people < ground.minimum_people
    named = replace(number, group=None)
    return protect(named, people, hidden=few, minimum_people=ground.minimum_people)
