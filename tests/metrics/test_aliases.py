"""Identifiers of one person are one person in every metric, whenever it becomes known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.logs import CALENDAR, Event, canonical, day, uses
from uptake.metrics.attributes import Attributes, Member, one_row_each
from uptake.metrics.catalogue import catalogue
from uptake.metrics.evaluate import evaluate
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.relations import Relations
from uptake.store import Lake, Loader
from uptake.store.compaction import compact

WINDOW = Window(day(0), day(69))
NOBODY = Attributes()
LISTED = Attributes(
    people=(Member("ann", account="north"), Member("anon", role="clerk"), Member("bob"))
)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    opened = Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3")
    opened.create_workspace("acme")
    yield opened
    opened.close()


def load(lake: Lake, key: str, events: list[Event]) -> None:
    lake.append("acme", canonical(events, prefix=key))
    Loader(lake).run_once("acme")


def measured(lake: Lake, known: Attributes) -> tuple[list[Measurement], list[Measurement]]:
    """Every metric from raw events and from rollups."""
    with lake.snapshot("acme") as view:
        asked = list(catalogue.values())
        return tuple(  # type: ignore[return-value]  # two of them
            evaluate(asked, relations, window=WINDOW, minimum_people=1)
            for relations in (
                Relations.from_events(view, known, calendar=CALENDAR),
                Relations.from_rollups(view, known, calendar=CALENDAR),
            )
        )


@pytest.mark.parametrize("known", [NOBODY, LISTED])
def test_numbers_are_as_if_the_person_had_used_one_identifier(
    lake: Lake, tmp_path: Path, known: Attributes
) -> None:
    load(lake, "first", [*uses("anon", 0, 1, 40), *uses("bob", 3)])
    load(lake, "second", [*uses("ann", 0, 2, 41), *uses("anon", 50)])
    measured(lake, known)  # what is kept of the files is from before
    lake.join_people("acme", {"anon": "ann"})
    with Lake.open(tmp_path / "one", f"sqlite:///{tmp_path}/one.sqlite3") as other:
        other.create_workspace("acme")
        load(other, "first", [*uses("ann", 0, 1, 40), *uses("bob", 3)])
        load(other, "second", [*uses("ann", 0, 2, 41), *uses("ann", 50)])
        as_one = Attributes(people=one_row_each(known.people, {"anon": "ann"}))
        expected = measured(other, as_one)

    before = measured(lake, known)
    compact(lake, "acme", thorough=True)
    after = measured(lake, known)

    assert before == expected
    assert after == expected
    assert {m.key: m.value for m in after[1]}["active_people"] == 2


def test_a_person_listed_twice_is_one_of_whom_both_rows_tell() -> None:
    twice = (
        Member("old", team="sales", start=date(2026, 1, 1)),
        Member("ann", account="north", start=date(2026, 2, 1)),
    )

    (one,) = one_row_each(twice, {"old": "ann"})

    assert one == Member("ann", account="north", team="sales", start=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("spans", "end"),
    [
        ([("2024-01-01", None), ("2020-01-01", "2023-12-31")], None),
        ([(None, None), ("2020-01-01", "2023-12-31")], "2023-12-31"),
        ([("2020-01-01", "2023-12-31"), ("2021-01-01", "2024-06-30")], "2024-06-30"),
        ([(None, None)], None),
    ],
    ids=["still there", "own row says nothing", "the later end", "nobody says"],
)
def test_an_identifier_that_ended_is_not_a_person_who_left(
    spans: list[tuple[str | None, str | None]], end: str | None
) -> None:
    def day(text: str | None) -> date | None:
        return None if text is None else date.fromisoformat(text)

    members = [
        Member(name, start=day(first), end=day(last))
        for name, (first, last) in zip(("ann", "old"), spans, strict=False)
    ]

    (one,) = one_row_each(tuple(members), {"old": "ann"})

    assert one.end == day(end)


names = st.sampled_from("abcdef")


@given(people=st.lists(names, unique=True), known_as=st.dictionaries(names, names))
def test_nobody_is_lost_and_nobody_is_there_twice(
    people: list[str], known_as: dict[str, str]
) -> None:
    rows = one_row_each(tuple(map(Member, people)), known_as)

    assert sorted(row.person for row in rows) == sorted({known_as.get(p, p) for p in people})
