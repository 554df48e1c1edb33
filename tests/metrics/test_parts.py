"""Parts that metrics share are kept up to a number of bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from uptake.metrics.counting import SMALL, Parts, size_of

Bytes = npt.NDArray[np.uint8]


def counting(size: int) -> tuple[list[int], Callable[[], Bytes]]:
    """What builds an array of so many bytes, and how often it did."""
    built: list[int] = []

    def build() -> Bytes:
        built.append(size)
        return np.zeros(size, dtype=np.uint8)

    return built, build


def test_a_part_is_worked_out_once() -> None:
    parts, (built, build) = Parts(), counting(10)

    assert parts.of("a", build) is parts.of("a", build)
    assert built == [10]


def test_what_was_not_asked_for_longest_goes_first() -> None:
    parts, (built, build) = Parts(2_500), counting(1_000)

    for key in ("a", "b", "a", "c", "a", "b"):
        parts.of(key, build)

    assert len(built) == 4  # a, b, c, and b again, which went when c came


def test_a_part_larger_than_all_is_kept_alone() -> None:
    parts, (built, build) = Parts(100), counting(1_000)

    parts.of("a", build)
    parts.of("a", build)

    assert len(built) == 1


def test_a_part_that_is_built_of_itself_is_counted_once() -> None:
    parts, (built, build) = Parts(3_000), counting(1_000)

    parts.of("a", lambda: parts.of("a", build))
    parts.of("b", build)
    parts.of("a", build)

    assert len(built) == 2


@dataclass
class Packed:
    rows: pa.Table
    days: npt.NDArray[np.float64]


@pytest.mark.parametrize(
    ("value", "at_least", "at_most"),
    [
        (np.zeros(1_000), 8_000, 8_000 + SMALL),
        (Packed(pa.table({"x": pa.array(range(100))}), np.zeros(10)), 880, 880 + 4 * SMALL),
        ({"a": (np.zeros(100), np.zeros(100))}, 1_600, 1_600 + 5 * SMALL),
        ([np.zeros(10)] * 1_000, 80_000, 80_000 + 1_100 * SMALL),
        (None, 0, SMALL),
    ],
    ids=["array", "dataclass", "mapping", "many", "nothing"],
)
def test_size_is_that_of_the_arrays_in_it(value: object, at_least: int, at_most: int) -> None:
    assert at_least <= size_of(value) <= at_most
