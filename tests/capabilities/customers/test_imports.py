from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers.imports import (
    import_accounts,
    import_contracts,
    import_people,
    import_products,
)
from uptake.capabilities.customers.models import (
    Account,
    Action,
    Contract,
    Module,
    Person,
    Product,
    Team,
)
from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    Period,
    PersonRecord,
    ProductRecord,
    RenewalDecision,
)
from uptake.foundation.activity import visible_activities
from uptake.foundation.errors import DomainError
from uptake.store import Lake

GROUP = [
    AccountRecord("plant", "Plant", parent="north", line=2),
    AccountRecord("north", "North", parent="group", segment="Large", owner="kim", line=3),
    AccountRecord("group", "Group", line=4),
]


def test_accounts_come_in_any_order(cast: Cast) -> None:
    counts = import_accounts(cast.edith, GROUP)

    plant = Account.objects.get(external_id="plant")
    assert (counts.new, counts.changed, counts.rejected) == (3, 0, 0)
    assert plant.parent is not None
    assert plant.parent.parent is not None
    assert plant.parent.parent.external_id == "group"


def test_the_same_accounts_twice_change_nothing(cast: Cast) -> None:
    import_accounts(cast.edith, GROUP)

    again = import_accounts(cast.edith, GROUP)

    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert visible_activities(cast.edith).count() == 1


def test_a_changed_parent_is_a_change_and_the_rest_stays(cast: Cast) -> None:
    import_accounts(cast.edith, GROUP)

    counts = import_accounts(cast.edith, [AccountRecord("plant", parent="group")])

    plant = Account.objects.get(external_id="plant")
    assert (counts.changed, counts.unchanged) == (1, 0)
    assert plant.parent is not None
    assert (plant.parent.external_id, plant.name) == ("group", "Plant")


def test_an_account_below_an_unknown_one_is_refused_with_all_below_it(cast: Cast) -> None:
    rows = [
        AccountRecord("leaf", parent="branch", line=2),
        AccountRecord("branch", parent="missing", line=3),
        AccountRecord("fine", line=4),
    ]

    counts = import_accounts(cast.edith, rows)

    assert [row.line for row in counts.refused] == [2, 3]
    assert "'missing'" in counts.refused[1].reason
    assert list(Account.objects.values_list("external_id", flat=True)) == ["fine"]


def test_accounts_that_contain_each_other_are_refused(cast: Cast) -> None:
    import_accounts(cast.edith, GROUP)

    counts = import_accounts(cast.edith, [AccountRecord("group", parent="plant", line=2)])

    assert (counts.changed, counts.rejected) == (0, 1)
    assert "leads back" in counts.refused[0].reason


def test_a_row_that_contradicts_an_earlier_one_is_refused(cast: Cast) -> None:
    rows = [
        AccountRecord("north", "North", line=2),
        AccountRecord("north", "North", line=3),
        AccountRecord("north", "South", line=4),
    ]

    counts = import_accounts(cast.edith, rows)

    assert (counts.new, [row.line for row in counts.refused]) == (1, [4])
    assert "line 2" in counts.refused[0].reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (AccountRecord("a", "x" * 201), "name is longer than 200"),
        (AccountRecord("a" * 255), "external_id is longer than 254"),
        (AccountRecord("a", "nul\x00"), "NUL"),
    ],
)
def test_text_that_no_database_holds_is_refused(
    cast: Cast, row: AccountRecord, reason: str
) -> None:
    counts = import_accounts(cast.edith, [row])

    assert reason in counts.refused[0].reason


def test_a_dry_run_counts_and_writes_nothing(cast: Cast) -> None:
    planned = import_accounts(cast.edith, GROUP, dry_run=True)

    assert planned.new == 3
    assert not Account.objects.exists()
    assert not visible_activities(cast.edith).exists()


def test_an_import_is_told_once_with_its_counts(cast: Cast) -> None:
    import_accounts(cast.edith, [*GROUP, AccountRecord("lost", parent="nobody")])

    entry = visible_activities(cast.edith).get()
    assert entry.verb == "accounts.imported"
    assert entry.facts == {"new": 3, "changed": 0, "unchanged": 0, "rejected": 1}


def test_people_bring_their_teams_and_managers(cast: Cast, lake: Lake) -> None:
    factories.account(cast.workspace, "north")
    rows = [
        PersonRecord("p2", team="sales", role="agent", manager="p1", account="north"),
        PersonRecord("p1", team="sales", role="lead", account="north", start=date(2024, 1, 1)),
        PersonRecord("p3", team="sales"),
    ]

    counts = import_people(cast.edith, rows, lake=lake)

    agent = Person.objects.get(external_id="p2")
    assert counts.new == 3
    assert agent.manager is not None
    assert agent.manager.external_id == "p1"
    assert Team.objects.count() == 2  # one in the account, one outside any
    assert import_people(cast.edith, rows, lake=lake).unchanged == 3


def test_a_person_of_an_unknown_account_is_refused(cast: Cast, lake: Lake) -> None:
    counts = import_people(cast.edith, [PersonRecord("p1", account="nowhere", line=7)], lake=lake)

    assert counts.refused[0].line == 7
    assert "import the accounts first" in counts.refused[0].reason


def test_a_person_who_left_before_coming_is_refused(cast: Cast, lake: Lake) -> None:
    rows = [PersonRecord("p1", start=date(2025, 2, 1), end=date(2025, 1, 1))]

    counts = import_people(cast.edith, rows, lake=lake)

    assert "before the start" in counts.refused[0].reason


def test_people_whose_manager_is_missing_or_themselves_are_taken_without(
    cast: Cast, lake: Lake
) -> None:
    rows = [
        PersonRecord("head", manager="board", line=2),
        PersonRecord("own", manager="own", line=3),
        PersonRecord("agent", manager="head", line=4),
    ]

    counts = import_people(cast.edith, rows, lake=lake)

    assert (counts.new, counts.rejected) == (3, 0)
    assert [remark.line for remark in counts.remarks] == [2, 3]
    assert Person.objects.filter(manager__isnull=False).get().external_id == "agent"


def test_a_person_who_moves_keeps_what_the_file_does_not_say(cast: Cast, lake: Lake) -> None:
    import_people(
        cast.edith, [PersonRecord("p1", name="Kim", team="sales", role="agent")], lake=lake
    )

    counts = import_people(cast.edith, [PersonRecord("p1", team="service")], lake=lake)

    moved = Person.objects.get()
    assert counts.changed == 1
    assert moved.team is not None
    assert (moved.team.external_id, moved.name, moved.role) == ("service", "Kim", "agent")


def test_contracts_are_kept_as_stated(cast: Cast) -> None:
    factories.account(cast.workspace, "north")
    factories.product(cast.workspace, "crm")
    row = ContractRecord(
        "c1",
        "north",
        product="crm",
        seats=50,
        price=Decimal("12.3456789"),
        price_covers=Period.MONTH,
        price_is_per_seat=True,
        currency="EUR",
        start=date(2025, 1, 1),
        end=date(2025, 12, 31),
        decision=RenewalDecision.RENEWED,
    )

    counts = import_contracts(cast.edith, [row])

    contract = Contract.objects.get()
    assert counts.new == 1
    assert (contract.seats, contract.price) == (50, Decimal("12.345679"))
    assert import_contracts(cast.edith, [row]).unchanged == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"account": "nowhere"}, "import the accounts first"),
        ({"product": "nothing"}, "import the products first"),
        ({"seats": -1}, "number of seats"),
        ({"price": Decimal("NaN")}, "possible price"),
        ({"currency": "Euro"}, "currency code"),
        ({"start": date(2025, 2, 1), "end": date(2025, 1, 1)}, "before the start"),
    ],
)
def test_impossible_contracts_are_refused_with_the_reason(
    cast: Cast, facts: dict[str, object], reason: str
) -> None:
    factories.account(cast.workspace, "north")

    counts = import_contracts(cast.edith, [replace(ContractRecord("c1", "north"), **facts)])

    assert reason in counts.refused[0].reason
    assert not Contract.objects.exists()


def test_products_modules_and_actions_come_from_one_file(cast: Cast) -> None:
    rows = [
        ProductRecord("crm", "calls", "call logged", is_value_action=True),
        ProductRecord("crm", "calls", description="Everything about calls"),
        ProductRecord("crm", action="signed in", is_value_action=False),
    ]

    counts = import_products(cast.edith, rows)

    assert counts.new == 3
    assert Product.objects.get().external_id == "crm"
    assert Module.objects.get().description == "Everything about calls"
    assert dict(Action.objects.values_list("external_id", "is_value_action")) == {
        "call logged": True,
        "signed in": False,
    }
    assert import_products(cast.edith, rows).unchanged == 3


def test_the_meaning_of_an_action_can_change(cast: Cast) -> None:
    import_products(cast.edith, [ProductRecord("crm", action="call logged")])

    counts = import_products(
        cast.edith, [ProductRecord("crm", action="call logged", is_value_action=True)]
    )

    assert counts.changed == 1
    assert Action.objects.get().is_value_action is True


def test_workspaces_do_not_see_each_other(cast: Cast) -> None:
    import_accounts(cast.edith, GROUP)
    other = factories.workspace("other")

    counts = import_accounts(replace(cast.edith, workspace=other), GROUP)

    assert counts.new == 3


def test_viewer_and_stranger_may_import_nothing(cast: Cast, lake: Lake) -> None:
    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            import_accounts(actor, GROUP)
        with pytest.raises(DomainError):
            import_people(actor, [PersonRecord("p1")], lake=lake)
        with pytest.raises(DomainError):
            import_contracts(actor, [ContractRecord("c1", "north")])
        with pytest.raises(DomainError):
            import_products(actor, [ProductRecord("crm")], dry_run=True)

    assert not Account.objects.exists()
    assert not Person.objects.exists()


def test_six_thousand_people_take_few_statements(
    cast: Cast, lake: Lake, django_assert_max_num_queries: object
) -> None:
    import_accounts(cast.edith, [AccountRecord(f"a{n}") for n in range(40)])
    people = [
        PersonRecord(f"p{n}", team=f"t{n % 9}", account=f"a{n % 40}", manager=f"p{n // 10}")
        for n in range(6_000)
    ]

    with django_assert_max_num_queries(240):  # type: ignore[operator]  # pytest-django's fixture
        counts = import_people(cast.edith, people, lake=lake)

    assert counts.new == 6_000
