from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time
from importlib import import_module
from unittest.mock import patch

import pytest
from django.utils.timezone import get_current_timezone

from tests import factories
from tests.capabilities.behaviours.conftest import cast as cast
from tests.cast import Cast
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders import asks

TEAMS = ("blue", "green", "red")
IN_A_TEAM = 8

CALENDARS = ("actions", "asking", "queries", "results", "saying")


@contextmanager
def on(day: date) -> Iterator[None]:
    """Have it be a day wherever surveys look at the calendar."""
    with ExitStack() as patched:
        for name in CALENDARS:
            module = import_module(f"uptake.capabilities.assessments.{name}")
            patched.enter_context(patch.object(module, "localdate", lambda *_a, **_k: day))
        noon = datetime.combine(day, time(12), get_current_timezone())
        patched.enter_context(patch.object(asks, "now", lambda: noon))
        yield


@pytest.fixture
def staffed(cast: Cast) -> Cast:
    """North with three teams of eight; the first of each leads the others; Ursula is red1."""
    north = factories.account(cast.workspace, "north", name="North Freight")
    for name in TEAMS:
        team = factories.team(cast.workspace, name, north)
        facts = {"account": north, "team": team}
        lead = factories.person(cast.workspace, f"{name}0", **facts)
        for number in range(1, IN_A_TEAM):
            factories.person(cast.workspace, f"{name}{number}", manager=lead, **facts)
    Person.objects.filter(external_id="red1").update(user=cast.ursula.user)
    return cast
