from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from tests.cast import Cast, gather_cast
from uptake.foundation import activity
from uptake.foundation.errors import NotAllowed
from uptake.foundation.models import Activity


@pytest.fixture
def offered() -> Iterator[list[str]]:
    seen: list[str] = []
    before = dict(activity._subscribers)
    activity.subscribe("tea.made")(lambda entry: seen.append(entry.verb))
    yield seen
    activity._subscribers.clear()
    activity._subscribers.update(before)


def test_a_record_says_who_did_what_to_what(cast: Cast) -> None:
    entry = activity.record(
        cast.edith, "tea.made", cast.workspace, cups=3, price=Decimal("1.50"), on=date(2026, 3, 1)
    )

    assert (entry.actor_name, entry.object_label) == ("edith@example.org", "acme")
    assert entry.facts == {"cups": 3, "price": "1.50", "on": "2026-03-01"}


def test_subscribers_are_offered_what_was_committed(
    cast: Cast, offered: list[str], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        activity.record(cast.edith, "tea.made")
        assert offered == []

    assert offered == ["tea.made"]


@pytest.mark.django_db(transaction=True)
def test_subscribers_hear_nothing_of_what_was_rolled_back(offered: list[str]) -> None:
    cast = gather_cast()

    @transaction.atomic
    def spill() -> None:
        activity.record(cast.edith, "tea.made")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        spill()

    assert offered == []
    assert not Activity.objects.filter(verb="tea.made").exists()


def test_a_subscriber_that_fails_stops_nobody_else(
    cast: Cast, offered: list[str], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    def spill(entry: Activity) -> None:
        raise RuntimeError(entry.verb)

    activity._subscribers["tea.made"].insert(0, spill)

    with django_capture_on_commit_callbacks(execute=True):
        activity.record(cast.edith, "tea.made")

    assert offered == ["tea.made"]


def test_the_feed_cannot_be_rewritten_in_code(cast: Cast) -> None:
    activity.record(cast.edith, "tea.made")

    with pytest.raises(TypeError, match="append-only"):
        Activity.objects.update(verb="coffee.made")
    with pytest.raises(TypeError, match="append-only"):
        Activity.objects.all().delete()


def test_the_database_itself_refuses_to_rewrite_the_feed(cast: Cast) -> None:
    entry = activity.record(cast.edith, "tea.made")
    entry.verb = "coffee.made"

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE foundation_activity SET verb = 'coffee.made'")


def test_a_viewer_may_not_read_the_feed(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        activity.visible_activities(cast.victor)
