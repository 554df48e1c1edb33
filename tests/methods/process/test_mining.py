from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.process.trees import accepted, all_accepted, trees, words_of
from uptake.methods.process import frequent, mining
from uptake.methods.process.mining import mine
from uptake.methods.process.trees import Operator

_R, _T, _C, _D = "register request", "examine thoroughly", "examine casually", "decide"
_K, _I, _P, _N = "check ticket", "reinitiate request", "pay compensation", "reject request"
RUNNING_EXAMPLE = [
    [_R, _T, _K, _D, _N],
    [_R, _K, _C, _D, _P],
    [_R, _C, _K, _D, _I, _T, _K, _D, _P],
    [_R, _K, _T, _D, _N],
    [_R, _C, _K, _D, _I, _K, _C, _D, _I, _C, _K, _D, _N],
    [_R, _C, _K, _D, _P],
]
"""The six cases of the textbook (van der Aalst 2016, table 2.1)."""

LOGS = st.lists(st.text("abcde", max_size=7), min_size=1, max_size=8, unique=True)


def mined(*variants, cases=None, noise=0.0):
    return mine(variants, cases or [1] * len(variants), noise=noise)


def test_the_textbook_log_gives_the_textbook_tree():
    tree = mine(RUNNING_EXAMPLE, [1] * 6).tree

    assert str(tree) == (
        "register request, then (((check ticket and (either examine casually or examine "
        "thoroughly) in any order), then decide) once or more, each time after reinitiate "
        "request), then (either pay compensation or reject request)"
    )


@pytest.mark.parametrize(
    ("variants", "said"),
    [
        (["abc"], "a, then b, then c"),
        (["ab", "cd"], "either (a, then b) or (c, then d)"),
        (["abc", "acb"], "a, then (b and c in any order)"),
        (["a", "aba", "ababa"], "a once or more, each time after b"),
        (["a", "aa", "aaa"], "a once or more"),
        (["abcd", "ad"], "a, then (perhaps (b, then c)), then d"),
        (["abcd", "ad", "abd"], "a, then (perhaps (b, then (perhaps c))), then d"),
        (["abcd", "ad", "acd"], "a, then (perhaps ((perhaps b), then c)), then d"),
        (["a", ""], "perhaps a"),
        ([""], "nothing"),
    ],
)
def test_small_logs_give_what_one_would_draw(variants, said):
    assert str(mined(*variants).tree) == said


@settings(max_examples=60)
@given(LOGS)
def test_without_a_threshold_every_case_runs_as_the_tree_says(variants):
    net = mined(*variants).tree.as_net()

    assert all_accepted(net, variants)


@given(LOGS, st.lists(st.integers(1, 50), min_size=8, max_size=8), st.floats(0.01, 0.9))
def test_with_a_threshold_it_is_still_a_tree_of_the_same_activities(variants, cases, noise):
    found = mine(variants, cases[: len(variants)], noise=noise)

    assert set(found.tree.labels()) <= set("".join(variants))


@given(trees("abcd", leaves=4))
def test_all_words_of_a_tree_fit_what_is_mined_from_them(tree):
    words = sorted(words_of(tree, 4))

    net = mined(*words).tree.as_net()

    assert all_accepted(net, words)


def test_a_threshold_passes_over_what_is_rare():
    strict = mined("abc", "cab", cases=[99, 1])
    lenient = mined("abc", "cab", cases=[99, 1], noise=0.2)

    assert all_accepted(strict.tree.as_net(), ["abc", "cab"])
    assert str(lenient.tree) == "a, then b, then c"


def test_what_has_no_order_is_named():
    found = mined("abcabc", "cbacab", "bbca", "acbb")

    assert found.loose == ("a", "b", "c") or found.tree.operator is Operator.PARALLEL


def test_of_too_many_activities_the_most_frequent_are_taken_and_the_others_named(monkeypatch):
    monkeypatch.setattr(frequent, "MOST_ACTIVITIES", 2)

    found = mined("abc", "ab", cases=[1, 5])

    assert str(found.tree) == "a, then b"
    assert found.left_out == ("c",)


def test_of_too_many_ways_the_most_frequent_are_taken_and_the_share_said(monkeypatch):
    monkeypatch.setattr(frequent, "MOST_EVENTS", 4)

    found = mined("cab", "abc", cases=[1, 9])

    assert str(found.tree) == "a, then b, then c"
    assert (found.cases.numerator, found.cases.denominator) == (9, 10)


def test_without_work_left_anything_is_allowed_and_said(monkeypatch):
    monkeypatch.setattr(mining, "MOST_WORK", 0)

    found = mined("ab", "ba")

    assert found.loose == ("a", "b")
    assert accepted(found.tree.as_net(), "bbab")


def test_a_million_activities_do_not_hang():
    one_case = [str(number) for number in range(1_000_000)]

    found = mine([one_case, ["0", "1"]], [1, 1])

    assert str(found.tree) == "0, then 1"
    assert found.cases.numerator == 1


def test_a_share_of_noise_is_a_share():
    with pytest.raises(ValueError, match="less than 1"):
        mined("a", noise=1.0)
