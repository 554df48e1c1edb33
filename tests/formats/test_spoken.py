from __future__ import annotations

from pathlib import Path

import pytest

from uptake.formats import MappingError, Role
from uptake.formats.spoken import file_and_pairs, spoken_pairs


@pytest.mark.parametrize(
    "texts",
    [
        ["person=user", "time=when done", "action==used"],
        ["person=user time=when done action==used"],
    ],
)
def test_roles_may_come_one_by_one_or_in_one_text(texts: list[str]) -> None:
    pairs = spoken_pairs(texts, list(Role))

    assert pairs == {"person": "user", "time": "when done", "action": "=used"}


def test_a_role_without_a_column_is_refused() -> None:
    with pytest.raises(MappingError, match="name=column"):
        spoken_pairs(["person"], list(Role))


@pytest.mark.parametrize("again", ["time=b", "TIME=b"])
def test_a_role_is_said_once(again: str) -> None:
    with pytest.raises(MappingError, match="time is mapped twice"):
        spoken_pairs(["time=a", again], list(Role))


def test_a_file_is_told_from_the_pairs_beside_it(tmp_path: Path) -> None:
    usage = tmp_path / "usage=2024.csv"
    usage.touch()

    file, pairs = file_and_pairs([str(usage), "time=when"], "uptake report")

    assert (file, pairs) == (usage, ["time=when"])


def test_two_files_are_one_too_many() -> None:
    with pytest.raises(MappingError, match="exactly one file: uptake report FILE"):
        file_and_pairs(["a.csv", "b.csv"], "uptake report")
