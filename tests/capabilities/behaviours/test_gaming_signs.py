"""Signs of a target met in name only, found where they were planted and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked, figures
from tests.capabilities.behaviours.test_once import load
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from tests.metrics.logs import Event
from uptake.capabilities.behaviours.figures import Sign
from uptake.foundation.lake import shared_lake

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
    assert "before it was asked" in late.sentence
    assert "of 96 texts each" in alike.sentence


def test_who_works_as_before_shows_no_sign(worked: Cast) -> None:
    found = figures(asked(worked))

    late = next(s for s in found.signs if s.name == "The last 4 hours before the deadline")
    assert late.is_bad is False
