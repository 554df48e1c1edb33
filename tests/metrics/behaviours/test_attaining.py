from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest

from tests.metrics.logs import MONDAY, Event, day, snapshot, uses
from uptake.methods.behaviour.attainment import Standing, roll_up
from uptake.methods.behaviour.periods import Deadline
from uptake.metrics.behaviours.artificial import Rules, artificial
from uptake.metrics.behaviours.attaining import Asked, attained
from uptake.metrics.behaviours.counting import tally
from uptake.metrics.behaviours.wanted import Predicate, Wanted
from uptake.store.schema import TermKind

CREATED = Wanted("created", Predicate(frozenset({"create"})))
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def judged(view, asked, now=LATER, *, rules=None, wanted=CREATED):
    people = np.array(sorted(view.texts(TermKind.PERSON)))
    how = {"first": MONDAY, "last": day(13)}
    (counted,) = tally(view, [wanted], people, **how)
    apart = next(artificial(view, [CREATED], people, **how, rules=rules)) if rules else None
    return attained(counted, asked, now, apart=apart)


def asked(amount, worked=1.0, concerned=True, people=1):
    shape = (people, 2)
    return Asked(np.array(amount), np.full(shape, worked), np.full(shape, concerned))


def test_what_is_asked_may_rise_in_steps():
    view = snapshot(uses("ann", 0, 1, 7, 8))

    assert judged(view, asked([2, 3])).standing.tolist() == [[Standing.MET, Standing.MISSED]]


def test_less_is_asked_of_somebody_who_works_part_of_the_week():
    view = snapshot(uses("ann", 0, 1, 7, 8))

    assert judged(view, asked([4, 4], worked=0.5)).asked.tolist() == [[2, 2]]


def test_who_is_away_or_not_concerned_is_exempt():
    view = snapshot(uses("ann", 0))

    assert (judged(view, asked([1, 1], worked=0.0)).standing == Standing.EXEMPT).all()
    assert (judged(view, asked([1, 1], concerned=False)).standing == Standing.EXEMPT).all()


def test_a_week_that_has_not_closed_is_open():
    view = snapshot(uses("ann", 0))
    thursday = datetime(2025, 3, 13, tzinfo=UTC)

    found = judged(view, asked([1, 1]), thursday)

    assert found.standing.tolist() == [[Standing.MET, Standing.OPEN]]


@pytest.mark.parametrize(("hour", "standing"), [(14, Standing.OPEN), (15, Standing.MISSED)])
def test_a_week_is_open_until_its_grace_is_over(hour, standing):
    friday = Deadline(at=time(13), weekday=4, grace=timedelta(hours=2))
    wanted = replace(CREATED, deadline=friday)

    found = judged(
        snapshot(uses("ann", 20)),
        Asked(np.array([1, 1, 1]), np.ones((1, 3)), np.ones((1, 3), dtype=bool)),
        datetime(2025, 3, 14, hour, tzinfo=UTC),
        wanted=wanted,
    )

    assert found.standing[0, 1] == standing


def test_artificial_records_are_taken_off():
    view = snapshot([*uses("ann", 0, 0, 0), Event("ann", 7)])

    found = judged(view, asked([1, 1]), rules=Rules(bulk=3))

    assert found.standing.tolist() == [[Standing.MISSED, Standing.MET]]
    assert roll_up(found).quantity.numerator == 1
