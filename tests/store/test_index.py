"""The index answers exactly which hashes it holds, in bounded memory and few runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from uptake.store.index import HashRuns, merge_runs, read_run, runs_to_merge, write_run

hash_lists = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 20), max_size=30)


def written(folder: Path, lists: list[list[int]]) -> list[Path]:
    paths = [folder / f"{at}.run" for at in range(len(lists))]
    for path, values in zip(paths, lists, strict=True):
        write_run(path, np.array(values, dtype=np.uint64))
    return paths


def test_no_runs_hold_nothing(tmp_path: Path) -> None:
    needles = np.array([1, 2], dtype=np.uint64)

    assert HashRuns([]).contains(needles).tolist() == [False, False]
    assert HashRuns(written(tmp_path, [[]])).contains(needles).tolist() == [False, False]


@given(lists=st.lists(hash_lists, max_size=4), asked=hash_lists)
def test_a_hash_is_found_exactly_if_a_run_holds_it(
    tmp_path_factory: object, lists: list[list[int]], asked: list[int]
) -> None:
    runs = HashRuns(written(tmp_path_factory.mktemp("runs"), lists))  # type: ignore[attr-defined]
    needles = np.sort(np.array(asked, dtype=np.uint64))

    found = runs.contains(needles)

    held = {value for values in lists for value in values}
    assert found.tolist() == [int(needle) in held for needle in needles]


@given(lists=st.lists(hash_lists, min_size=1, max_size=4), block=st.integers(1, 7))
def test_a_merged_run_holds_the_union_sorted_in_blocks_of_any_size(
    tmp_path_factory: object, lists: list[list[int]], block: int
) -> None:
    folder = tmp_path_factory.mktemp("runs")  # type: ignore[attr-defined]
    target = folder / "merged.run"

    count = merge_runs(written(folder, lists), target, block=block)

    union = sorted({value for values in lists for value in values})
    assert read_run(target).tolist() == union
    assert count == len(union)


def test_equal_small_runs_become_few_that_grow() -> None:
    sizes: list[int] = []
    moved = 0

    for _ in range(2_000):
        sizes.append(10)
        chosen = runs_to_merge(sizes)
        total = sum(sizes[at] for at in chosen)
        moved += total
        sizes = [size for at, size in enumerate(sizes) if at not in chosen] + [total] * bool(chosen)

    assert sum(sizes) == 20_000
    assert len(sizes) <= 6
    assert moved < 20_000 * 15


def test_runs_that_differ_much_are_left_alone() -> None:
    assert runs_to_merge([]) == ()
    assert runs_to_merge([5]) == ()
    assert runs_to_merge([1_000_000, 10_000, 100]) == ()
    assert runs_to_merge([1_000_000, 100, 100]) == (1, 2)
