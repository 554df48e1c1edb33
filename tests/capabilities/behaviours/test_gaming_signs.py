"""Signs of a target met in name only, found where they were planted and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked, figures
from tests.capabilities.behaviours.test_once import load
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from tests.metrics.logs import Event
from uptake.capabilities.behaviours.counters import pieces
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.figures import Sign
from uptake.capabilities.behaviours.gaming_signs import signs as looked_for
from uptake.capabilities.behaviours.wording import NO_WORDS
from uptake.foundation.lake import shared_lake
from uptake.methods.behaviour.attainment import count_attainment

PEOPLE, WEEKS, LIVE_WEEK = 24, 12, 4
RICH = ("called about the new order and agreed on a price", "asked for a visit in spring")


@pytest.fixture
def gamed(cast: Cast, tmp_path: Path) -> Iterator[Cast]:
    """From the week in which people are asked on they work on Sunday evening and copy one word."""
    factories.action(factories.product(cast.workspace), "create")
    for number in range(PEOPLE):
        factories.person(cast.workspace, f"p{number}")
    with own_data_folder(tmp_path):
        shared_lake().create_workspace("acme")
        load([_said(number, week) for week in range(WEEKS) for number in range(PEOPLE)])
        yield cast


def _said(number: int, week: int) -> tuple[Event, dict[str, str]]:
    honest = Event(f"p{number}", 7 * week + number % 5, object_id=f"{week}.{number}", right=True)
    text = f"{RICH[number % 2]} {number} {week}"
    if week < LIVE_WEEK:
        return honest, {"note": text}
    return replace(honest, day=7 * week + 6, hour=21), {"note": "ok"}


def signs(cast: Cast) -> dict[str, Sign]:
    found = figures(asked(cast, right_first_time=False, filled_in=("note",)))
    return {sign.name: sign for sign in found.signs}


def test_work_in_the_last_hours_and_texts_that_became_alike_are_signs(gamed: Cast) -> None:
    found = signs(gamed)

    late = found["The last 4 hours before the deadline"]
    alike = found["Texts that became alike"]
    assert (late.is_bad, alike.is_bad) == (True, True)
    assert "before it was asked; 10\N{NARROW NO-BREAK SPACE}% are usual." in late.sentence
    assert "of 96 texts each" in alike.sentence


def test_who_works_as_before_shows_no_sign(worked: Cast) -> None:
    found = figures(asked(worked))

    late = next(s for s in found.signs if s.name == "The last 4 hours before the deadline")
    assert late.is_bad is False


def test_people_of_whom_less_is_asked_do_not_pile_up_at_the_whole_amount() -> None:
    """Nine counts alike often, and sixty of whom half is asked and who did the whole."""
    done = np.array([[count] for count in range(9) for _ in range(10)] + [[4]] * 60)
    amounts = np.array([[4]] * 90 + [[2]] * 60)
    judged = SimpleNamespace(
        definition=Definition(amount=4),
        attained=count_attainment(done, done, amounts),
        ends=None,
        words=NO_WORDS,
        counters=(),
    )

    (found,) = looked_for(judged, np.array([0]))  # type: ignore[arg-type]  # what is looked at

    assert found.is_bad is False
    assert found.sentence.startswith("10 times exactly 4 were done, where 10 are expected")


def test_a_record_is_late_a_day_after_it_happened() -> None:
    (late,) = pieces("1", Definition(amount=1, counters=("late",)))

    assert (late.key, late.definition.within_hours) == ("1.late", 24)
