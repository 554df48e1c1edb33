"""Accounts, people, contracts and products come out typed, or are rejected with their line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.formats.reading import write
from uptake.formats import (
    MappingError,
    RecordFile,
    RecordKind,
    load_record_mapping,
    open_table,
    propose_record_mapping,
    read_records,
)
from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    Period,
    PersonRecord,
    ProductRecord,
    RenewalDecision,
)


def records(path: Path, kind: RecordKind, **fields: str) -> RecordFile:
    with open_table(path) as table:
        mapping = propose_record_mapping(table, kind).override(fields)
        return read_records(table, kind, mapping)


def test_real_accounts_with_a_mark_before_the_header_are_read(shared_data: Path) -> None:
    path = shared_data / "usage" / "ravenstack_accounts.csv"

    file = records(path, RecordKind.ACCOUNTS, segment="industry")

    assert len(file.records) == 500
    assert file.rejects == ()
    assert file.records[0] == AccountRecord("A-2e4581", name="Company_0", segment="EdTech")
    assert "Not used: country, signup_date" in file.remarks[0]


def test_real_contracts_with_days_first_are_read(shared_data: Path) -> None:
    file = records(shared_data / "usage" / "ravenstack_subscriptions.csv", RecordKind.CONTRACTS)

    assert len(file.records) == 5_000
    assert file.records[0] == ContractRecord(
        "S-8cec59",
        account="A-3c1a3f",
        seats=14,
        price=Decimal(2786),
        price_covers=Period.MONTH,
        billing_period=Period.MONTH,
        start=date(2023, 12, 23),
        end=date(2024, 4, 12),
        decision=RenewalDecision.CHURNED,
    )
    churned = [row for row in file.records if row.decision is RenewalDecision.CHURNED]
    assert len(churned) == 486


def test_seats_of_accounts_and_contracts_disagree_and_contracts_are_believed(
    shared_data: Path,
) -> None:
    accounts = records(shared_data / "usage" / "ravenstack_accounts.csv", RecordKind.ACCOUNTS)

    assert "seats" in accounts.remarks[-1]
    assert not hasattr(accounts.records[0], "seats")


def test_real_students_who_come_twice_are_remarked(shared_data: Path) -> None:
    file = records(shared_data / "usage/oulad/studentInfo.csv.gz", RecordKind.PEOPLE)

    assert len(file.records) == 11_191
    assert file.remarks[0].startswith("304 ids stand on more than one row")


def test_people_are_read_with_everything_known_of_them(tmp_path: Path) -> None:
    text = (
        "Employee ID;Name;E-Mail;Department;Job title;Reports to;"
        "Hire date;End date;Office;Customer\n"
        "7;Ann;ann@example.org;Sales;Rep;3;31.01.2024;;Köln;North\n"
    )

    file = records(write(tmp_path / "people.csv", text, "latin-1"), RecordKind.PEOPLE)

    assert file.records == (
        PersonRecord(
            "7",
            name="Ann",
            email="ann@example.org",
            team="Sales",
            role="Rep",
            manager="3",
            start=date(2024, 1, 31),
            location="Köln",
            account="North",
        ),
    )


def test_working_time_and_an_absence_are_read(tmp_path: Path) -> None:
    text = "user_id;days per week;leave from;leave until\n7;2,5;01.02.2024;31.01.2025\n8;;;\n"

    file = records(write(tmp_path / "people.csv", text), RecordKind.PEOPLE)

    assert file.records == (
        PersonRecord(
            "7",
            days_a_week=Decimal("2.50"),
            leave_start=date(2024, 2, 1),
            leave_end=date(2025, 1, 31),
        ),
        PersonRecord("8"),
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("7,8,,", "days per week '8' is not a number of days from 0 to 7"),
        ("7,5,2024-02-02,2024-02-01", "the leave ends (2024-02-01) before it starts (2024-02-02)"),
    ],
)
def test_working_time_that_cannot_be_is_rejected(tmp_path: Path, row: str, says: str) -> None:
    text = f"user_id,days per week,leave from,leave until\n1,5,2024-02-01,2024-02-02\n{row}\n"

    file = records(write(tmp_path / "people.csv", text), RecordKind.PEOPLE)

    assert [(reject.line, reject.reason) for reject in file.rejects] == [(3, says)]


def test_products_are_read_with_their_value_actions(tmp_path: Path) -> None:
    text = "product,module,action,value action,meaning\nCRM,Calls,call logged,yes,A call\nCRM,,,,\n"

    file = records(write(tmp_path / "products.csv", text), RecordKind.PRODUCTS)

    assert file.records == (
        ProductRecord("CRM", "Calls", "call logged", is_value_action=True, description="A call"),
        ProductRecord("CRM"),
    )


def test_amounts_with_decimal_commas_and_signs_are_read(tmp_path: Path) -> None:
    text = "contract_id;account;price_per_seat;seats;billing\nC1;A;1.234,50 €;10;yearly\n"

    file = records(write(tmp_path / "c.csv", text), RecordKind.CONTRACTS, billing_period="billing")

    contract = file.records[0]
    assert contract.price == Decimal("1234.50")
    assert contract.price_is_per_seat
    assert contract.price_covers is Period.YEAR


def test_rows_with_wrong_values_are_rejected_with_line_and_reason(tmp_path: Path) -> None:
    text = (
        "contract_id,account,seats,price,billing_period,start,end,decision\n"
        "C1,A,5,10,monthly,2024-01-01,2024-12-31,renewed\n"
        ",A,5,10,monthly,2024-01-01,2024-12-31,renewed\n"
        "C3,A,five,10,monthly,2024-01-01,2024-12-31,renewed\n"
        "C4,A,5.5,10,monthly,2024-01-01,2024-12-31,renewed\n"
        "C5,A,5,-10,monthly,2024-01-01,2024-12-31,renewed\n"
        "C6,A,5,10,sometimes,2024-01-01,2024-12-31,renewed\n"
        "C7,A,5,10,monthly,2024-13-01,2024-12-31,renewed\n"
        "C8,A,5,10,monthly,2024-01-01,2023-12-31,renewed\n"
        "C9,A,5,10,monthly,2024-01-01,2024-12-31,perhaps\n"
        "C10,A\n"
        'C11,A,5,"1,000",monthly,2024-01-01,2024-12-31,pending\n'
    )

    file = records(write(tmp_path / "c.csv", text), RecordKind.CONTRACTS)

    assert [row.external_id for row in file.records] == ["C1", "C11"]
    assert file.records[1].price == Decimal(1000)
    assert [(row.line, row.reason) for row in file.rejects] == [
        (3, "contract_id is empty"),
        (4, "seats 'five' is not a number"),
        (5, "seats '5.5' is not a whole number"),
        (6, "price '-10' is less than nothing"),
        (7, "billing_period 'sometimes' is not month, quarter, year or term"),
        (8, "start '2024-13-01' is not a date"),
        (9, "it ends (2023-12-31) before it starts (2024-01-01)"),
        (10, "decision 'perhaps' is none of pending, renewed, expanded, contracted, churned"),
        (11, "broken row: too few values"),
    ]


def test_records_know_the_line_they_came_from(tmp_path: Path) -> None:
    text = 'account_id,name\nA,"two\nlines"\n\nB,x\n'

    file = records(write(tmp_path / "accounts.csv", text), RecordKind.ACCOUNTS)

    assert [row.line for row in file.records] == [2, 5]


def test_a_missing_id_column_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "title,colour\nx,red\n")

    with pytest.raises(MappingError, match="external_id of accounts: say --map external_id=COLUMN"):
        records(path, RecordKind.ACCOUNTS)


def test_an_unknown_field_lists_the_fields(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "account_id,colour\nx,red\n")

    with pytest.raises(MappingError, match="is not a field of accounts: use one of external_id"):
        records(path, RecordKind.ACCOUNTS, seats="colour")


def test_a_saved_mapping_of_records_is_used_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "kennung,bezeichnung\nx,red\n")
    saved = tmp_path / "mapping.yaml"
    with open_table(path) as table:
        blank = propose_record_mapping(table, RecordKind.ACCOUNTS)
        blank.override({"external_id": "kennung", "name": "bezeichnung"}).dump_yaml(saved)

        loaded = load_record_mapping(saved, table, RecordKind.ACCOUNTS)
        file = read_records(table, RecordKind.ACCOUNTS, loaded)

    assert file.records == (AccountRecord("x", name="red"),)


def test_a_mapping_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "account_id\nx\n")
    saved = write(tmp_path / "mapping.yaml", "kind: people\nfields: {external_id: account_id}\n")

    with open_table(path) as table, pytest.raises(MappingError, match="maps people, not accounts"):
        load_record_mapping(saved, table, RecordKind.ACCOUNTS)
