from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.process.nets import N2
from uptake.methods.process.alignment import Alignment, Kind, Step, align
from uptake.methods.process.automaton import unfold
from uptake.methods.process.deviations import (
    Deviation,
    Frequency,
    Straying,
    deviations,
    frequencies,
)

MODEL = unfold(N2)
"""a, then b or c, then d, then e; f leads back to b or c; g or h ends it all."""


def strayed(*cases):
    return [deviations(found, MODEL.labels) for found in align(MODEL, cases)]


@pytest.mark.parametrize(
    ("case", "kind", "label", "steps", "event"),
    [
        ("abeg", Straying.SKIPPED, "d", 1, 2),
        ("adbeg", Straying.TOO_EARLY, "d", 2, 1),
        ("bdaeg", Straying.TOO_LATE, "a", 2, 2),
        ("abdegd", Straying.REPEATED, "d", 1, 5),
        ("abxdeg", Straying.UNKNOWN, "x", 1, 2),
        ("abcdeg", Straying.NOT_MEANT, "b", 1, 1),
        ("deg", Straying.STARTED_LATE, "b", 2, 0),
        ("abd", Straying.ENDED_EARLY, "e", 2, 3),
        ("", Straying.ENDED_EARLY, "a", 5, 0),
    ],
)
def test_each_way_of_straying_has_its_name(case, kind, label, steps, event):
    assert strayed(case) == [(Deviation(kind, label, steps, event),)]


def test_several_deviations_come_in_the_order_of_the_case():
    (found,) = strayed("abdxgye")

    assert [(each.kind, each.label) for each in found] == [
        (Straying.UNKNOWN, "x"),
        (Straying.TOO_EARLY, "g"),
        (Straying.UNKNOWN, "y"),
    ]


def test_variants_weigh_what_ran_like_them():
    found = frequencies(strayed("abdeg", "abdxexg", "abeg", "abxdeg"), [50, 2, 5, 1])

    assert found == (
        Frequency(Straying.SKIPPED, "d", 5, 5, (2,)),
        Frequency(Straying.UNKNOWN, "x", 3, 5, (1, 3)),
    )


@given(st.lists(st.text("abdegxf", max_size=8), min_size=1, max_size=4))
def test_every_skipped_and_inserted_step_is_named_once(cases):
    for found, named in zip(align(MODEL, cases), strayed(*cases), strict=True):
        assert sum(each.steps for each in named) == found.cost


MOVES = st.lists(
    st.builds(Step, st.sampled_from(list(Kind)), st.sampled_from("abc")), min_size=1, max_size=14
)


def paired_one_by_one(inserted, skipped):
    """What lies out of place, by looking at every pair: the nearest first, and of equals the
    first."""
    inserted, skipped, found = list(inserted), list(skipped), []
    for _distance, label, done, due in sorted(
        (abs(done - due), label, done, due)
        for label, done in inserted
        for other, due in skipped
        if other == label
    ):
        if (label, done) in inserted and (label, due) in skipped:
            inserted.remove((label, done))
            skipped.remove((label, due))
            found.append((label, done, done < due))
    return sorted(found)


@given(MOVES)
def test_what_is_out_of_place_is_paired_with_what_is_nearest(steps):
    events = [step.kind is not Kind.SKIPPED for step in steps]
    at = [(step, sum(events[:place])) for place, step in enumerate(steps)]
    inserted, skipped = (
        [(step.label, event) for step, event in at if step.kind is kind]
        for kind in (Kind.INSERTED, Kind.SKIPPED)
    )

    found = deviations(Alignment(0, tuple(steps)), "abc")

    moved = [d for d in found if d.kind in (Straying.TOO_EARLY, Straying.TOO_LATE)]
    told = sorted((d.label, d.event, d.kind is Straying.TOO_EARLY) for d in moved)
    assert told == paired_one_by_one(inserted, skipped)


def test_a_very_long_case_is_named_step_by_step():
    steps = [Step(Kind.INSERTED, "a"), Step(Kind.SKIPPED, "a"), Step(Kind.TOGETHER, "b")]

    found = deviations(Alignment(0, tuple(steps * 20_000)), "ab")

    assert [d.kind for d in found] == [Straying.TOO_EARLY] * 20_000
