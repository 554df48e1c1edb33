"""One run of an import in this process: what it shows, hands over and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tests.formats.reading import rejected
from uptake.capabilities.imports import files
from uptake.cli import import_runs
from uptake.cli.import_runs import ImportOutcome, import_events, import_records
from uptake.cli.imports import ImportChoices
from uptake.formats import RecordKind
from uptake.foundation.errors import NotFound
from uptake.store import Lake
from uptake.store.errors import UptakeError

ACCOUNTS = "account_id,name\nN,North\nS,South\n"
PEOPLE = "user_id,name,account,start date\nann,Ann,N,31/01/2024\nbob,Bob,X,01/02/2024\n"
PRODUCTS = "product,module,action,value action\nCRM,Calls,call logged,yes\n"
CONTRACTS = "contract_id,account,product,seats\nC1,N,CRM,five\nC2,S,CRM,5\n"


@pytest.fixture(autouse=True)
def _workspace(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.workspace("default")
    lake = Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3")
    lake.create_workspace("default")
    lake.close()
    monkeypatch.setattr(
        import_runs,
        "open_lake",
        lambda: Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3"),
    )
    (tmp_path / "uploads").mkdir()
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "uploads")
    monkeypatch.chdir(tmp_path)


def choices(
    file: str,
    *pairs: str,
    dry_run: bool = False,
    mapping: Path | None = None,
    save_mapping: Path | None = None,
    workspace: str | None = None,
) -> ImportChoices:
    return ImportChoices([file], list(pairs), mapping, save_mapping, None, workspace, None, dry_run)


def counts(outcome: ImportOutcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.changed, outcome.unchanged, outcome.rejected


def imported(kind: str, text: str, *, dry_run: bool = False) -> tuple[int, int, int, int]:
    Path(f"{kind}.csv").write_text(text, encoding="utf-8")
    return counts(import_records(RecordKind(kind), choices(f"{kind}.csv", dry_run=dry_run)))


def test_records_are_imported_in_order_and_never_twice() -> None:
    first = [
        imported("accounts", ACCOUNTS),
        imported("people", PEOPLE),
        imported("products", PRODUCTS),
        imported("contracts", CONTRACTS),
    ]
    again = [
        imported("accounts", ACCOUNTS),
        imported("people", PEOPLE),
        imported("products", PRODUCTS),
        imported("contracts", CONTRACTS),
    ]

    assert first == [(2, 0, 0, 0), (1, 0, 0, 1), (1, 0, 0, 0), (1, 0, 0, 1)]
    assert again == [(0, 0, 2, 0), (0, 0, 1, 1), (0, 0, 1, 0), (0, 0, 1, 1)]


def test_a_rehearsal_of_records_changes_nothing() -> None:
    rehearsed = imported("accounts", ACCOUNTS, dry_run=True)

    assert rehearsed == imported("accounts", ACCOUNTS) == (2, 0, 0, 0)


def test_what_changed_in_a_second_file_is_told() -> None:
    imported("accounts", ACCOUNTS)

    assert imported("accounts", ACCOUNTS.replace("North", "Far North")) == (0, 1, 1, 0)


def test_rows_refused_by_the_reader_and_by_the_house_are_in_one_file() -> None:
    imported("accounts", ACCOUNTS)
    imported("contracts", "contract_id,account,seats\nC1,X,5\nC2,N,five\nC3,N,5\n")

    assert [row[:2] for row in rejected(Path("contracts.csv.rejects.csv"))] == [
        (2, "there is no account 'X'; import the accounts first"),
        (3, "seats 'five' is not a number"),
    ]


def test_real_accounts_and_contracts_are_imported(shared_data: Path) -> None:
    usage = shared_data / "usage"

    accounts = import_records(
        RecordKind.ACCOUNTS, choices(str(usage / "ravenstack_accounts.csv"), "segment=industry")
    )
    contracts = import_records(
        RecordKind.CONTRACTS, choices(str(usage / "ravenstack_subscriptions.csv"))
    )

    assert counts(accounts) == (500, 0, 0, 0)
    assert counts(contracts) == (5_000, 0, 0, 0)


def test_the_guess_is_shown_and_can_be_corrected_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("odd.csv").write_text("who is it;made on\nann;2024-02-25\n", encoding="utf-8")
    saved = tmp_path / "odd.yaml"

    rehearsed = import_events(
        choices("odd.csv", "person=who is it time=made on", dry_run=True, save_mapping=saved),
        *("file", None, None),
    )
    reused = import_events(choices("odd.csv", mapping=saved), "file", None, None)

    assert "time            made on                  2024-02-25" in capsys.readouterr().err
    assert counts(rehearsed) == counts(reused) == (1, 0, 0, 0)
    assert reused.in_words == (
        "Imported events: 1 new, 0 changed, 0 unchanged, 0 rejected of 1 rows."
    )


def test_what_only_reading_the_rows_shows_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    text = 'user,time,event\nann,2024-01-01,open\nbob,2024-01-02,"open\ncyd,2024-01-03,open\n'
    Path("quote.csv").write_text(text, encoding="utf-8")

    outcome = import_events(choices("quote.csv"), "file", None, None)

    assert counts(outcome) == (1, 0, 0, 1)
    assert capsys.readouterr().err.count("A quote in line 3 is not closed") == 1


TWICE_AND_THRICE = (
    "user,time,event\n"
    + "ann,2024-01-02,open\n" * 2
    + "bob,2024-01-03,open\n" * 3
    + "cem,2024-01-04,open\n"
)
MAPPED = (
    "user,time,event,id\n"
    "ann,2024-01-02,open,m1\nann,2024-01-02,open,m1\nbob,2024-01-03,open,M2\n"
    "cem,2024-01-04,open,0000ceff-53dd-8dc4-87c3-0123456789ab\n"
    "cem,2024-01-05,open,0000ceff53dd8dc487c30123456789ab\n"
)


def rehearsed_and_done(text: str, *pairs: str) -> list[tuple[int, int, int, int]]:
    Path("events.csv").write_text(text, encoding="utf-8")
    return [
        counts(import_events(choices("events.csv", *pairs, dry_run=dry), "file", None, None))
        for dry in (True, False)
    ]


def test_a_rehearsal_counts_identical_rows_as_the_import_does() -> None:
    first = rehearsed_and_done(TWICE_AND_THRICE)
    again = rehearsed_and_done(TWICE_AND_THRICE)
    one_more = rehearsed_and_done(TWICE_AND_THRICE + "bob,2024-01-03,open\n")

    assert first == [(6, 0, 0, 0)] * 2
    assert again == [(0, 0, 6, 0)] * 2
    assert one_more == [(1, 0, 6, 0)] * 2


def test_a_rehearsal_counts_mapped_identities_as_the_import_does() -> None:
    first = rehearsed_and_done(MAPPED, "message_id=id")
    again = rehearsed_and_done(MAPPED, "message_id=id")

    assert first == [(4, 0, 1, 0)] * 2
    assert again == [(0, 0, 5, 0)] * 2


def test_a_rehearsal_refuses_whom_the_import_refuses() -> None:
    with import_runs.open_lake() as lake:
        lake.erase_person("default", "bob", even_unknown=True)

    assert rehearsed_and_done(TWICE_AND_THRICE) == [(3, 0, 0, 3)] * 2
    assert rehearsed_and_done(TWICE_AND_THRICE) == [(0, 0, 3, 3)] * 2


def test_the_same_events_under_another_name_are_the_same_events() -> None:
    text = "user,time\n" + "".join(f"ann,2024-01-{day:02}\n" for day in range(1, 29))
    Path("january.csv").write_text(text, encoding="utf-8")
    Path("export.csv").write_text(text + "ann,2024-02-01\n", encoding="utf-8")

    first = import_events(choices("january.csv"), "file", None, None)
    second = import_events(choices("export.csv"), "file", None, None)

    assert counts(first) == (28, 0, 0, 0)
    assert counts(second) == (1, 0, 28, 0)


def test_an_unclear_file_changes_nothing_and_says_what_is_missing() -> None:
    Path("odd.csv").write_text("colour;made on\nred;2024-02-25\n", encoding="utf-8")

    with pytest.raises(UptakeError, match="No column says who"):
        import_events(choices("odd.csv"), "file", None, None)


def test_a_mapping_that_is_not_there_is_said_to_be_missing() -> None:
    Path("a.csv").write_text(ACCOUNTS, encoding="utf-8")
    missing = choices("a.csv", mapping=Path("gone.yaml"))

    with pytest.raises(UptakeError, match="There is no mapping gone"):
        import_records(RecordKind.ACCOUNTS, missing)
    with pytest.raises(UptakeError, match="There is no mapping gone"):
        import_events(missing, "file", None, None)


def test_an_unknown_workspace_is_said_plainly() -> None:
    Path("a.csv").write_text(ACCOUNTS, encoding="utf-8")

    with pytest.raises(NotFound, match="no workspace 'nowhere'"):
        import_records(RecordKind.ACCOUNTS, choices("a.csv", workspace="nowhere"))


def test_two_files_at_once_are_refused() -> None:
    with pytest.raises(UptakeError, match="Name exactly one file: uptake import events FILE"):
        import_events(
            ImportChoices(["a.csv", "b.csv"], [], None, None, None, None, None, dry_run=False),
            *("file", None, None),
        )
