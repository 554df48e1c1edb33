from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.quality.duplicates import LARGEST_BLOCK, uniqueness


def test_500_things_in_520_records_are_96_percent():
    names = [f"{chr(97 + n % 26) * 3}{n:04d} {n * 7919 % 9973}" for n in range(500)]

    found = uniqueness([*names, *names[:20]], [name[:3] for name in [*names, *names[:20]]])

    assert (found.share.numerator, found.share.denominator) == (500, 520)
    assert round(found.share.value, 3) == 0.962


def test_spelling_case_and_order_do_not_hide_a_duplicate():
    found = uniqueness(["Müller GmbH, Lyon", "MULLER GMBH LYON", "Lyon, Müller GmbH"], ["m"] * 3)

    assert found.share.numerator <= 2
    assert any(pair.is_duplicate for pair in found.pairs)


def test_records_of_different_blocks_are_not_compared():
    assert uniqueness(["same", "same"], ["a", "b"]).pairs == ()


def test_records_without_a_block_are_never_compared():
    assert uniqueness(["same", "same"], ["", ""]).share.value == 1


def test_pairs_in_between_are_to_be_looked_at_and_not_counted():
    found = uniqueness(["Johnson and Partners", "Johnston and Partner"], ["j", "j"], same=99)

    assert [pair.is_duplicate for pair in found.pairs] == [False]
    assert found.share.value == 1


@pytest.mark.parametrize(
    ("first", "second", "likeness", "pairs"),
    [
        ("abcdefghijklm", "abcdefghijkXY", 84.6, []),
        ("abcdefghijklmn", "abcdefghijklXY", 85.7, [False]),
        ("abcdefghijklmn", "abcdefghijklmX", 92.9, [False]),
        ("abcdefghijklmno", "abcdefghijklmnX", 93.3, [True]),
    ],
)
def test_from_85_on_somebody_looks_and_from_93_on_it_is_one_thing(first, second, likeness, pairs):
    found = uniqueness([first, second], ["a", "a"])

    assert [pair.is_duplicate for pair in found.pairs] == pairs
    assert [round(pair.likeness, 1) for pair in found.pairs] == [likeness for _ in pairs]
    assert found.share.numerator == (1 if pairs == [True] else 2)


def test_a_chain_of_duplicates_is_one_thing():
    found = uniqueness(["abcdefghij klmnop"] * 4, ["x"] * 4)

    assert found.share.numerator == 1


def test_a_block_too_large_to_compare_is_named():
    found = uniqueness(["same"] * 2_001, ["big"] * 2_001)

    assert found.not_compared == {"big": 2_001}
    assert LARGEST_BLOCK == 2_000


def test_planted_duplicates_are_found_and_few_others():
    rng = np.random.default_rng(1)
    syllables = ["ka", "lo", "mi", "ter", "son", "berg", "vin", "ra", "du", "pex"]
    names = [" ".join("".join(rng.choice(syllables, 4)) for _ in range(2)) for _ in range(300)]
    typos = [name[:5] + "x" + name[6:] for name in names[:40]]

    found = uniqueness([*names, *typos], [name[:2] for name in [*names, *typos]])

    assert found.share.numerator == pytest.approx(300, abs=8)


@given(st.lists(st.sampled_from(["ann lee", "bob ray", "cyd poe", ""]), max_size=20))
def test_things_are_at_most_records_and_at_least_different_texts(texts):
    found = uniqueness(texts, ["one"] * len(texts))

    assert found.share.denominator == len(texts)
    assert len(set(texts)) <= found.share.numerator <= len(texts) or not texts


def test_texts_whose_numbers_differ_are_for_somebody_to_look_at():
    found = uniqueness(["Pump station unit 12", "Pump station unit 13"], ["a", "a"])

    assert [pair.is_duplicate for pair in found.pairs] == [False]
    assert found.share.value == 1
