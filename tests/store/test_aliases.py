"""Identifiers of one person stay one person through everything that can happen to a lake."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lake_events import event, table
from uptake.store import Lake, Loader
from uptake.store.aliases import Aliases, joined, together

codes = st.integers(1, 6)
pairs = st.lists(st.tuples(codes, codes).filter(lambda pair: pair[0] != pair[1]), max_size=12)


def load(lake: Lake, *events: dict[str, object]) -> None:
    lake.append("acme", table(list(events)))
    loader = Loader(lake)
    loader.drain("acme")
    loader.close()


def people(lake: Lake) -> list[str]:
    with lake.snapshot("acme") as snapshot:
        rows = snapshot.connection.sql("SELECT person FROM events_text ORDER BY message_id")
        return [person for (person,) in rows.fetchall()]


@given(told=pairs)
def test_whom_a_code_stands_for_stands_for_nobody_else(told: list[tuple[int, int]]) -> None:
    after = joined({}, told)

    assert not after.keys() & set(after.values())
    assert joined(after, after.items()) == after


@given(told=pairs, people=st.sets(codes))
def test_a_group_is_the_same_whoever_of_it_is_named(
    told: list[tuple[int, int]], people: set[int]
) -> None:
    after = joined({}, told)
    group = together(after, people)

    assert people <= group
    assert together(after, group) == group


@given(told=pairs, present=st.sets(codes))
def test_only_aliases_that_occur_in_a_file_concern_it(
    told: list[tuple[int, int]], present: set[int]
) -> None:
    after = joined({}, told)
    met = Aliases.of(after).among(Aliases.of(dict.fromkeys(present, 9)).codes)

    assert met.pairs() == {code: one for code, one in after.items() if code in present}


def test_who_has_events_under_one_identifier_is_forgotten_under_none(lake: Lake) -> None:
    load(
        lake,
        event("1", person="anon", occurred_at=datetime(2026, 1, 5, tzinfo=UTC)),
        event("2", person="gone", occurred_at=datetime(2026, 1, 5, tzinfo=UTC)),
        event("3", person="ann", occurred_at=datetime(2026, 3, 5, tzinfo=UTC)),
    )
    lake.join_people("acme", {"anon": "ann", "gone": "nobody"})

    report = lake.apply_retention("acme", 1, date(2026, 3, 20))
    load(lake, event("4", person="anon", occurred_at=datetime(2026, 3, 6, tzinfo=UTC)))

    assert report.people_forgotten == 2
    assert people(lake) == ["ann", "ann"]


def test_undoing_an_import_keeps_who_is_who(lake: Lake) -> None:
    at = datetime(2026, 3, 7, tzinfo=UTC)
    load(lake, event("1", person="ann", source_id="file", received_at=at))
    load(lake, event("2", person="anon"))
    lake.join_people("acme", {"anon": "ann"})

    undone = lake.undo("acme", "file", at)

    assert (undone.events, undone.people_forgotten) == (1, 0)
    assert people(lake) == ["ann"]


def test_a_backup_knows_who_is_who(lake: Lake, tmp_path: Path) -> None:
    load(lake, event("1", person="anon"))
    lake.join_people("acme", {"anon": "ann"})
    lake.backup(tmp_path / "backup")

    url = f"sqlite:///{tmp_path}/other.sqlite3"
    Lake.restore(tmp_path / "backup", tmp_path / "other", url)

    with Lake.open(tmp_path / "other", url) as restored:
        assert people(restored) == ["ann"]
        assert restored.identifiers_of("acme", "ann") == ["ann", "anon"]


def test_an_erased_person_is_joined_with_nobody(lake: Lake) -> None:
    load(lake, event("1", person="ann"), event("2", person="bob"))
    lake.erase_person("acme", "ann")

    assert lake.join_people("acme", {"ann": "bob", "bob": "ann"}) == 0
    assert people(lake) == ["bob"]
