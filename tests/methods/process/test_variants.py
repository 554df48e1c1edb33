from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.process.textbook import FULL
from uptake.methods.process import variants
from uptake.methods.process.handovers import rework
from uptake.methods.process.variants import directly_follows, find_variants

LETTERS = "abcdefgh"


def coded(traces):
    """Traces as codes of cases and of letters."""
    cases = np.repeat(np.arange(len(traces)), [len(trace) for trace in traces])
    return cases, np.array([LETTERS.index(x) for trace in traces for x in trace], dtype=np.int64)


def test_the_textbooks_variants_come_back_by_frequency():
    traces = [trace for trace, count in FULL.items() for _ in range(count)]
    cases, steps = coded(traces)

    found = find_variants(cases, steps)

    told = ["".join(LETTERS[code] for code in found.steps(n, steps)) for n in range(len(found))]
    assert dict(zip(told, found.cases.tolist(), strict=True)) == FULL
    assert found.cases.tolist() == sorted(FULL.values(), reverse=True)


@given(st.lists(st.text("abc", min_size=1, max_size=5), max_size=12))
def test_cases_are_together_just_when_they_are_alike(traces):
    cases, steps = coded(traces)

    found = find_variants(cases, steps)

    assert Counter(traces).most_common() == [
        ("".join(LETTERS[code] for code in found.steps(n, steps)), count)
        for n, count in enumerate(found.cases.tolist())
    ]
    alike = [[a == b for b in traces] for a in traces]
    assert (found.of_case[:, None] == found.of_case).tolist() == alike


@given(st.lists(st.text("abc", min_size=1, max_size=6), max_size=8))
def test_what_follows_what_is_counted_as_one_would_by_hand(traces):
    cases, steps = coded(traces)

    found = directly_follows(cases, steps, kinds=3)

    pairs = Counter(pair for trace in traces for pair in pairwise(trace))
    counted = zip(found.source, found.target, found.count.tolist(), strict=True)
    assert {(LETTERS[a], LETTERS[b]): n for a, b, n in counted} == pairs
    assert found.count.tolist() == sorted(pairs.values(), reverse=True)
    assert found.starts.tolist() == [sum(t[0] == x for t in traces) for x in "abc"]
    assert found.ends.tolist() == [sum(t[-1] == x for t in traces) for x in "abc"]


def test_a_coincidence_of_sums_is_never_taken_for_likeness(monkeypatch):
    monkeypatch.setattr(variants, "_sums", lambda *_given: np.zeros(2, dtype=np.uint64))

    with pytest.raises(ArithmeticError, match="same sums"):
        find_variants(*coded(["ab", "ba"]))


@given(st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=12))
def test_variants_standing_for_their_cases_count_like_all_of_them(log):
    cases = np.repeat(np.arange(len(log)), [len(case) for case in log])
    steps = np.array([LETTERS.index(letter) for case in log for letter in case])
    found = find_variants(cases, steps)
    one = np.repeat(np.arange(len(found)), found.lengths)
    alone = np.concatenate([found.steps(number, steps) for number in range(len(found))])

    each = directly_follows(cases, steps, kinds=8)
    stood_for = directly_follows(one, alone, kinds=8, stand_for=found.cases)

    again, meant = (
        rework(cases, steps, kinds=8),
        rework(one, alone, kinds=8, stand_for=found.cases),
    )
    assert stood_for.count.tolist() == each.count.tolist()
    assert stood_for.ends.tolist() == each.ends.tolist()
    assert (meant.cases, meant.repeats.tolist()) == (again.cases, again.repeats.tolist())
    assert meant.done_cases.tolist() == again.done_cases.tolist()
