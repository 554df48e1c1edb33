"""The sieve never passes over a hash that the index holds, whoever wrote it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from uptake.store import sieve
from uptake.store.files import merge_index, write_index
from uptake.store.manifest import FileEntry
from uptake.store.sieve import IndexSieve, Sieve

hashes = st.lists(st.integers(0, 2**64 - 1), max_size=50)


def ordered(numbers: list[int]) -> np.ndarray:
    return np.array(sorted(numbers), dtype=np.uint64)


@given(lists=st.lists(hashes, max_size=4))
def test_what_was_taken_in_is_held(lists: list[list[int]]) -> None:
    sifting = Sieve(100)
    for numbers in lists:
        sifting.add(ordered(numbers))

    assert all(sifting.may_hold(ordered(numbers)).all() for numbers in lists)


def test_few_others_pass() -> None:
    random = np.random.default_rng(1)
    sifting = Sieve(10_000)
    sifting.add(np.sort(random.integers(0, 2**64, 10_000, dtype=np.uint64)))

    passed = sifting.may_hold(random.integers(0, 2**64, 10_000, dtype=np.uint64))

    assert passed.mean() < 0.03


def test_a_sieve_that_has_grown_too_full_does_not_suit() -> None:
    assert Sieve(10_000).suits(20_000)
    assert not Sieve(10_000).suits(50_000)


def runs(folder: Path, *lists: list[int]) -> list[FileEntry]:
    return [write_index(folder, "acme", ordered(numbers)) for numbers in lists]


def test_runs_that_others_wrote_are_taken_in(tmp_path: Path) -> None:
    known = IndexSieve()
    first, second = runs(tmp_path, [5, 2**63], [2**62])
    known.of("acme", tmp_path, [first], asked=10)

    sifting = known.of("acme", tmp_path, [first, second], asked=10)

    assert sifting is not None
    assert sifting.may_hold(ordered([5, 2**62, 2**63])).all()


def test_what_was_just_written_is_held_without_reading_it_again(tmp_path: Path) -> None:
    known = IndexSieve()
    first, second = runs(tmp_path, [5], [2**62])
    known.of("acme", tmp_path, [first], asked=10)
    merged = merge_index(tmp_path, "acme", [first, second])

    known.take_in("acme", ordered([2**62]))
    known.know("acme", [merged])
    (tmp_path / merged.path).unlink()
    sifting = known.of("acme", tmp_path, [merged], asked=10)

    assert sifting is not None
    assert sifting.may_hold(ordered([5, 2**62])).all()


def test_a_sieve_is_of_one_workspace_at_a_time(tmp_path: Path) -> None:
    known = IndexSieve()
    (first,) = runs(tmp_path, [5])
    known.of("acme", tmp_path, [first], asked=10)
    known.of("other", tmp_path, [], asked=10)

    sifting = known.of("acme", tmp_path, [first], asked=10)

    assert sifting is not None
    assert sifting.may_hold(ordered([5])).all()


def test_a_sieve_that_has_to_grow_holds_what_is_on_its_way_into_the_index(tmp_path: Path) -> None:
    known, coming = IndexSieve(), ordered([2**62])
    known.of("acme", tmp_path, runs(tmp_path, [5]), asked=10)
    known.take_in("acme", coming)

    sifting = known.of("acme", tmp_path, [], asked=100_000, coming=coming)

    assert sifting is not None
    assert sifting.may_hold(coming).all()


def test_a_sieve_once_made_is_used_however_few_are_asked_for(tmp_path: Path) -> None:
    (run,) = runs(tmp_path, list(range(2 * sieve.WORTH)))
    known = IndexSieve()
    known.of("acme", tmp_path, [run], asked=3)

    assert known.of("acme", tmp_path, [run], asked=1) is not None


def test_a_few_hashes_are_looked_for_without_a_sieve(tmp_path: Path) -> None:
    (run,) = runs(tmp_path, list(range(2 * sieve.WORTH)))

    assert IndexSieve().of("acme", tmp_path, [run], asked=1) is None
