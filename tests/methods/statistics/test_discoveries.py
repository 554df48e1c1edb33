"""What to believe among many comparisons, held to the authors' own example."""

from __future__ import annotations

import pytest

from uptake.methods.statistics.discoveries import false_discovery_rates

BENJAMINI_HOCHBERG_1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_the_four_discoveries_of_the_authors_are_found() -> None:
    rates = false_discovery_rates(BENJAMINI_HOCHBERG_1995)

    assert [rate for rate in rates if rate is not None and rate <= 0.05] == pytest.approx(
        [0.0015, 0.0030, 0.0095, 0.035625]
    )


def test_a_comparison_that_could_not_be_made_is_not_one_of_the_many() -> None:
    assert false_discovery_rates([None, 0.04, None]) == [None, pytest.approx(0.04), None]


def test_no_comparison_is_no_discovery() -> None:
    assert false_discovery_rates([]) == []
