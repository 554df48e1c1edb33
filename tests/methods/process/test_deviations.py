from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.process.nets import N2
from uptake.methods.process.alignment import align
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
