"""An undone import leaves every record as it was before it, or names the record it left alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers import imports
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.models import Account, Person, RecordChange, Team
from uptake.capabilities.customers.remembering import known_states
from uptake.capabilities.customers.undo import KeptRecord, RecordsUndone, undo_import
from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    PersonRecord,
    ProductRecord,
    RecordKind,
)
from uptake.foundation.actor import Actor
from uptake.foundation.errors import DomainError
from uptake.foundation.models import Workspace
from uptake.store import Lake

NUMBERS = count(1)


def everything(workspace: Workspace) -> dict[str, object]:
    return {name: s for kind in RecordKind for name, s in known_states(workspace, kind).items()}


ids = st.sampled_from(["a", "b", "c"])
texts = st.sampled_from([None, "x", "y"])
accounts = st.lists(st.builds(AccountRecord, ids, texts, st.none() | ids, texts), max_size=4)
people = st.lists(
    st.builds(
        PersonRecord,
        ids,
        name=texts,
        team=texts,
        manager=st.none() | ids,
        account=st.none() | ids,
        days_a_week=st.sampled_from([None, Decimal("2.50"), Decimal(5)]),
        leave_end=st.sampled_from([None, date(2025, 3, 1)]),
    ),
    max_size=4,
)
products = st.lists(
    st.builds(ProductRecord, ids, texts, texts, st.sampled_from([None, True, False]), texts),
    max_size=4,
)
contracts = st.lists(
    st.builds(ContractRecord, ids, ids, st.none() | ids, st.sampled_from([None, 3, 5])), max_size=4
)
files = st.one_of(
    st.tuples(st.just("accounts"), accounts),
    st.tuples(st.just("people"), people),
    st.tuples(st.just("products"), products),
    st.tuples(st.just("contracts"), contracts),
)


def run(actor: Actor, lake: Lake, kind: str, rows: list[object], number: int | None = None) -> None:
    importer = getattr(imports, f"import_{kind}")
    importer(actor, rows, number=number, **({"lake": lake} if kind == "people" else {}))


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(earlier=st.lists(files, max_size=4), last=files)
def test_nothing_remains_of_an_import_that_is_undone_at_once(
    db: None, earlier: list[tuple[str, list[object]]], last: tuple[str, list[object]]
) -> None:
    with TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder) / "lake", f"sqlite:///{folder}/lake.sqlite3")
        slug = f"w{next(NUMBERS)}"
        lake.create_workspace(slug)
        actor = Actor.system(factories.workspace(slug))
        for kind, rows in earlier:
            run(actor, lake, kind, rows)
        before = everything(actor.workspace)

        run(actor, lake, *last, number=7)
        undone = undo_import(actor, 7)

        assert everything(actor.workspace) == before
        assert undone.kept == ()
        assert not RecordChange.objects.filter(workspace=actor.workspace).exists()
        lake.close()


def test_what_was_changed_since_stays_and_is_named(cast: Cast) -> None:
    imports.import_accounts(cast.edith, [AccountRecord("n", "North")])
    rows = [AccountRecord("n", "Far North"), AccountRecord("s", "South")]
    imports.import_accounts(cast.edith, rows, number=1)
    imports.import_accounts(cast.edith, [AccountRecord("n", owner="kim")], number=2)

    undone = undo_import(cast.edith, 1)

    assert undone == RecordsUndone(0, 1, (KeptRecord("accounts", "n", "was changed since"),))
    assert Account.objects.get().name == "Far North"


def test_what_others_rest_on_stays_and_is_named(cast: Cast, lake: Lake) -> None:
    imports.import_accounts(cast.edith, [AccountRecord("n"), AccountRecord("s")], number=1)
    imports.import_people(cast.edith, [PersonRecord("ann", account="n")], lake=lake, number=2)

    undone = undo_import(cast.edith, 1)

    assert undone.kept == (KeptRecord("accounts", "n", "is still needed by people"),)
    assert [row.external_id for row in Account.objects.all()] == ["n"]


def test_teams_that_came_with_people_go_with_them(cast: Cast, lake: Lake) -> None:
    rows = [PersonRecord("ann", team="x", manager="bob"), PersonRecord("bob", team="x")]
    imports.import_people(cast.edith, rows, lake=lake, number=1)

    undone = undo_import(cast.edith, 1)

    assert undone == RecordsUndone(0, 3, ())
    assert not Person.objects.exists()
    assert not Team.objects.exists()


def test_a_second_undo_does_nothing(cast: Cast) -> None:
    imports.import_accounts(cast.edith, [AccountRecord("n")], number=1)
    undo_import(cast.edith, 1)

    assert undo_import(cast.edith, 1) == RecordsUndone(0, 0, ())


def test_erasing_a_person_erases_what_imports_remember_of_them(cast: Cast, lake: Lake) -> None:
    rows = [PersonRecord("ann", "Ann", manager="bob"), PersonRecord("bob", "Bob")]
    imports.import_people(cast.edith, rows, lake=lake, number=1)

    erase_person(cast.olga, "bob", lake=lake)

    change = RecordChange.objects.get(kind="people")
    assert (change.key, change.after["manager"]) == ("ann", None)
    assert undo_import(cast.edith, 1) == RecordsUndone(0, 1, ())


def test_nobody_else_may_undo(cast: Cast) -> None:
    imports.import_accounts(cast.edith, [AccountRecord("n")], number=1)

    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            undo_import(actor, 1)
    assert Account.objects.count() == 1
